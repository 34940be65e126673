// The library of clauses: found by title, put into the text as a copy; what is chosen in the text may become one.

import { Node as Tree } from "prosemirror-model";
import { el } from "../dom.js";
import { insertBlocks } from "./commands.js";
import { schema } from "./schema.js";

export class Clauses {
  constructor(dialog, list, words, address) {
    Object.assign(this, { dialog, list, words, address, view: null });
    this.search = dialog.querySelector("[data-clause-search]");
    this.place = dialog.querySelector("[data-clause-list]");
    this.state = dialog.querySelector("[data-clause-state]");
    this.search.addEventListener("input", () => this.draw());
    dialog.querySelector("[data-clause-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-clause-keep]").addEventListener("submit", (event) => this.keep(event));
    dialog.addEventListener("close", () => this.view.focus());
  }

  open() {
    this.search.value = "";
    this.state.textContent = "";
    this.dialog.querySelector("[data-clause-keep]").hidden = !this.chosen().length;
    this.draw();
    this.dialog.showModal();
    this.search.focus();
  }

  // The whole blocks that the selection touches.
  chosen() {
    const { $from, $to, empty } = this.view.state.selection;
    const range = empty ? null : $from.blockRange($to);
    const found = [];
    for (let index = range ? range.startIndex : 0; range && index < range.endIndex; index += 1) { found.push(range.parent.child(index)); }
    return found.every((each) => each.type.isInGroup("block")) ? found : [];
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase();
    const shown = this.list.filter((each) => `${each.title} ${each.words}`.toLowerCase().includes(wanted));
    this.place.replaceChildren(...shown.map((each) => el("li", {},
      el("button", { type: "button", class: "letter-clause", "data-clause": each.key, onclick: () => this.insert(each) },
        el("span", { class: "strong" }, each.title), el("span", { class: "small" }, each.words),
        each.law ? el("span", { class: "small muted" }, `${this.words.law}: ${each.law}`) : null))));
    if (!shown.length) { this.place.append(el("li", { class: "small muted" }, this.words.no_clause)); }
  }

  insert(clause) {
    const blocks = clause.content.map((each) => Tree.fromJSON(schema, each));
    insertBlocks(blocks)(this.view.state, this.view.dispatch);
    this.dialog.close();
  }

  async keep(event) {
    event.preventDefault();
    const form = event.target;
    const content = this.chosen().map((each) => each.toJSON());
    const answer = await window.studio.ask("POST", this.address, { title: form.elements.title.value, law: form.elements.law.value, doc: { type: "doc", content } });
    delete form.dataset.sent; // the same form may keep another clause
    form.querySelector("button").removeAttribute("aria-busy");
    this.state.textContent = answer.status === 200 ? this.words.clause_saved : answer.json.message;
    if (answer.status === 200) { this.list = answer.json.clauses; form.reset(); this.draw(); }
  }
}
