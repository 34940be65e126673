// The head of the letter as a small form: only what is changed is sent, so the rest of the file stays as it is.

import { el, select } from "../dom.js";

export class Head {
  constructor(root, given, words, changed) {
    Object.assign(this, { root, given, words, changed, values: {}, edited: {}, last: null });
  }

  show(head) {
    this.values = head;
    this.edited = {};
    this.draw();
    this.say();
  }

  draw() {
    const fields = this.given.fields.filter(([name]) => !name.startsWith("number.") || this.value("number"));
    this.root.replaceChildren(...fields.map((each) => this.field(...each)));
  }

  say() {
    const subject = this.value("subject") || this.value("title") || "";
    document.querySelector("[data-head-said]").textContent = subject.replace(/\{\{.*?\}\}/g, "…");
  }

  value(name) {
    const [first, second] = name.split(".");
    const whole = first in this.edited ? this.edited[first] : this.values[first];
    return (second ? (whole || {})[second] : whole) ?? null;
  }

  set(name, value) {
    const [first, second] = name.split(".");
    this.edited[first] = second ? { ...(this.edited[first] || this.values[first]), [second]: value } : value;
    this.say();
    this.changed();
  }

  field(name, title, kind) {
    if (kind === "roles") { return this.order(name, title); }
    if (kind === "numbered") { return this.numbered(name, title); }
    const value = this.value(name);
    const usual = this.given.defaults[name] || "";
    if (kind === "choice") {
      const chosen = select(this.given.choices[name], value ?? usual, { onchange: () => this.set(name, chosen.value) });
      return el("label", {}, title, chosen);
    }
    const made = kind === "lines" ? el("textarea", { rows: "3", spellcheck: "false" }) : el("input", { type: "text", placeholder: usual });
    made.dataset.head = name;
    made.value = kind === "lines" ? (value || []).join("\n") : value || "";
    made.addEventListener("focus", () => { this.last = made; });
    made.addEventListener("input", () => this.set(name, kind === "lines" ? made.value.split("\n").filter((line) => line.trim()) : made.value));
    return el("label", {}, title, made);
  }

  // A letter that gets a number gets the usual one; without one, series, form and book are not asked.
  numbered(name, title) {
    const box = el("input", { type: "checkbox", onchange: () => {
      this.set(name, box.checked ? this.values.number || this.given.usual_number : null);
      this.draw();
      this.root.querySelector("[data-numbered]").focus();
    }, "data-numbered": true });
    box.checked = Boolean(this.value(name));
    return el("label", { class: "check" }, box, ` ${title}`);
  }

  // A field that was picked while the cursor was in a line of the head.
  put(expression) {
    const made = this.last;
    made.setRangeText(`{{ ${expression} }}`, made.selectionStart, made.selectionEnd, "end");
    made.dispatchEvent(new Event("input"));
    made.focus();
  }

  // Roles in an order: chosen ones with arrows, the others to add.
  order(name, title) {
    const box = el("fieldset", { class: "letter-order" });
    const draw = () => {
      const chosen = this.value(name) || [];
      const titles = Object.fromEntries(this.given.roles);
      const put = (next) => { this.set(name, next); draw(); };
      const lines = chosen.map((role, index) => el("li", {}, titles[role] || role,
        el("button", { type: "button", class: "btn btn-small", "aria-label": `${this.words.up}: ${titles[role] || role}`, disabled: index === 0, onclick: () => { const next = [...chosen]; next.splice(index - 1, 0, ...next.splice(index, 1)); put(next); } }, "↑"),
        el("button", { type: "button", class: "btn btn-small", "aria-label": `${this.words.remove}: ${titles[role] || role}`, onclick: () => put(chosen.filter((each) => each !== role)) }, "×")));
      const rest = this.given.roles.filter(([role]) => !chosen.includes(role));
      const more = select([["", "+ …"], ...rest], "", { "aria-label": title, onchange: () => { if (more.value) { put([...chosen, more.value]); } } });
      box.replaceChildren(el("legend", {}, title), el("ol", {}, ...lines), more);
    };
    draw();
    return box;
  }
}
