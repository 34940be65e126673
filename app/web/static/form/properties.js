// The properties of the chosen field or section; which ones a type has, the server says (words.properties).

import { area, el, select } from "../dom.js";

export class Properties {
  constructor(model, root) {
    this.model = model;
    this.root = root;
  }

  draw() {
    const { model } = this;
    const place = model.chosen;
    const owner = place && model.owner(place);
    if (!owner) { this.root.replaceChildren(el("p", { class: "muted" }, model.words.choose)); return; }
    const names = place.key ? ["title", "help", "required", ...model.words.properties[owner.type], "show_if", "require_if"] : ["title", "help", "show_if"];
    this.root.replaceChildren(
      el("h3", {}, place.key ? model.words.types[owner.type] : model.words.section),
      place.key ? this.key(place) : "",
      ...names.map((name) => this.property(place, owner, name)),
      this.tools(place));
  }

  find(name) { return name && this.root.querySelector(`:is(input, select, textarea)[data-property="${name}"], [data-property="${name}"] input`); }

  key(place) {
    const input = el("input", { type: "text", value: place.key, spellcheck: "false", class: "mono", "data-property": "key" });
    const wrong = el("p", { class: "field-error", role: "alert" });
    input.addEventListener("change", () => { wrong.textContent = this.model.rename(place, input.value.trim()) ? "" : this.model.words.bad_key; });
    return el("div", { class: "field" }, this.label(this.model.words.key, input), wrong);
  }

  property(place, owner, name) {
    const { model } = this;
    const kind = model.words.kinds[name];
    const set = (given) => model.set(place, name, given);
    const title = model.words.names[name];
    if (kind === "switch") {
      const box = el("input", { type: "checkbox", "data-property": name, onchange: (event) => set(event.target.checked) });
      box.checked = Boolean(owner[name]);
      return el("label", { class: "check" }, box, ` ${title}`);
    }
    if (kind === "values") { return this.label(title, this.values(owner, set), model.words.values_help); }
    if (kind === "number") { return this.label(title, el("input", { type: "number", step: "any", value: owner[name] ?? "", "data-property": name, onchange: (event) => set(event.target.value === "" ? null : Number(event.target.value)) })); }
    if (Array.isArray(kind)) { return this.label(title, this.choice(owner, name, kind, set)); }
    const wide = area(owner[name] || "", { "data-wide": 40, "data-property": name, class: kind === "code" ? "mono" : "", onchange: (event) => set(event.target.value.trim()) });
    return this.label(title, wide, kind === "code" ? model.words.condition_help : "");
  }

  choice(owner, name, kind, set) {
    const many = name === "accept" || (name === "requirements");
    if (!many) { return select([["", this.model.words.none], ...kind], String(owner[name] ?? ""), { "data-property": name, onchange: (event) => set(/^\d+$/.test(event.target.value) ? Number(event.target.value) : event.target.value) }); }
    const chosen = Array.isArray(owner[name]) ? owner[name] : kind.map(([key]) => key);
    const boxes = kind.map(([key, title]) => {
      const box = el("input", { type: "checkbox", value: key });
      box.checked = chosen.includes(key);
      return el("label", { class: "check" }, box, ` ${title}`);
    });
    const group = el("div", { class: "stack-small", "data-property": name }, ...boxes);
    group.addEventListener("change", () => {
      const all = [...group.querySelectorAll("input:checked")].map((box) => box.value);
      set(name === "requirements" && all.length === kind.length ? "all" : all);
    });
    return group;
  }

  // one value a line: key = title
  values(owner, set) {
    const written = Object.entries(owner.values || {}).map(([key, title]) => `${key} = ${title}`).join("\n");
    return area(written, { "data-wide": 40, "data-property": "values", onchange: (event) => set(Object.fromEntries(event.target.value.split("\n").map((line) => line.split("=")).filter((parts) => parts[0].trim()).map(([key, ...title]) => [key.trim(), title.join("=").trim() || key.trim()]))) });
  }

  label(title, control, help) {
    return el("label", { class: "field" }, title, help ? el("span", { class: "field-help" }, help) : null, control);
  }

  tools(place) {
    const { model } = this;
    const tool = (title, act) => el("button", { type: "button", class: "btn btn-small", onclick: act }, title);
    return el("div", { class: "actions" }, tool(model.words.up, () => model.move(place, -1)), tool(model.words.down, () => model.move(place, 1)),
      place.key ? tool(model.words.copy, () => model.copy(place)) : null, tool(model.words.remove, () => model.remove(place)));
  }
}
