// The SOP table: a row for each step, a column for each actor, every cell edited in its place.

import { area, el, select } from "../dom.js";

const MAIN = "□";
const DECISION = "◇";
const PART = "▫";

export class Rows {
  constructor(model, table, open) {
    this.model = model;
    this.table = table;
    this.open = open; // shows the details of a row
    this.problems = [];
    table.addEventListener("keydown", (event) => this.keys(event));
  }

  draw() {
    const at = this.place();
    this.table.replaceChildren(this.head(), el("tbody", {}, ...this.model.keys.map((key) => this.row(key)), ...this.model.ends.map((key) => this.end(key))));
    this.mark(this.problems);
    if (at) { this.find(at)?.focus(); }
  }

  head() {
    const { words, model } = this;
    const names = [words.no_column, words.title, ...model.actors.map((key) => model.value.actors[key].title), words.time, words.needs, words.yields, words.ways, words.row];
    return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
  }

  get words() { return this.model.words; }

  label(key, what) { return `${what}: ${this.model.steps[key].no || ""} ${this.model.steps[key].title}`; }

  row(key) {
    const { model, words } = this;
    const step = model.steps[key];
    const said = (name, wide) => area(step[name] || "", { "aria-label": this.label(key, words[name]), "data-cell": `${key}.${name}`, "data-wide": wide, onchange: (event) => model.set(key, name, event.target.value.trim()) });
    const lines = (name) => area((step[name] || []).join("\n"), { "aria-label": this.label(key, words[name]), "data-cell": `${key}.${name}`, onchange: (event) => model.set(key, name, event.target.value.split("\n").map((line) => line.trim()).filter(Boolean)) });
    const number = el("input", { type: "text", size: "3", value: step.no || "", "aria-label": this.label(key, words.no_column), "data-cell": `${key}.no`, onchange: (event) => model.set(key, "no", event.target.value.trim()) });
    return el("tr", { "data-step": key },
      el("td", {}, number),
      el("td", { class: "sop-title" }, said("title", 34), el("ul", { class: "field-error", "data-wrong": key })),
      ...model.actors.map((actor) => el("td", { class: "sop-actor" }, this.hand(key, actor))),
      el("td", {}, this.norm(key)), el("td", {}, lines("needs")), el("td", {}, lines("yields")),
      el("td", {}, this.ways(key)), el("td", {}, this.tools(key)));
  }

  hand(key, actor) {
    const { model, words } = this;
    const isMain = model.hand(key) === actor;
    const isPart = (model.steps[key].also || []).includes(actor);
    const sign = isMain ? (model.steps[key].outcomes ? DECISION : MAIN) : isPart ? PART : "";
    const title = model.value.actors[actor].title;
    const told = isMain ? words.does_it : isPart ? words.takes_part : words.not_in;
    return el("button", { type: "button", class: "sop-hand", "data-cell": `${key}.@${actor}`, "aria-label": `${this.label(key, title)}: ${told}`, "aria-pressed": String(isMain || isPart), title: words.hand_help,
      onclick: (event) => { if (event.shiftKey && !isMain) { model.toggleAlso(key, actor); } else if (!isMain) { model.setHand(key, actor); } } }, sign);
  }

  norm(key) {
    const { model, words } = this;
    const { amount, unit } = model.norm(key);
    const shared = Object.entries(model.value.norms || {}).map(([name, norm]) => [`=${name}`, words.shared_time.replace("{time}", this.written(norm))]);
    const count = el("input", { type: "number", min: "1", size: "4", value: amount, "aria-label": this.label(key, words.time), "data-cell": `${key}.norm` });
    const units = select([["", "–"], ["minutes", words.minutes], ["hours", words.hours], ["days", words.days], ...shared], unit, { "aria-label": this.label(key, words.unit), "data-cell": `${key}.unit` });
    const tell = () => {
      if (count.value && !units.value) { units.value = "minutes"; }
      model.setNorm(key, count.value, units.value);
      count.hidden = units.value.startsWith("=");
    };
    count.hidden = unit.startsWith("=");
    count.addEventListener("change", tell);
    units.addEventListener("change", tell);
    return el("div", { class: "sop-norm" }, count, units);
  }

