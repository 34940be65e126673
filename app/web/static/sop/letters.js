// The letters of an SOP: each has a place in the case, which a step's deeds name; some share one place.

import { el, select } from "../dom.js";
import { fresh } from "./model.js";

export class Letters {
  constructor(model, root) {
    this.model = model;
    this.list = root.querySelector("[data-slots]");
    this.more = root.querySelector("[data-new-slot]");
    root.querySelector("[data-add-slot]").addEventListener("click", () => this.add(this.more.value));
  }

  get slots() { return this.model.value.slots || {}; }

  draw() {
    const here = this.list.contains(document.activeElement) ? document.activeElement.dataset.cell : null;
    this.list.replaceChildren(...Object.keys(this.slots).map((slot) => this.line(slot)));
    this.more.replaceChildren(...select(this.unused(), "", {}).children);
    this.more.closest("[data-new]").hidden = !this.more.options.length;
    if (here) { this.find(here)?.focus(); }
  }

  line(slot) {
    const { words } = this.model;
    const { title, letters } = this.slots[slot];
    const cell = (name) => ({ "data-cell": `slots.${slot}.${name}` });
    const name = el("input", { type: "text", value: title, "aria-label": `${words.slot}: ${title}`, ...cell("title"), onchange: () => this.put(slot, { title: name.value.trim() || title, letters }) });
    const shown = letters.map((key) => el("span", { class: "sop-letter" }, el("a", { href: words.letter_page.replace("KEY", key) }, this.title(key)), letters.length > 1 ? this.tool(`${words.remove_letter}: ${this.title(key)}`, () => this.put(slot, { title, letters: letters.filter((one) => one !== key) })) : null));
    const rest = this.unused();
    const other = rest.length > 0 ? select([["", words.other_letter], ...rest], "", { "aria-label": `${words.other_letter} ${title}`, ...cell("more"), onchange: () => this.put(slot, { title, letters: [...letters, other.value] }) }) : null;
    return el("div", { class: "sop-slot" }, name, el("div", { class: "sop-letters" }, ...shown, other), this.isIdle(slot) ? this.tool(`${words.remove_letter}: ${title}`, () => this.put(slot, null)) : null);
  }

  tool(title, act) { return el("button", { type: "button", class: "btn btn-small", "aria-label": title, title, onclick: act }, "×"); }

  title(key) { return this.model.words.letters.find(([one]) => one === key)?.[1] || key; }

  unused() {
    const used = Object.values(this.slots).flatMap((slot) => slot.letters);
    return this.model.words.letters.filter(([key]) => !used.includes(key));
  }

  // no deed of any step names it
  isIdle(slot) {
    const { objects, verbs } = this.model.words;
    const deeds = Object.values(this.model.steps).flatMap((step) => [...(step.do || []), ...Object.values(step.outcomes || {}).flatMap((way) => way.do || [])]);
    return !deeds.some((deed) => verbs.some(([verb]) => !(verb in objects) && deed[verb] === slot));
  }

  // the place is called like the letter's file
  add(key) {
    const name = key.split("/").at(-1);
    const slot = name in this.slots ? fresh(name, this.slots) : name;
    this.put(slot, { title: this.title(key), letters: [key] });
    this.find(`slots.${slot}.title`)?.select();
  }

  put(slot, given) {
    const { [slot]: before, ...others } = this.slots;
    if (!given) { this.model.value.slots = others; } else { this.model.value.slots = { ...this.slots, [slot]: given }; }
    this.model.changed("rows");
  }

  find(cell) { return [...this.list.querySelectorAll("[data-cell]")].find((one) => one.dataset.cell === cell); }
}
