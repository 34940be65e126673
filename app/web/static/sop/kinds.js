// What the kinds of rows are made of: changing a row's kind, whom it waits for, and branches side by side.

// what only a row of this kind has; another kind cannot keep it
const OWN = { task: ["actor", "also", "norm", "form", "decide", "assign", "each", "not_by", "clock", "fulfilled_by_download"], wait: ["actor", "also", "norm", "clock", "decide", "message", "manual", "timeout"], send: ["actor"], route: ["by"] };
const EVERY = [...new Set(Object.values(OWN).flat())];

export class Kinds {
  constructor(model) { this.model = model; }

  get steps() { return this.model.steps; }

  setKind(key, kind) {
    const step = this.steps[key];
    const hand = (step.manual || {}).actor || (this.staff().includes(step.actor) ? step.actor : this.staff()[0]);
    const form = step.form || (step.manual || {}).form;
    EVERY.filter((name) => !OWN[kind].includes(name)).forEach((name) => delete step[name]);
    delete step.kind;
    if (kind !== "task") { step.kind = kind; }
    ({ task: () => this.begin(step, hand, form), wait: () => this.await(step, hand, form), send: () => this.straight(step), route: () => this.follow(key, this.decisionBefore(key)) })[kind]();
    this.model.changed("rows");
  }

  begin(step, hand, form) {
    step.actor = hand;
    delete step.clock;
    if (form) { step.form = form; }
  }

  await(step, hand, form) {
    const system = this.model.actors.find((actor) => this.model.value.actors[actor].kind === "system");
    const message = this.model.words.inbound[0];
    Object.assign(step, { clock: "outside", manual: { actor: hand, ...(form ? { form } : {}) }, timeout: { norm: { working_days: 1 }, alert: hand } }, system ? { actor: system } : {}, message ? { message: message[0] } : {});
  }

  // by itself goes one way only
  straight(step) {
    const [first] = Object.values(step.outcomes || {});
    if (first) { step.next = first.next; }
    delete step.outcomes;
  }

  decisions(key) { return this.model.keys.filter((other) => other !== key && this.steps[other].outcomes && this.steps[other].kind !== "route"); }

  decisionBefore(key) {
    const keys = this.model.keys;
    const all = this.decisions(key);
    return all.filter((other) => keys.indexOf(other) < keys.indexOf(key)).at(-1) || all[0];
  }

  // the ways out are those of the decision; what has the same name keeps where it leads and what it does
  follow(key, by) {
    const step = this.steps[key];
    if (!by) { return; }
    const before = step.outcomes || {};
    const onward = this.model.ways(key)[0].next;
    step.by = by;
    step.outcomes = Object.fromEntries(Object.entries(this.steps[by].outcomes).map(([name, way]) => [name, before[name] || { title: way.title, next: onward.length === 1 ? onward[0] : onward }]));
    delete step.next;
    this.model.changed("rows");
  }

  // a part of what a row waits with, such as who stands in
  setPart(key, part, name, given) {
    const whole = { ...(this.steps[key][part] || {}), [name]: given };
    if (!given) { delete whole[name]; }
    this.model.set(key, part, whole);
  }

  staff() { return this.model.actors.filter((actor) => !this.model.value.actors[actor].kind || this.model.value.actors[actor].kind === "staff"); }

  // earlier answers that name persons: [["step.field", title]]
  asked(key) {
    const { words, value } = this.model;
    const of = (name, title, form) => (words.persons[form] || []).map(([field, said]) => [`${name}.${field}`, `${title} · ${said}`]);
    const rows = this.model.keys.filter((other) => other !== key).flatMap((other) => of(other, this.named(other), this.steps[other].form || (this.steps[other].manual || {}).form));
    return [...of(words.application, words.application_title, value.start.form), ...rows];
  }

  named(key) {
    const { no, title } = this.steps[key];
    return no ? `${no}. ${title}` : title;
  }

  // the rows from which an arrow leads to this one
  before(key) { return this.model.keys.filter((other) => other !== key && this.model.ways(other).some((way) => way.next.includes(key))); }

  addBranch(key, way) {
    const { next } = this.model.ways(key).find((one) => one.key === way);
    const other = [...this.model.keys, ...this.model.ends].find((one) => one !== key && !next.includes(one));
    (way ? this.steps[key].outcomes[way] : this.steps[key]).next = [...next, other];
    this.model.changed("rows");
  }

  setNote(key, way, isNeeded) {
    const owner = this.steps[key].outcomes[way];
    if (isNeeded) { owner.needs_note = true; } else { delete owner.needs_note; }
    this.model.changed("cell");
  }
}
