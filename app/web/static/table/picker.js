// The list under a cell being edited: its known values; arrows choose, Space or Enter takes, a click does too.

import { part } from "./model.js";

let made = 0;

export class Picker {
  constructor(field, column, cell) {
    this.field = field;
    this.column = column;
    this.here = -1;
    this.picks = column.picks || [];
    if (!this.picks.length) { return; }
    made += 1;
    this.list = part("ul", { class: "picker", role: "listbox", id: `picker-${made}`, "aria-label": column.title, "aria-multiselectable": column.single ? "false" : "true" });
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    this.options = this.picks.map(([key, title], place) => {
      const option = part("li", { role: "option", id: `${this.list.id}-${place}`, text: title });
      option.dataset.key = key;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); this.here = place; this.take(); });
      return option;
    });
    this.list.append(...this.options);
    document.body.append(this.list);
    this.place(cell);
    field.addEventListener("input", () => this.show());
    this.show();
  }

  // A style sheet of its own rules would need the policy's leave; positions set by script do not.
  place(cell) {
    const box = cell.getBoundingClientRect();
    const below = window.innerHeight - box.bottom > 180;
    this.list.style.left = `${Math.max(4, Math.min(box.left, window.innerWidth - 220))}px`;
    if (below) { this.list.style.top = `${box.bottom + 2}px`; } else { this.list.style.bottom = `${window.innerHeight - box.top + 2}px`; }
  }

  holds(element) { return Boolean(this.list && this.list.contains(element)); }

  chosen() { return this.field.value.split(";").map((text) => text.trim()).filter((text) => text); }

  show() {
    const chosen = this.chosen();
    this.options.forEach((option, place) => {
      option.setAttribute("aria-selected", String(chosen.includes(option.textContent) || chosen.includes(option.dataset.key)));
      option.classList.toggle("is-here", place === this.here);
    });
    if (this.here >= 0) {
      this.field.setAttribute("aria-activedescendant", this.options[this.here].id);
      this.options[this.here].scrollIntoView({ block: "nearest" });
    } else { this.field.removeAttribute("aria-activedescendant"); }
  }

  take() {
    const [key, title] = this.picks[this.here];
    const written = this.column.name === "outcome" ? key : title;
    const chosen = this.chosen();
    const rest = chosen.filter((text) => text !== written && text !== key);
    this.field.value = this.column.single ? written : (rest.length < chosen.length ? rest : [...chosen, written]).join("; ");
    this.show();
  }

  // True where the key was meant for the list.
  key(event) {
    if (!this.list) { return false; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.here = (this.here + step + this.picks.length + (this.here < 0 && step < 0 ? 1 : 0)) % this.picks.length;
      this.show();
      return true;
    }
    if (this.here >= 0 && event.key === " ") { event.preventDefault(); this.take(); return true; }
    if (this.here >= 0 && event.key === "Enter") { this.takeIfNot(); }
    else if (event.key.length === 1) { this.here = -1; }
    return false;
  }

  takeIfNot() {
    const [key, title] = this.picks[this.here];
    const chosen = this.chosen();
    if (!chosen.includes(title) && !chosen.includes(key)) { this.take(); }
  }

  close() { if (this.list) { this.list.remove(); } }
}
