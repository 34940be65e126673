// How fields, conditions and repetitions look in the text, and the small box that opens at a field.

import { NodeSelection } from "prosemirror-state";
import { el, select } from "../dom.js";

const says = (decorations, text) => (decorations.find((each) => each.spec.says) || { spec: { says: { label: text, text, fault: "" } } }).spec.says;

class Chip {
  constructor(node, view, getPos, decorations, words, open) {
    this.node = node;
    this.words = words;
    this.dom = el("span", { class: "letter-chip", "data-letter-field": node.attrs.expression });
    this.dom.addEventListener("click", () => open(getPos(), this.said, this.dom));
    this.update(node, decorations);
  }

  update(node, decorations) {
    if (node.type !== this.node.type) { return false; }
    this.node = node;
    this.said = says(decorations, node.attrs.expression);
    this.dom.dataset.letterField = node.attrs.expression;
    this.dom.classList.toggle("is-bad", Boolean(this.said.fault));
    this.dom.title = this.said.fault || node.attrs.expression;
    this.dom.replaceChildren(this.said.label);
    if (this.said.fault) { this.dom.append(el("span", { class: "letter-fault" }, ` ${this.words.fault}`)); }
    this.dom.setAttribute("role", "img");
    this.dom.setAttribute("aria-label", `${this.words.field_in.replace("{name}", this.said.label)}${this.said.fault ? `. ${this.said.fault}` : ""}`);
    return true;
  }

  ignoreMutation() { return true; }
}

class Control {
  constructor(node, view, getPos, decorations, words, open) {
    this.node = node;
    this.words = words;
    this.dom = el("span", { class: "letter-control" });
    this.dom.addEventListener("click", () => { if (/^(if|elif)/.test(this.node.attrs.code)) { open(getPos(), "code", this.said); } });
    this.update(node, decorations);
  }

  update(node, decorations) {
    if (node.type !== this.node.type) { return false; }
    this.node = node;
    const ends = { endif: "⟩", endfor: "⟩", else: this.words.otherwise };
    this.said = says(decorations, node.attrs.code);
    const label = ends[node.attrs.code] || this.said.label;
    this.dom.classList.toggle("is-bad", Boolean(this.said.fault));
    this.dom.classList.toggle("is-end", /^end/.test(node.attrs.code));
    this.dom.title = this.said.fault || node.attrs.code;
    this.dom.replaceChildren(/^(if|for)/.test(node.attrs.code) ? `⟨ ${label}` : label);
    return true;
  }

  ignoreMutation() { return true; }
}

class Branch {
  constructor(node, view, getPos, decorations, words, open) {
    this.node = node;
    this.button = el("button", { type: "button", class: "letter-when", contenteditable: "false", onclick: (event) => { event.preventDefault(); open(getPos(), "code", this.said); } });
    this.contentDOM = el("div", { class: "letter-inner" });
    this.dom = el("div", { class: `letter-branch is-${node.type.name}` }, this.button, this.contentDOM);
    this.update(node, decorations);
  }

  update(node, decorations) {
    if (node.type !== this.node.type) { return false; }
    this.node = node;
    this.said = says(decorations, node.attrs.code);
    this.button.textContent = this.said.label;
    this.button.title = this.said.fault || node.attrs.code;
    this.button.classList.toggle("is-bad", Boolean(this.said.fault));
    return true;
  }

  stopEvent(event) { return this.button.contains(event.target); }

  ignoreMutation(mutation) { return !this.contentDOM.contains(mutation.target) && mutation.type !== "selection"; }
}

export function views(words, openField, openCondition) {
  return {
    field: (node, view, getPos, decorations) => new Chip(node, view, getPos, decorations, words, openField),
    control: (node, view, getPos, decorations) => new Control(node, view, getPos, decorations, words, openCondition),
    branch: (node, view, getPos, decorations) => new Branch(node, view, getPos, decorations, words, openCondition),
    repetition: (node, view, getPos, decorations) => new Branch(node, view, getPos, decorations, words, openCondition),
  };
}

// The box at a field: how it is written, and removing it.
export class FieldBox {
  constructor(box, words, palette) {
    Object.assign(this, { box, words, palette, view: null });
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") { this.close(true); } });
    document.addEventListener("pointerdown", (event) => { if (!box.hidden && !box.contains(event.target)) { this.close(false); } });
  }

  open(pos, said, at) {
    const offer = said.path ? this.palette.offer(said.path) : null;
    const writes = offer ? offer.writes.map(([name]) => name) : [];
    const title = el("p", { class: "strong" }, said.label);
    const parts = [title, el("p", { class: said.fault ? "late small" : "small muted mono" }, said.fault || said.text)];
    if (writes.length > 1) {
      const names = writes.map((name) => [name, this.words.filters[name]]);
      const chosen = select(names, said.filter || "", { onchange: () => this.write(pos, offer, chosen.value) });
      parts.push(el("label", {}, this.words.write_as, chosen));
    }
    parts.push(el("div", { class: "actions" },
      el("button", { type: "button", class: "btn btn-small", onclick: () => { this.view.dispatch(this.view.state.tr.delete(pos, pos + 1)); this.close(true); } }, this.words.remove),
      el("button", { type: "button", class: "btn btn-small", onclick: () => this.close(true) }, this.words.close)));
    this.box.replaceChildren(...parts);
    this.box.hidden = false;
    const place = at.getBoundingClientRect();
    const frame = this.box.offsetParent.getBoundingClientRect();
    this.box.style.top = `${place.bottom - frame.top + 4}px`;
    this.box.style.left = `${Math.max(0, Math.min(place.left - frame.left, frame.width - this.box.offsetWidth - 8))}px`;
    this.view.dispatch(this.view.state.tr.setSelection(NodeSelection.create(this.view.state.doc, pos)));
    (this.box.querySelector("select") || this.box.querySelector("button")).focus();
  }

  write(pos, offer, name) {
    const expression = this.palette.written(offer, name, this.view.state.doc.resolve(pos));
    this.view.dispatch(this.view.state.tr.setNodeMarkup(pos, null, { expression }));
  }

  close(back) {
    this.box.hidden = true;
    if (back) { this.view.focus(); }
  }
}
