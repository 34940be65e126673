// What a step does when it is completed: one line for each deed, with whom or what it is done to.

import { el, select } from "../dom.js";

export class Deeds {
  constructor(model, drawn) {
    this.model = model;
    this.drawn = drawn; // shows the lines anew
  }

  fill(key) {
    const { words } = this.model;
    const add = el("button", { type: "button", class: "btn btn-small", "data-deed-add": true, onclick: () => this.put(key, "", [...this.model.deeds(key, ""), this.fresh()]) }, words.add_deed);
    return el("fieldset", { class: "field sop-deeds" }, el("legend", {}, words.deeds),
      ...["", ...this.ways(key)].flatMap((way) => this.model.deeds(key, way).map((deed, place) => this.line(key, way, place, deed))), add);
  }

  ways(key) { return this.model.ways(key).map((way) => way.key).filter(Boolean); }

  line(key, way, place, deed) {
    const { model } = this;
    const { words } = model;
    const verb = words.verbs.map(([name]) => name).find((name) => name in deed);
    const all = model.deeds(key, way);
    const change = (next) => this.put(key, way, all.with(place, next));
    const titles = [["", words.always], ...model.ways(key).filter((one) => one.key).map((one) => [one.key, one.title])];
    const when = titles.length > 1 && select(titles, way, { "aria-label": words.when_deed, onchange: (event) => this.carry(key, way, place, event.target.value) });
    const what = select(words.verbs, verb, { "aria-label": words.deed, "data-deed": true, onchange: (event) => change(this.made(event.target.value, this.kind(verb) === this.kind(event.target.value) ? deed[verb] : null)) });
    const objects = this.objects(verb);
    const missing = objects.some(([name]) => name === deed[verb]) ? [] : [[deed[verb], deed[verb]]];
    const object = objects.length > 0 && select([...missing, ...objects], deed[verb], { "aria-label": words.deed_object, onchange: (event) => change(this.made(verb, event.target.value)) });
    const letters = (verb === "draft" && model.value.slots?.[deed.draft]?.letters) || [];
    const letter = letters.length > 1 && select(letters.map((one) => [one, one]), deed.letter || "", { "aria-label": words.letter, onchange: (event) => change({ ...deed, letter: event.target.value }) });
    const tool = (title, sign, act, off) => el("button", { type: "button", class: "btn btn-small", "aria-label": `${title}: ${place + 1}`, title, disabled: off, onclick: act }, sign);
    return el("div", { class: "sop-deed" }, when || null, what, object || null, letter || null,
      tool(words.up, "↑", () => this.put(key, way, all.toSpliced(place, 1).toSpliced(place - 1, 0, deed)), place === 0),
      tool(words.remove_deed, "×", () => this.put(key, way, all.toSpliced(place, 1))));
  }

  // a slot's letter, unless the verb has a list of its own
  objects(verb) { return this.model.words.objects[verb] || Object.entries(this.model.value.slots || {}).map(([name, slot]) => [name, slot.title]); }

  kind(verb) { return verb in this.model.words.objects ? verb : "letter"; }

  // the first letter where a slot has several: a draft must say which
  made(verb, given) {
    if (verb === "ask_correction") { return { ask_correction: true }; }
    const object = given || this.objects(verb)[0]?.[0] || "";
    const letters = this.model.value.slots?.[object]?.letters || [];
    return { [verb]: object, ...(verb === "draft" && letters.length > 1 ? { letter: letters[0] } : {}) };
  }

  fresh() { return this.made(this.model.words.verbs.map(([name]) => name).find((name) => this.objects(name).length) || "ask_correction"); }

  carry(key, from, place, to) {
    const deed = this.model.deeds(key, from)[place];
    this.model.setDeeds(key, from, this.model.deeds(key, from).toSpliced(place, 1), false);
    this.put(key, to, [...this.model.deeds(key, to), deed]);
  }

  put(key, way, deeds) {
    this.model.setDeeds(key, way, deeds);
    this.drawn();
  }
}
