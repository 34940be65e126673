// What a step has besides its row: kind, form, table, clock, remark and how the print is read.

import { area, el, select } from "../dom.js";
import { Deeds } from "./deeds.js";
import { Kind } from "./kind.js";

export class Details {
  constructor(model, dialog) {
    this.model = model;
    this.dialog = dialog;
    this.body = dialog.querySelector("[data-details]");
    this.deeds = new Deeds(model, () => this.draw());
    this.kind = new Kind(model, () => this.draw());
    dialog.querySelector("[data-done]").addEventListener("click", () => dialog.close());
  }

  open(key) {
    this.key = key;
    this.fill();
    this.dialog.showModal();
  }

  // after a step back or forth; the keyboard stays where it was
  draw() {
    if (!this.dialog.open) { return; }
    if (!this.model.steps[this.key]) { this.dialog.close(); return; }
    const parts = () => [...this.body.querySelectorAll("input, select, textarea, summary, button:not(:disabled)")];
    const here = parts().indexOf(document.activeElement);
    const wasOpen = this.body.querySelector("details[open]");
    this.fill();
    if (wasOpen) { this.body.querySelector("details")?.setAttribute("open", ""); }
    (parts()[here] || parts().at(-1)).focus();
  }

  fill() {
    const { model, key } = this;
    const { words } = model;
    const step = model.steps[key];
    this.dialog.querySelector("[data-details-title]").textContent = step.no ? `${step.no}. ${step.title}` : step.title;
    const keys = (all) => [["", words.none], ...all.map((one) => [one, one])];
    const choice = (name, options, chosen, act) => this.labelled(words[name], select(options, chosen, { onchange: (event) => act(event.target.value) }));
    const decide = step.decide || {};
    const table = (name, given) => {
      const next = { ...(step.decide || {}), [name]: given };
      if (!given) { delete next[name]; }
      model.set(key, "decide", next.table ? next : null);
    };
    const ways = [["", words.none], ...model.ways(key).filter((way) => way.key).map((way) => [way.key, way.title])];
    const isDone = !["send", "route"].includes(step.kind);
    const decided = () => [
      step.kind !== "wait" && choice("form", keys(words.forms), step.form || "", (value) => model.set(key, "form", value)),
      choice("table", keys(words.tables), decide.table || "", (value) => table("table", value)),
      choice("when_empty", ways, decide.when_empty || "", (value) => table("when_empty", value)),
      choice("otherwise", ways, decide.otherwise || "", (value) => table("otherwise", value)),
      choice("clock", Object.entries(words.clocks), step.clock || "office", (value) => model.set(key, "clock", value === "office" ? "" : value)),
    ].filter(Boolean);
    this.body.replaceChildren(
      ...this.kind.fill(key).filter(Boolean),
      ...(isDone ? decided() : []),
      this.deeds.fill(key),
      this.labelled(words.remark, this.said(key, "remark")),
      this.labelled(words.interpretation, this.said(key, "interpretation")),
      ...(isDone ? this.people(key) : []));
  }

  // who must not do it, and who may beside the one who does
  people(key) {
    const { model } = this;
    const { words } = model;
    return [
      el("details", {}, el("summary", {}, words.not_by), el("fieldset", { class: "field" }, el("legend", { class: "visually-hidden" }, words.not_by), ...model.keys.filter((other) => other !== key && model.hand(other)).map((other) => this.other(key, other)))),
      el("fieldset", { class: "field" }, el("legend", {}, words.takes_part), ...model.actors.filter((actor) => actor !== model.hand(key)).map((actor) => this.part(key, actor))),
    ];
  }

  said(key, name) {
    return area(this.model.steps[key][name] || "", { "data-wide": 70, onchange: (event) => this.model.set(key, name, event.target.value.trim()) });
  }

  part(key, actor) {
    const box = el("input", { type: "checkbox", onchange: () => this.model.toggleAlso(key, actor) });
    box.checked = (this.model.steps[key].also || []).includes(actor);
    return el("label", { class: "check" }, box, ` ${this.model.value.actors[actor].title}`);
  }

  other(key, other) {
    const step = this.model.steps[other];
    const box = el("input", { type: "checkbox", onchange: () => this.model.toggleNotBy(key, other) });
    box.checked = (this.model.steps[key].not_by || []).includes(other);
    return el("label", { class: "check" }, box, ` ${step.no ? `${step.no}. ` : ""}${step.title}`);
  }

  labelled(words, control) { return el("label", { class: "field" }, words, control); }
}
