// The fields a letter may speak of, by group, found by a part of their title; choosing one puts it at the cursor.

import { el } from "../dom.js";
import { around, insertBlocks } from "./commands.js";
import { schema } from "./schema.js";

const { field, row, item, table, cell, list } = schema.nodes;

export class Palette {
  constructor(root, groups, words, speak) {
    Object.assign(this, { root, groups, words, speak, view: null, head: null, inside: null });
    this.offers = new Map(groups.flatMap((group) => group.fields.flatMap((each) => [each, ...each.parts])).map((each) => [each.path, each]));
    this.search = root.querySelector("[data-search]");
    this.place = root.querySelector("[data-groups]");
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => {
      const first = this.place.querySelector("button");
      if (event.key === "Enter" && first) { event.preventDefault(); first.click(); }
      if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
    });
    this.place.addEventListener("keydown", (event) => this.walk(event));
    this.draw();
  }

  walk(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) { return; }
    const all = [...this.place.querySelectorAll("button")].filter((each) => each.offsetParent);
    const to = all[all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    (to || this.search).focus();
  }

  offer(path) { return this.offers.get(path); }

  // Fields of a row's own item come first while the cursor is in a repeated row.
  here(state) {
    const member = around(state.selection.$from, "row", "item");
    const [, name, text] = /^for (\w+) in (.+)$/.exec(member ? member.node.attrs.repeat : "") || [];
    const found = name ? [...this.offers.values()].find((each) => each.parts.length && (text.startsWith(each.list) || text.startsWith(each.path))) : null;
    const next = found ? found.path : null;
    if (next !== this.inside) { this.inside = next; this.draw(); }
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase();
    const own = this.inside ? [{ title: this.words.this_row, fields: this.offers.get(this.inside).parts }] : [];
    const shown = [...own, ...this.groups].map((group) => ({ ...group, fields: group.fields.filter((each) => this.fits(each, group, wanted)) })).filter((group) => group.fields.length);
    this.place.replaceChildren(...shown.map((group, index) => this.group(group, Boolean(wanted) || index === 0)));
    if (!shown.length) { this.place.append(el("p", { class: "small muted" }, this.words.no_field)); }
  }

  fits(each, group, wanted) {
    const usable = each.parts.length || each.writes.length;
    return usable && `${each.title} ${group.title} ${each.parts.map((part) => part.title).join(" ")}`.toLowerCase().includes(wanted);
  }

  group(group, open) {
    return el("details", { open }, el("summary", {}, group.title), el("ul", { class: "letter-offers" }, ...group.fields.map((each) => el("li", {},
      el("button", { type: "button", class: "letter-offer", title: each.path, "data-offer": each.path, onclick: () => this.choose(each) },
        each.title, each.parts.length ? el("span", { class: "muted small" }, ` · ${this.words.list}`) : null)))));
  }

  choose(offer) {
    if (offer.parts.length) { this.insertList(offer); return; }
    const [name, plain] = offer.writes[0];
    if (this.head.last && this.head.last.offsetParent) { this.head.put(plain); return; }
    const { state } = this.view;
    const expression = this.written(offer, name, state.selection.$from);
    this.speak([{ text: expression, label: offer.title, fault: "", path: offer.path, filter: name }]);
    const made = field.create({ expression }, null, state.storedMarks || state.selection.$from.marks());
    this.view.dispatch(this.view.state.tr.replaceSelectionWith(made, false).scrollIntoView());
    this.view.focus();
  }

  // An item's field by the name that the row around it gives the item.
  written(offer, name, $pos) {
    const [, text] = offer.writes.find(([each]) => each === name);
    const whole = [...this.offers.values()].find((each) => each.parts.includes(offer));
    if (!whole) { return text; }
    const member = around($pos, "row", "item");
    const given = /^for (\w+) in/.exec(member ? member.node.attrs.repeat : "");
    return given ? text.replace(new RegExp(`\\b${whole.item}\\b`, "g"), given[1]) : text;
  }

  // A list as a table with a title for each field and one row for each item; of plain texts, as a numbered list.
  insertList(offer) {
    const repeat = `for ${offer.item} in ${offer.list.includes(".get(") ? `${offer.list} or []` : offer.list}`;
    const parts = offer.parts.filter((part) => part.writes.length);
    this.speak([...parts.map((part) => ({ text: part.writes[0][1], label: part.title, fault: "", path: part.path, filter: part.writes[0][0] }))]);
    const chip = (part) => field.create({ expression: part.writes[0][1] });
    const made = parts.length === 1
      ? list.create({ ordered: true }, item.create({ repeat }, chip(parts[0])))
      : table.create({ look: "data", attributes: [["width", "100%"]] }, [
        row.create(null, parts.map((part) => cell.create({ header: true }, schema.text(part.title)))),
        row.create({ repeat }, parts.map((part) => cell.create(null, chip(part))))]);
    insertBlocks([made])(this.view.state, this.view.dispatch);
    this.view.focus();
  }
}
