// What stands below the table: the proof, the try-out and the examples.

import { part } from "./model.js";

export class Panels {
  constructor(model, view, root, ask) {
    this.model = model;
    this.view = view;
    this.ask = ask;
    this.facts = {};
    this.tried = null;
    this.at = (name) => root.querySelector(`[data-${name}]`);
    this.at("keep").addEventListener("click", () => this.keep());
    this.at("clear").addEventListener("click", () => { this.facts = {}; this.drawTry(); this.ask(); });
  }

  show(answer) {
    this.proof(answer);
    this.examples(answer);
    this.answer(answer.tried);
  }

  proof({ findings, problems }) {
    const { words } = this.model;
    const grave = findings.filter((finding) => finding.severity === "error" || finding.severity === "warning");
    this.at("proof-state").textContent = problems.length ? words.unproved : grave.length ? "" : words.proved;
    this.at("findings").replaceChildren(...findings.map((finding) => this.finding(finding)));
  }

  finding(finding) {
    const { words } = this.model;
    const item = part("li", { "data-severity": finding.severity, "data-kind": finding.kind }, part("span", { class: "tone", text: words[finding.severity] }), ` ${finding.message}`);
    if (finding.path.startsWith("inputs.")) { item.append(part("span", { class: "muted", text: ` (${this.model.title(finding.path.slice(7))})` })); }
    if (finding.waived) { item.append(part("p", { class: "small muted", text: finding.waived })); }
    if (finding.facts) { item.append(this.factsShown(finding.facts)); }
    const actions = part("div", { class: "actions" });
    if (finding.row && !finding.waived) { actions.append(part("button", { type: "button", class: "btn btn-small", text: words.add_row, onclick: () => this.add(finding.row) })); }
    finding.rows.forEach((row) => actions.append(part("button", { type: "button", class: "btn btn-small", text: words.go.replace("{n}", row), onclick: () => this.view.go(row - 1, 0) })));
    if (finding.facts) { actions.append(part("button", { type: "button", class: "btn btn-small", text: words.try_these, onclick: () => this.use(finding.facts) })); }
    if (actions.childElementCount) { item.append(actions); }
    const waiver = this.waiverFor(finding);
    if (waiver && finding.waived === null) { item.append(this.accept(waiver)); }
    if (waiver && finding.waived !== null) { item.append(part("button", { type: "button", class: "btn btn-small", text: words.take_back, onclick: () => this.takeBack(waiver) })); }
    return item;
  }

  // What is meant is kept in the table with its reason: a gap by its conditions, anything else by its input.
  waiverFor({ kind, severity, row, path }) {
    if (kind === "gap") { return row && { finding: kind, when: row, input: "" }; }
    return ["untested", "no_effect"].includes(kind) && severity !== "hint" ? { finding: kind, when: {}, input: path.slice(7) } : null;
  }

  accept(waiver) {
    const { words } = this.model;
    const reason = part("input", { type: "text", required: "required", maxlength: "4000", "aria-label": words.reason });
    const form = part("form", { "data-accept-form": "" }, part("label", {}, words.reason, reason), part("button", { type: "submit", class: "btn btn-small", text: words.accept }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.model.change("cells", (grid) => grid.waivers.push({ ...waiver, reason: reason.value.trim() }));
    });
    return part("details", { class: "accept" }, part("summary", { text: words.accept }), form);
  }

  takeBack(waiver) {
    const same = (one) => one.finding === waiver.finding && one.input === waiver.input && JSON.stringify(one.when) === JSON.stringify(waiver.when);
    this.model.change("cells", (grid) => { grid.waivers = grid.waivers.filter((one) => !same(one)); });
  }

  factsShown(facts) {
    return part("ul", { class: "shown-facts" }, ...Object.entries(facts).map(([path, text]) => part("li", {}, `${this.model.title(path)}: `, part("strong", { text: text === "kosong" ? this.model.words.empty : text }))));
  }

  // The missing row comes last; what it decides is for a person to say.
  add(when) {
    this.model.change("rows", (grid) => grid.rows.push(this.model.emptyRow(when)));
    const place = this.view.columns.findIndex((column) => column.part === "then");
    this.view.go(this.model.grid.rows.length - 1, Math.max(place, 0));
  }

