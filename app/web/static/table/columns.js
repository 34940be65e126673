// The dialog of columns: inputs with their values, outputs, outcomes, the policy, and the answer when no row fits.

import { part } from "./model.js";

const KNOWN = "known-answers"; // the list of answers that forms give, offered under each path
const NEW = {
  inputs: (n) => ({ path: `input_${n}`, type: "text", title: `${n}`, decimals: "", values: [], titled: true }),
  outputs: (n) => ({ key: `output_${n}`, type: "text", title: `${n}` }),
  outcomes: (n) => ({ key: `outcome_${n}`, title: `${n}` }),
};

export class Columns {
  constructor(model) {
    this.model = model;
    this.root = document.getElementById("table-columns");
    this.root.append(part("datalist", { id: KNOWN }, ...model.words.answers.map(({ path, title }) => part("option", { value: path, text: title }))));
    this.root.querySelectorAll("[data-own]").forEach((field) => field.addEventListener("change", () => this.model.change("columns", (grid) => { grid[field.dataset.own] = field.value; })));
    this.root.querySelectorAll("[data-add]").forEach((button) => button.addEventListener("click", () => this.add(button.dataset.add)));
    this.root.querySelector("[data-has-default]").addEventListener("change", (event) => this.model.change("columns", (grid) => { grid.default = event.target.checked ? {} : null; }));
  }

  add(kind) {
    const taken = this.model.grid[kind].map((each) => each.path || each.key);
    let n = taken.length + 1;
    while (taken.includes(NEW[kind](n).path || NEW[kind](n).key)) { n += 1; }
    this.model.change("columns", (grid) => grid[kind].push(NEW[kind](n)));
    this.root.querySelector(`[data-columns="${kind}"] .column-parts:last-child input`).focus();
  }

  draw() {
    const parts = () => Array.from(this.root.querySelectorAll(".dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body button"));
    const here = parts().indexOf(document.activeElement);
    this.fill();
    if (here >= 0 && parts()[here]) { parts()[here].focus(); } // the keyboard stays where it was
  }

  fill() {
    const { grid } = this.model;
    this.root.querySelectorAll("[data-own]").forEach((field) => { field.value = grid[field.dataset.own]; });
    ["inputs", "outputs", "outcomes"].forEach((kind) => this.root.querySelector(`[data-columns="${kind}"]`).replaceChildren(...grid[kind].map((item, place) => this.column(kind, item, place))));
    this.root.querySelector("[data-has-default]").checked = grid.default !== null;
    const outcome = { key: "outcome", title: this.model.words.outcome };
    const answers = grid.default === null ? [] : [...(grid.outcomes.length ? [outcome] : []), ...grid.outputs];
    this.root.querySelector("[data-default]").replaceChildren(...answers.map((answer) => this.labelled(answer.title, grid.default[answer.key] || "", (text) => this.model.change("cells", (now) => { now.default[answer.key] = text; }))));
  }

  column(kind, item, place) {
    const { words } = this.model;
    const set = (name) => (text) => this.set(kind, place, name, text);
    const id = kind === "inputs" ? "path" : "key";
    const fields = [this.labelled(words[id], item[id], set(id), kind === "inputs" ? { list: KNOWN } : {}), this.labelled(words.title, item.title, set("title"))];
    if (kind !== "outcomes") { fields.push(this.type(item, set("type"))); }
    if (kind === "inputs" && item.type === "number") { fields.push(this.labelled(words.decimals, item.decimals, set("decimals"))); }
    if (kind === "inputs" && ["text", "list"].includes(item.type)) { fields.push(this.values(item, place)); }
    const move = (step) => () => this.model.change("columns", (grid) => { if (grid[kind][place + step]) { grid[kind].splice(place + step, 0, ...grid[kind].splice(place, 1)); } });
    const button = (text, act) => part("button", { type: "button", class: "btn btn-small", text, "aria-label": `${text}: ${item.title}`, onclick: act });
    const actions = part("div", { class: "actions" }, button(words.up, move(-1)), button(words.down, move(1)),
      button(words.remove, () => this.model.change("columns", (grid) => { grid[kind].splice(place, 1); this.forget(grid, kind, item[id]); })));
    return part("div", { class: "column-parts" }, ...fields, actions);
  }

  // A new name goes along to every row and example.
  set(kind, place, name, text) {
    this.model.change("columns", (grid) => {
      const old = grid[kind][place][name];
      const known = name === "path" && this.model.words.answers.find(({ path }) => path === text);
      grid[kind][place][name] = text;
      if (known) { Object.assign(grid[kind][place], { ...known, values: structuredClone(known.values), titled: known.values.some(([key, title]) => key !== title) }); }
      if (name === "path") { this.each(grid, "when", "given", (cells) => rename(cells, old, text)); }
      if (name === "key" && kind === "outputs") { this.each(grid, "then", "expect", (cells) => rename(cells, old, text)); }
      if (name === "key" && kind === "outcomes") { this.each(grid, "then", "expect", (cells) => { if (cells.outcome === old) { cells.outcome = text; } }); }
    });
  }

  forget(grid, kind, name) {
    if (kind === "inputs") { this.each(grid, "when", "given", (cells) => { delete cells[name]; }); }
    if (kind === "outputs") { this.each(grid, "then", "expect", (cells) => { delete cells[name]; }); }
  }

  each(grid, row, example, act) {
    grid.rows.forEach((each) => act(each[row]));
    grid.examples.forEach((each) => act(each[example]));
    if (row === "then" && grid.default) { act(grid.default); }
  }

  labelled(title, value, take, more = {}) {
    return part("label", {}, title, part("input", { ...more, type: "text", value: value === null ? "" : value, onchange: (event) => take(event.target.value.trim()) }));
  }

  type(item, take) {
    const options = Object.entries(this.model.words.types).map(([type, title]) => part("option", { value: type, text: title, selected: type === item.type ? "selected" : null }));
    return part("label", {}, this.model.words.type, part("select", { onchange: (event) => take(event.target.value) }, ...options));
  }

  values(item, place) {
    const text = item.values.map(([key, title]) => (key === title ? key : `${key} = ${title}`)).join("\n");
    const take = (event) => this.model.change("columns", (grid) => {
      const lines = event.target.value.split("\n").map((line) => line.trim()).filter((line) => line);
      grid.inputs[place].values = lines.map((line) => { const [key, ...title] = line.split("="); return [key.trim(), title.join("=").trim() || key.trim()]; });
      grid.inputs[place].titled = lines.some((line) => line.includes("="));
    });
    return part("label", {}, this.model.words.values, part("textarea", { rows: String(Math.min(6, item.values.length + 1)), value: text, onchange: take }));
  }
}

function rename(cells, old, name) {
  if (old in cells && old !== name) { cells[name] = cells[old]; delete cells[old]; }
}
