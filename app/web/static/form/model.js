// The form being built: plain values as the file has them, and what can be done with them.
// A place names a field: {section, key} or {section, group, key}.

export class Model {
  constructor(words) {
    this.words = words;
    this.value = null;
    this.chosen = null; // the place whose properties are shown; without a key it is the section's
    this.listeners = [];
  }

  show(value) { this.value = value; }

  changed(what) { this.listeners.forEach((listener) => listener(what)); }

  get sections() { return this.value.sections; }

  fields(place) {
    const own = this.sections[place.section].fields;
    return place.group ? own[place.group].fields : own;
  }

  field(place) { return this.fields(place)[place.key]; }

  names() { return this.sections.flatMap((section) => Object.entries(section.fields).flatMap(([key, field]) => [key, ...Object.keys(field.fields || {})])); }

  choose(place) {
    this.chosen = place;
    this.changed("choice");
  }

  owner(place) { return place.key ? this.field(place) : this.sections[place.section]; }

  set(place, name, given) {
    const owner = this.owner(place);
    const empty = given === "" || given === null || given === false || (Array.isArray(given) && !given.length);
    if (empty) { delete owner[name]; } else { owner[name] = given; }
    this.changed(name === "title" ? "names" : "values");
  }

  rename(place, key) {
    const fields = this.fields(place);
    if (!/^[a-z][a-z0-9_]*$/.test(key) || (key !== place.key && this.names().includes(key))) { return false; }
    this.replace(fields, Object.entries(fields).map(([name, field]) => [name === place.key ? key : name, field]));
    this.chosen = { ...place, key };
    this.changed("fields");
    return true;
  }

  add(type, place) {
    const into = place && place.key && !place.group && this.field(place).type === "group" && type !== "group" && type !== "checklist" ? { section: place.section, group: place.key } : { section: place ? place.section : 0, group: place ? place.group : undefined };
    if (into.group && (type === "group" || type === "checklist")) { delete into.group; }
    const key = this.fresh(type);
    const fields = this.fields({ ...into, key });
    const entries = Object.entries(fields);
    const after = place && place.key && (place.group || !into.group) ? entries.findIndex(([name]) => name === (into.group ? place.key : place.group || place.key)) + 1 : entries.length;
    entries.splice(after || entries.length, 0, [key, { type, title: this.words.types[type], ...structuredClone(this.words.defaults[type] || {}) }]);
    this.replace(fields, entries);
    this.chosen = { ...into, key };
    this.changed("fields");
  }

  addSection() {
    const key = this.fresh("text");
    this.sections.push({ title: this.words.new_section, fields: { [key]: { type: "text", title: this.words.types.text } } });
    this.chosen = { section: this.sections.length - 1 };
    this.changed("fields");
  }

  remove(place) {
    if (!place.key) { this.sections.splice(place.section, 1); } else { delete this.fields(place)[place.key]; }
    this.chosen = null;
    this.changed("fields");
  }

  copy(place) {
    const fields = this.fields(place);
    const entries = Object.entries(fields);
    const key = this.fresh(place.key);
    entries.splice(entries.findIndex(([name]) => name === place.key) + 1, 0, [key, structuredClone(this.field(place))]);
    this.replace(fields, entries);
    this.chosen = { ...place, key };
    this.changed("fields");
  }

  // a field goes up or down; from the edge of a section into the neighbouring one
  move(place, by) {
    if (!place.key) { this.moveSection(place, by); return; }
    const fields = this.fields(place);
    const entries = Object.entries(fields);
    const from = entries.findIndex(([name]) => name === place.key);
    const to = from + by;
    if (to < 0 || to >= entries.length) {
      if (!place.group && this.sections[place.section + by]) { this.put(place, { section: place.section + by, at: by < 0 ? Infinity : 0 }); }
      return;
    }
    entries.splice(to, 0, ...entries.splice(from, 1));
    this.replace(fields, entries);
    this.changed("fields");
  }

  moveSection(place, by) {
    const to = place.section + by;
    if (to < 0 || to >= this.sections.length) { return; }
    this.sections.splice(to, 0, ...this.sections.splice(place.section, 1));
    this.chosen = { section: to };
    this.changed("fields");
  }

  // carries a field to another section, or to another place in its own
  put(place, target) {
    const source = this.fields(place);
    const field = source[place.key];
    const key = place.key;
    const into = this.sections[target.section].fields;
    let at = target.at;
    if (into === source) { at = Object.keys(source).indexOf(key) < at ? at - 1 : at; }
    delete source[key];
    const entries = Object.entries(into);
    entries.splice(Math.min(at, entries.length), 0, [key, field]);
    this.replace(into, entries);
    this.chosen = { section: target.section, key };
    this.changed("fields");
  }

  replace(fields, entries) {
    Object.keys(fields).forEach((key) => delete fields[key]);
    entries.forEach(([key, field]) => { fields[key] = field; });
  }

  fresh(name) {
    const taken = new Set(this.names());
    const base = name.replace(/_\d+$/, "");
    let number = 1;
    while (taken.has(`${base}_${number}`)) { number += 1; }
    return `${base}_${number}`;
  }
}
