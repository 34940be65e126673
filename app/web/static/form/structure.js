// The structure of the form: sections with their fields, chosen, moved by keyboard or dragged.

import { el } from "../dom.js";

export class Structure {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.problems = [];
    this.carried = null; // what is being dragged: a place, or a type from the palette
    root.addEventListener("keydown", (event) => this.keys(event));
    document.addEventListener("dragend", () => this.over(null));
  }

  draw() {
    const inside = this.root.contains(document.activeElement);
    this.root.replaceChildren(...this.model.sections.map((section, number) => this.section(section, number)));
    this.mark(this.problems);
    if (inside) { this.current()?.focus(); }
  }

  current() { return this.root.querySelector("[aria-current='true']"); }

  section(section, number) {
    const place = { section: number };
    const fields = Object.entries(section.fields).map(([key, field], at) => this.field({ section: number, key }, field, at));
    return el("li", { class: "build-section", ...this.target(number, () => 0) }, this.card(place, section.title, this.model.words.section),
      el("ol", { class: "build-fields", ...this.target(number, () => Object.keys(section.fields).length) }, ...fields));
  }

  field(place, field, at) {
    const inner = Object.entries(field.fields || {}).map(([key, one]) => el("li", {}, this.card({ ...place, group: place.key, key }, one.title, this.kind(one))));
    return el("li", this.target(place.section, () => at), this.card(place, field.title, this.kind(field)), inner.length ? el("ol", { class: "build-fields" }, ...inner) : null);
  }

  kind(field) { return this.model.words.types[field.type] + (field.required ? ` · ${this.model.words.required}` : "") + (field.show_if ? ` · ${this.model.words.conditional}` : ""); }

  card(place, title, kind) {
    const { model } = this;
    const name = [place.section, place.group, place.key].filter((part) => part !== undefined).join(".");
    const current = JSON.stringify(place) === JSON.stringify(model.chosen);
    const given = { type: "button", class: "build-card", "data-place": name, "aria-current": String(current), onclick: () => model.choose(place) };
    const drag = !place.group ? { draggable: "true", ondragstart: (event) => { this.carried = place; event.dataTransfer.setData("text/plain", name); } } : {};
    const card = el("button", { ...given, ...drag }, el("span", { class: "strong" }, title), el("span", { class: "muted small" }, ` ${kind}`), el("span", { class: "field-error", "data-wrong": name }));
    card.place = place;
    return card;
  }

  target(section, at) {
    return {
      ondragover: (event) => {
        event.preventDefault();
        event.stopPropagation();
        this.over(this.isSection(this.carried) ? event.currentTarget.closest(".build-section") : event.currentTarget);
      },
      ondrop: (event) => {
        event.preventDefault();
        event.stopPropagation();
        this.over(null);
        const carried = this.carried;
        this.carried = null;
        if (typeof carried === "string") { this.model.add(carried, { section }); this.model.put(this.model.chosen, { section, at: at() }); }
        else if (this.isSection(carried)) { this.model.moveSection(carried, section - carried.section); }
        else if (carried) { this.model.put(carried, { section, at: at() }); }
      },
    };
  }

  isSection(carried) { return Boolean(carried) && typeof carried !== "string" && !carried.key; }

  // a line shows where what is carried would come to stand
  over(target) {
    this.root.querySelectorAll(".is-over").forEach((one) => one.classList.toggle("is-over", one === target));
    target?.classList.add("is-over");
  }

  keys(event) {
    const place = event.target.closest("[data-place]")?.place;
    if (!place) { return; }
    const act = event.altKey ? { ArrowUp: () => this.model.move(place, -1), ArrowDown: () => this.model.move(place, 1) }[event.key] : { Delete: () => this.model.remove(place) }[event.key];
    if (act) { event.preventDefault(); this.model.chosen = place; act(); return; }
    const step = event.altKey ? 0 : { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      const cards = [...this.root.querySelectorAll("[data-place]")];
      event.preventDefault();
      cards[cards.indexOf(event.target) + step]?.focus();
    }
  }

  // paths count sections from 1, as people do
  mark(problems) {
    this.problems = problems;
    this.root.querySelectorAll("[data-wrong]").forEach((spot) => {
      const own = problems.filter((problem) => this.placeOf(problem.path) === spot.dataset.wrong);
      spot.textContent = own.map((problem) => problem.message).join(" ");
    });
  }

  placeOf(path) {
    const found = /^sections\.(\d+)(?:\.fields\.([a-z0-9_]+)(?:\.fields\.([a-z0-9_]+))?)?/.exec(path || "");
    return found ? [Number(found[1]) - 1, ...found.slice(2).filter(Boolean)].join(".") : null;
  }

  goTo(path) { [...this.root.querySelectorAll("[data-place]")].find((card) => card.dataset.place === this.placeOf(path))?.click(); }
}