  use(facts) {
    this.facts = Object.fromEntries(Object.entries(facts).map(([path, text]) => [path, text === "kosong" ? "" : text]));
    this.drawTry();
    this.ask();
    this.at("try").querySelector("input, select").focus();
  }

  drawTry() {
    this.at("try").replaceChildren(...this.model.grid.inputs.map((input) => part("label", {}, input.title, this.field(input))));
  }

  field(input) {
    const value = this.facts[input.path] || "";
    const picks = input.type === "boolean" ? [["ya", "ya"], ["tidak", "tidak"]] : input.type === "text" ? input.values : [];
    const take = (event) => { this.facts[input.path] = event.target.value; this.ask(); };
    if (!picks.length) { return part("input", { type: "text", value, oninput: take, "data-fact": input.path, autocomplete: "off" }); }
    const options = [["", "–"], ...picks].map(([key, title]) => part("option", { value: key, text: title, selected: key === value || title === value ? "selected" : null }));
    return part("select", { onchange: take, "data-fact": input.path }, ...options);
  }

  answer(tried) {
    const { words } = this.model;
    const box = this.at("answer");
    this.tried = tried && tried.verdict;
    this.at("keep").disabled = !this.tried;
    if (!tried) { box.replaceChildren(); return; }
    if (!tried.verdict) {
      const wrong = Object.entries(tried.wrong).map(([path, texts]) => `${this.model.title(path)}: ${texts.join(" ")}`);
      box.replaceChildren(part("p", { class: "strong", text: [tried.refused, ...wrong].filter((text) => text).join(" ") }));
      this.view.name([]);
      return;
    }
    const { verdict } = tried;
    const outcome = this.model.grid.outcomes.find((each) => each.key === verdict.outcome);
    const rows = verdict.rows.length ? `${words.rows}: ${verdict.rows.join(", ")}` : words.no_row;
    box.replaceChildren(part("p", { class: "strong", "data-outcome": verdict.outcome || "", text: outcome ? outcome.title : verdict.outcome || "" }),
      part("p", { text: rows }), part("ul", {}, ...verdict.reasons.map((text) => part("li", { text }))), part("p", { class: "small muted", text: verdict.laws.join("; ") }));
    this.view.name(verdict.rows);
  }

  keep() {
    if (!this.tried) { return; }
    const given = Object.fromEntries(Object.entries(this.facts).filter(([, text]) => text));
    const expect = this.tried.outcome ? { outcome: this.tried.outcome } : { rows: this.tried.rows.join("; ") || "-" };
    this.model.change("cells", (grid) => grid.examples.push({ given, expect, note: "" }));
  }

  examples({ examples, problems }) {
    const { grid, words } = this.model;
    const passed = examples.filter((failed) => failed.length === 0).length;
    this.at("examples-state").textContent = problems.length ? words.unproved : words.examples.replace("{passed}", passed).replace("{n}", grid.examples.length);
    this.at("examples").replaceChildren(...grid.examples.map((example, place) => this.example(example, place, examples[place])));
  }

  wordFor(key) {
    const { grid, words } = this.model;
    const output = grid.outputs.find((each) => each.key === key);
    return { outcome: words.outcome, rows: words.rows }[key] || (output ? output.title : key);
  }

  titleOf(key, text) {
    const outcome = key === "outcome" && this.model.grid.outcomes.find((each) => each.key === text);
    return outcome ? outcome.title : text;
  }

  example(example, place, failed) {
    const { words } = this.model;
    const passes = failed ? (failed.length ? "no" : "yes") : "";
    const expected = Object.entries(example.expect).map(([key, text]) => `${this.wordFor(key)}: ${this.titleOf(key, text)}`).join("; ");
    return part("li", { "data-passes": passes },
      part("span", { class: "tone", text: passes === "yes" ? words.passes : passes === "no" ? words.fails : "" }), ` ${example.note || `${place + 1}.`}`,
      this.factsShown(example.given), part("p", { class: "small", text: `${words.expected}: ${expected}` }), ...(failed || []).map((text) => part("p", { class: "small", text })),
      part("div", { class: "actions" }, part("button", { type: "button", class: "btn btn-small", text: words.try_these, onclick: () => this.use(example.given) }),
        part("button", { type: "button", class: "btn btn-small", text: words.remove, onclick: () => this.model.change("cells", (grid) => grid.examples.splice(place, 1)) })));
  }
}
