// The builder of conditions: a field, how it is compared, with what. The server writes the statement.

import { el, select } from "../dom.js";
import { conditioned, reach } from "./commands.js";
import { schema } from "./schema.js";

const OPERATORS = {
  yes_no: ["filled", "empty"], choice: ["equals", "differs", "one_of", "filled", "empty"], choices: ["contains", "filled", "empty"],
  number: ["more", "less", "at_least", "at_most", "equals", "filled", "empty"], money: ["more", "less", "at_least", "at_most", "equals", "filled", "empty"],
  text: ["filled", "empty", "equals", "differs"],
};
const ALONE = ["filled", "empty"];

export class Conditions {
  constructor(dialog, palette, words, address) {
    Object.assign(this, { dialog, palette, words, address, view: null, place: null });
    this.fields = dialog.querySelector("[data-condition-field]");
    this.operators = dialog.querySelector("[data-condition-operator]");
    this.values = dialog.querySelector("[data-condition-value]");
    this.fault = dialog.querySelector("[data-condition-fault]");
    const top = palette.groups.map((group) => el("optgroup", { label: group.title }, ...group.fields.map((each) => el("option", { value: each.path }, each.title))));
    this.fields.replaceChildren(...top);
    this.fields.addEventListener("change", () => this.drawOperators());
    this.operators.addEventListener("change", () => this.drawValue());
    dialog.querySelector("[data-condition-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-condition-set]").addEventListener("click", () => this.set());
    dialog.querySelector("[data-condition-remove]").addEventListener("click", () => this.remove());
    dialog.querySelector("[data-condition-otherwise]").addEventListener("click", () => this.otherwise());
    dialog.addEventListener("close", () => this.view.focus());
  }

  // A new one for what is chosen, or (`place`) the one that stands there.
  open(place, test, text) {
    this.place = place;
    const what = place ? "there" : reach(this.view.state);
    const branch = place && this.view.state.doc.nodeAt(place.pos).type.name === "branch";
    this.dialog.querySelectorAll("[data-reach]").forEach((each) => { each.hidden = each.dataset.reach !== what; });
    this.dialog.querySelector("[data-condition-remove]").hidden = !place;
    this.dialog.querySelector("[data-condition-otherwise]").hidden = !branch;
    const known = test && [...this.fields.options].some((each) => each.value === test.path);
    const source = this.dialog.querySelector("[data-condition-source]");
    source.hidden = !place || known;
    source.textContent = text || "";
    this.dialog.querySelector("[data-condition-set]").hidden = Boolean(place) && !known;
    this.dialog.querySelector("[data-condition-parts]").hidden = Boolean(place) && !known;
    if (known) { this.fields.value = test.path; }
    this.fault.textContent = "";
    this.drawOperators(known ? test : null);
    this.dialog.showModal();
  }

  get offer() { return this.palette.offer(this.fields.value); }

  drawOperators(test) {
    const { type } = this.offer;
    const boolean = type === "yes_no";
    const names = OPERATORS[type] || (this.offer.parts.length ? ALONE : OPERATORS.text);
    const word = (name) => this.words.operators[boolean ? { filled: "yes", empty: "no" }[name] : name].replace("{title}", "").replace("{value}", "…").trim();
    this.operators.replaceChildren(...names.map((name) => el("option", { value: name }, word(name))));
    if (test && names.includes(test.operator)) { this.operators.value = test.operator; }
    this.drawValue(test);
  }

  drawValue(test) {
    const name = this.operators.value;
    const value = test ? test.value : null;
    const { choices } = this.offer;
    if (ALONE.includes(name)) { this.values.replaceChildren(); return; }
    if (name === "one_of") {
      const boxes = choices.map(([key, title]) => el("label", { class: "check" }, el("input", { type: "checkbox", value: key, checked: Array.isArray(value) && value.includes(key) }), ` ${title}`));
      this.values.replaceChildren(el("fieldset", {}, el("legend", {}, this.words.values), ...boxes));
      return;
    }
    const number = ["number", "money"].includes(this.offer.type);
    const made = choices.length ? select(choices, value ?? choices[0][0], {}) : el("input", { type: number ? "number" : "text", step: number ? "any" : null });
    if (!choices.length && value !== null) { made.value = value; }
    this.values.replaceChildren(el("label", {}, this.words.value, made));
  }

  get value() {
    const checked = [...this.values.querySelectorAll("input[type=checkbox]:checked")].map((each) => each.value);
    const single = this.values.querySelector("select, input:not([type=checkbox])");
    if (this.operators.value === "one_of") { return checked; }
    if (!single) { return null; }
    return single.type === "number" ? Number(single.value) : single.value;
  }

  async set() {
    const answer = await window.studio.ask("POST", this.address, { path: this.fields.value, operator: this.operators.value, value: this.value });
    if (answer.status !== 200) { this.fault.textContent = answer.json.message; return; }
    const { state } = this.view;
    if (!this.place) {
      conditioned(answer.json.code, reach(state))(state, this.view.dispatch);
    } else {
      const node = state.doc.nodeAt(this.place.pos);
      const was = node.attrs[this.place.attr];
      const code = was.startsWith("elif") ? answer.json.code.replace(/^if/, "elif") : answer.json.code;
      this.view.dispatch(state.tr.setNodeMarkup(this.place.pos, null, { ...node.attrs, [this.place.attr]: code }));
    }
    this.dialog.close();
  }

  remove() {
    const { state } = this.view;
    const { pos, attr } = this.place;
    const node = state.doc.nodeAt(pos);
    if (node.type.name === "control") { this.view.dispatch(state.tr.delete(pos, pos + 1)); }
    else if (node.type.name === "branch") { this.view.dispatch(this.unwrapped(state, pos)); }
    else if (node.type.name === "repetition") { this.view.dispatch(state.tr.replaceWith(pos, pos + node.nodeSize, node.content)); }
    else { this.view.dispatch(state.tr.setNodeMarkup(pos, null, { ...node.attrs, [attr]: "", ...(attr === "repeat" ? { prelude: "" } : {}) })); }
    this.dialog.close();
  }

  // The blocks of a branch without their condition; of several branches only this one goes.
  unwrapped(state, pos) {
    const $pos = state.doc.resolve(pos);
    const whole = $pos.parent;
    const node = state.doc.nodeAt(pos);
    if (whole.childCount === 1) { return state.tr.replaceWith($pos.before(), $pos.after(), node.content); }
    if ($pos.index() > 0) { return state.tr.delete(pos, pos + node.nodeSize); }
    const second = whole.child(1);
    const first = second.attrs.code === "else" ? second.content : null;
    if (first) { return state.tr.replaceWith($pos.before(), $pos.after(), [...node.content.content, ...first.content]); }
    const rest = whole.content.content.slice(1).map((each, index) => (index ? each : each.type.create({ ...each.attrs, code: each.attrs.code.replace(/^elif/, "if") }, each.content)));
    return state.tr.replaceWith($pos.before(), $pos.after(), [...node.content.content, whole.type.create(null, rest)]);
  }

  otherwise() {
    const { state } = this.view;
    const $pos = state.doc.resolve(this.place.pos);
    const last = $pos.parent.lastChild;
    if (last.attrs.code !== "else") {
      const { branch, paragraph } = schema.nodes;
      this.view.dispatch(state.tr.insert($pos.after() - 1, branch.create({ code: "else" }, paragraph.create())));
    }
    this.dialog.close();
  }
}
