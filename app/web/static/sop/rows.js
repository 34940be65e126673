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
    this.remarks = [];
    table.addEventListener("keydown", (event) => this.keys(event));
  }

  draw() {
    const at = this.place();
    this.table.replaceChildren(this.head(), el("tbody", {}, ...this.model.keys.map((key) => this.row(key)), ...this.model.ends.map((key) => this.end(key))));
    this.mark(this.problems);
    this.remark(this.remarks);
    if (at) { this.find(at)?.focus(); }
  }

  head() {
    const { words, model } = this;
    const column = (name, kind) => el("th", { scope: "col", class: kind }, name);
    return el("thead", {}, el("tr", {}, column(words.no_column, "sop-no"), column(words.title, "sop-title"), ...model.actors.map((key) => column(this.actor(key), "sop-actor")),
      ...[words.time, words.needs, words.yields, words.remark, words.ways, words.row].map((name) => column(name))));
  }

  // an actor is called as printed; one who does nothing may go
  actor(key) {
    const { words, model } = this;
    const { title } = model.value.actors[key];
    const name = area(title, { "aria-label": `${words.actor}: ${title}`, "data-cell": `@${key}`, "data-wide": 12, onchange: (event) => model.renameActor(key, event.target.value.trim()) });
    const gone = model.isIdle(key) && el("button", { type: "button", class: "btn btn-small", "aria-label": `${words.remove_actor}: ${title}`, title: words.remove_actor, onclick: () => model.removeActor(key) }, "×");
    return el("div", { class: "sop-head" }, name, gone || null);
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
      el("td", { class: "sop-no" }, number),
      el("td", { class: "sop-title" }, said("title", 34), ...this.notes(key)),
      ...model.actors.map((actor) => el("td", { class: "sop-actor" }, this.hand(key, actor))),
      el("td", {}, this.norm(key)), el("td", {}, lines("needs")), el("td", {}, lines("yields")), el("td", {}, said("remark")),
      el("td", {}, this.ways(key)), el("td", {}, this.tools(key)));
  }

  notes(key) {
    const { model, words } = this;
    const answered = model.hasDoubts(key) && el("button", { type: "button", class: "btn btn-small", "data-cell": `${key}.answered`, "aria-label": this.label(key, words.answered), onclick: () => model.answer(key) }, words.answered);
    return [el("ul", { class: "field-error", "data-wrong": key }), answered || "", el("ul", { class: "sop-remarks", "data-remark": key })];
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
      model.setNorm(key, count.value, units.value);
      count.hidden = units.value.startsWith("=");
    };
    count.hidden = unit.startsWith("=");
    count.addEventListener("change", () => { units.value = count.value ? units.value || "minutes" : ""; tell(); });
    units.addEventListener("change", () => { if (!units.value) { count.value = ""; } tell(); });
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
      return el("div", { class: way.key ? "sop-way" : "sop-way is-plain" }, name || null, el("div", {}, ...targets), remove || null);
    });
    const add = el("button", { type: "button", class: "btn btn-small", "data-cell": `${key}.add`, "aria-label": this.label(key, words.add_way), title: words.add_way, onclick: () => model.addWay(key) }, "+ ◇");
    return el("div", { class: "sop-exits" }, ...parts, add);
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
    const results = select(Object.entries(words.results), step.result, { "aria-label": this.label(key, words.result), "data-cell": `${key}.result`, onchange: (event) => model.set(key, "result", event.target.value) });
    const gone = model.isUnreached(key) && el("button", { type: "button", class: "btn btn-small", "aria-label": this.label(key, words.remove), "data-cell": `${key}.remove`, onclick: () => model.removeEnd(key) }, "×");
    return el("tr", { "data-step": key, class: "sop-end" }, el("td", { class: "sop-no" }), el("td", { class: "sop-title" }, title, ...this.notes(key)),
      el("td", { colspan: String(model.actors.length + 6) }, el("div", { class: "sop-result" }, `${words.end}: `, results, gone || null)));
  }

  // problems stand in the row that they are about
  mark(problems) {
    this.problems = problems;
    this.put(problems, "wrong", "is-bad");
  }

  // and so do remarks, which stop nothing
  remark(remarks) {
    this.remarks = remarks;
    this.put(remarks, "remark", "is-noted");
  }

  put(found, name, sign) {
    this.table.querySelectorAll(`[data-${name}]`).forEach((list) => {
      const own = found.filter((one) => one.path && one.path.split(".")[0] === "steps" && one.path.split(".")[1] === list.dataset[name]);
      list.replaceChildren(...own.map((one) => el("li", {}, one.message)));
      list.closest("tr").classList.toggle(sign, own.length > 0);
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

  // to the cell that a step back or forth has changed, or at least to its row
  goBack(cell) { (this.find(cell) || this.find(`${cell.split(".")[0]}.title`))?.focus(); }

  goTo(path) {
    const [part, key] = path.split(".");
    if (part === "steps") { this.find(`${key}.title`)?.focus(); }
  }
}