  written(norm) { return norm.working_days ? `${norm.working_days} ${this.words.days}` : `${norm.minutes} ${this.words.minutes}`; }

  ways(key) {
    const { model, words } = this;
    const all = [...model.keys, ...model.ends].map((one) => [one, `${model.steps[one].no ? `${model.steps[one].no}. ` : ""}${model.steps[one].title}`]);
    const parts = model.ways(key).map((way) => {
      const name = way.key && el("input", { type: "text", value: way.title, "aria-label": this.label(key, words.way_title), "data-cell": `${key}.way.${way.key}`, onchange: (event) => model.setWayTitle(key, way.key, event.target.value.trim()) });
      const targets = way.next.map((target, place) => select(way.next.length > 1 ? [["", words.none], ...all] : all, target, { "aria-label": `${this.label(key, words.leads_to)} ${way.title}`, "data-cell": `${key}.next.${way.key}.${place}`, onchange: (event) => model.setTarget(key, way.key, place, event.target.value) }));
      const remove = way.key && el("button", { type: "button", class: "btn btn-small", "aria-label": `${words.remove_way}: ${way.title}`, onclick: () => model.removeWay(key, way.key) }, "×");
      return el("div", { class: "sop-way" }, name || null, ...targets, remove || null);
    });
    const add = el("button", { type: "button", class: "btn btn-small", "data-cell": `${key}.add`, "aria-label": this.label(key, words.add_way), onclick: () => model.addWay(key) }, words.add_way);
    return el("div", { class: "sop-ways" }, ...parts, add);
  }

  tools(key) {
    const { model, words } = this;
    const tool = (name, sign, act) => el("button", { type: "button", class: "btn btn-small", "data-cell": `${key}.${name}`, "aria-label": this.label(key, words[name]), title: words[name], onclick: act }, sign);
    return el("div", { class: "sop-tools" },
      tool("up", "↑", () => model.move(key, -1)), tool("down", "↓", () => model.move(key, 1)),
      tool("insert", "+", () => this.find(`${model.insert(key)}.title`)?.focus()),
      tool("details", "…", () => this.open(key)),
      tool("remove", "×", () => model.remove(key)));
  }

  end(key) {
    const { model, words } = this;
    const step = model.steps[key];
    const title = area(step.title, { "aria-label": this.label(key, words.end), "data-cell": `${key}.title`, onchange: (event) => model.set(key, "title", event.target.value.trim()) });
    return el("tr", { "data-step": key, class: "sop-end" }, el("td", {}), el("td", {}, title, el("ul", { class: "field-error", "data-wrong": key })), el("td", { colspan: String(model.actors.length + 5) }, `${words.end}: ${words.results[step.result] || step.result}`));
  }

  // problems stand in the row that they are about
  mark(problems) {
    this.problems = problems;
    this.table.querySelectorAll("[data-wrong]").forEach((list) => {
      const own = problems.filter((problem) => problem.path && problem.path.split(".")[0] === "steps" && problem.path.split(".")[1] === list.dataset.wrong);
      list.replaceChildren(...own.map((problem) => el("li", {}, problem.message)));
      list.closest("tr").classList.toggle("is-bad", own.length > 0);
    });
  }

  keys(event) {
    const row = event.target.closest("[data-step]");
    if (!row || !event.altKey) { return; }
    const act = { ArrowUp: () => this.model.move(row.dataset.step, -1), ArrowDown: () => this.model.move(row.dataset.step, 1), Enter: () => this.find(`${this.model.insert(row.dataset.step)}.title`)?.focus() }[event.key];
    if (act) { event.preventDefault(); act(); }
  }

  place() { return this.table.contains(document.activeElement) ? document.activeElement.dataset.cell : null; }

  find(cell) { return [...this.table.querySelectorAll("[data-cell]")].find((one) => one.dataset.cell === cell); }

  goTo(path) {
    const [part, key] = path.split(".");
    if (part === "steps") { this.find(`${key}.title`)?.focus(); }
  }
}
