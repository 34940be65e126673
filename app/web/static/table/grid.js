// The spreadsheet: moving, selecting, editing with a picker, copying and pasting, rows that come, go and move.

import { part } from "./model.js";
import { Picker } from "./picker.js";
import { fromTsv, toTsv } from "./tsv.js";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class GridView {
  constructor(model, root) {
    this.model = model;
    this.table = root.querySelector("[data-grid]");
    this.said = root.querySelector("[data-said]");
    this.at = [0, 0];
    this.from = [0, 0];
    this.errors = new Map();
    this.leaving = false;
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("mousedown", (event) => this.press(event));
    this.table.addEventListener("dblclick", (event) => { if (event.target.closest("td")) { this.edit(); } });
    ["copy", "cut", "paste"].forEach((name) => this.table.addEventListener(name, (event) => this.clip(event, name)));
    root.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => this.act(button.dataset.act)));
  }

  draw() {
    this.columns = this.model.columns();
    const heads = this.columns.map((column) => part("th", { scope: "col", class: column.part === "then" ? "is-then" : column.part === "word" ? "is-word" : "" },
      column.title, ...(column.part === "when" ? [part("span", { class: "path", text: column.name })] : [])));
    const head = part("thead", {}, part("tr", {}, part("th", { scope: "col", text: this.model.words.row }), ...heads));
    const rows = this.model.grid.rows.map((_, row) => part("tr", { "data-row": row },
      part("th", { scope: "row", text: String(row + 1) }), ...this.columns.map((column, place) => this.cell(row, column, place))));
    this.table.replaceChildren(head, part("tbody", {}, ...rows));
    this.settle();
    this.mark();
  }

  cell(row, column, place) {
    const long = column.part !== "when" && !column.short && !(column.picks || []).length;
    const made = part("td", { role: "gridcell", tabindex: "-1", class: `${column.part === "then" ? "is-then" : ""}${long ? " is-long" : ""}` });
    made.dataset.row = row;
    made.dataset.column = place;
    made.textContent = this.shown(row, column);
    return made;
  }

  shown(row, column) {
    const text = this.model.get(row, column);
    const picked = column.name === "outcome" && (column.picks || []).find(([key]) => key === text);
    return picked ? picked[1] : text;
  }

  refresh() {
    this.table.querySelectorAll("td").forEach((cell) => {
      if (!cell.querySelector("textarea")) { cell.textContent = this.shown(Number(cell.dataset.row), this.columns[cell.dataset.column]); }
    });
  }

  find(row, column) { return this.table.querySelector(`td[data-row="${row}"][data-column="${column}"]`); }

  settle() {
    const rows = this.model.grid.rows.length;
    const limit = ([row, column]) => [Math.max(0, Math.min(row, rows - 1)), Math.max(0, Math.min(column, this.columns.length - 1))];
    this.at = limit(this.at);
    this.from = limit(this.from);
    const [top, bottom] = [this.at[0], this.from[0]].sort((a, b) => a - b);
    const [left, right] = [this.at[1], this.from[1]].sort((a, b) => a - b);
    this.box = { top, bottom, left, right };
    const several = top !== bottom || left !== right;
    this.table.querySelectorAll("td").forEach((cell) => {
      const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
      const inside = several && row >= top && row <= bottom && column >= left && column <= right;
      cell.classList.toggle("is-selected", inside);
      cell.tabIndex = row === this.at[0] && column === this.at[1] ? 0 : -1;
    });
  }

  go(row, column, { keep = false, focus = true } = {}) {
    this.at = [row, column];
    if (!keep) { this.from = [row, column]; }
    this.settle();
    const cell = this.find(...this.at);
    if (cell && focus) { cell.focus(); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    this.tell();
  }

  tell() {
    const column = this.columns[this.at[1]];
    this.said.textContent = column ? this.errors.get(`${this.at[0]}.${this.at[1]}`) || "" : "";
  }

  press(event) {
    const cell = event.target.closest("td");
    if (!cell || event.target.tagName === "TEXTAREA") { return; }
    event.preventDefault();
    this.finish();
    this.go(Number(cell.dataset.row), Number(cell.dataset.column), { keep: event.shiftKey });
  }

  key(event) {
    if (event.target.tagName === "TEXTAREA") { this.editorKey(event); return; }
    const command = this.command(event);
    if (command) { event.preventDefault(); command(); this.leaving = false; return; }
    this.leaving = event.key === "Escape" || (this.leaving && event.key === "Shift");
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); this.edit(event.key); }
  }

  command(event) {
    const move = MOVES[event.key];
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey && move && move[0]) { return () => this.act(move[0] < 0 ? "up" : "down"); }
    if (move) { return () => this.go(this.at[0] + move[0], this.at[1] + move[1], { keep: event.shiftKey }); }
    if (event.key === "Tab" && !this.leaving) { return this.beside(event.shiftKey ? -1 : 1); }
    if (event.key === "Enter" || event.key === "F2") { return () => this.edit(); }
    if (event.key === "Home") { return () => this.go(control ? 0 : this.at[0], 0); }
    if (event.key === "End") { return () => this.go(control ? this.model.grid.rows.length - 1 : this.at[0], this.columns.length - 1); }
    if (control && event.key.toLowerCase() === "d") { return () => this.act("copy_row"); }
    if (control && event.key.toLowerCase() === "a") { return () => { this.from = [0, 0]; this.go(this.model.grid.rows.length - 1, this.columns.length - 1, { keep: true }); }; }
    if (event.key === "Delete" || event.key === "Backspace") { return () => (control ? this.act("remove") : this.fill([[""]], true)); }
    if (event.key === "Insert") { return () => this.act("insert"); }
    return null;
  }

  // Tab goes on to the next cell, and out of the table behind the last one.
  beside(step) {
    const place = this.at[0] * this.columns.length + this.at[1] + step;
    if (place < 0 || place >= this.model.grid.rows.length * this.columns.length) { return null; }
    return () => this.go(Math.floor(place / this.columns.length), place % this.columns.length);
  }

  edit(typed) {
    const cell = this.find(...this.at);
    const column = this.columns[this.at[1]];
    if (!cell || cell.querySelector("textarea")) { return; }
    const label = this.model.words.cell.replace("{column}", column.title).replace("{n}", String(this.at[0] + 1));
    const text = typed === undefined ? this.model.get(...[this.at[0], column]) : typed;
    const field = part("textarea", { "aria-label": label, rows: "1", spellcheck: "false", "data-keeps-undo": "", value: text });
    field.addEventListener("blur", () => window.setTimeout(() => { if (this.picker === picker && !picker.holds(document.activeElement)) { this.finish(false); } }));
    cell.append(field);
    const picker = new Picker(field, column, cell);
    this.picker = picker;
    this.field = field;
    field.focus();
    field.setSelectionRange(text.length, text.length);
  }

  editorKey(event) {
    if (this.picker.key(event)) { return; }
    const done = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1] }[event.key];
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.finish(true, true); return; }
    if (!done || (event.key === "Enter" && (event.shiftKey || event.altKey))) { return; }
    event.preventDefault();
    this.finish();
    const rows = this.model.grid.rows.length;
    if (event.key === "Tab") { (this.beside(done[1]) || (() => this.go(...this.at)))(); return; }
    this.go(Math.min(this.at[0] + 1, rows - 1), this.at[1]);
  }

  finish(focus = true, giveUp = false) {
    if (!this.field) { return; }
    const [field, column, row] = [this.field, this.columns[this.at[1]], this.at[0]];
    this.picker.close();
    this.field = this.picker = null;
    const text = column.part === "when" ? field.value.trim() : field.value.replace(/\s+$/, "");
    field.remove();
    if (!giveUp) { this.model.change("cells", (grid) => this.model.set(grid, row, column, text)); }
    this.refresh();
    if (focus) { this.go(...this.at); }
  }

  clip(event, name) {
    if (event.target.tagName === "TEXTAREA") { return; }
    event.preventDefault();
    if (name === "paste") { this.paste(fromTsv(event.clipboardData.getData("text/plain"))); return; }
    const rows = [];
    for (let row = this.box.top; row <= this.box.bottom; row += 1) {
      rows.push(this.columns.slice(this.box.left, this.box.right + 1).map((column) => this.model.get(row, column)));
    }
    event.clipboardData.setData("text/plain", toTsv(rows));
    if (name === "cut") { this.fill([[""]], true); }
  }

  // One copied cell fills the whole selection; more begin at its corner and make rows where there are none.
  paste(cells) { this.fill(cells, cells.length === 1 && cells[0].length === 1); }

  fill(cells, whole) {
    const { top, left, bottom, right } = this.box;
    const last = whole ? [bottom, right] : [top + cells.length - 1, left + Math.max(...cells.map((row) => row.length)) - 1];
    const added = last[0] >= this.model.grid.rows.length;
    this.model.change(added ? "rows" : "cells", (grid) => {
      for (let row = top; row <= last[0]; row += 1) {
        if (!grid.rows[row]) { grid.rows.push(this.model.emptyRow()); }
        for (let place = left; place <= Math.min(last[1], this.columns.length - 1); place += 1) {
          const text = whole ? cells[0][0] : cells[row - top][place - left];
          if (text !== undefined) { this.model.set(grid, row, this.columns[place], this.typed(this.columns[place], text)); }
        }
      }
    });
    this.refresh();
    this.from = [top, left];
    this.go(last[0], Math.min(last[1], this.columns.length - 1), { keep: true });
  }

  // An outcome may be pasted by its title.
  typed(column, text) {
    const picked = column.name === "outcome" && (column.picks || []).find(([, title]) => title === text.trim());
    return picked ? picked[0] : text;
  }

  act(name) {
    const { top, bottom } = this.box;
    const count = bottom - top + 1;
    const column = this.at[1];
    const steps = { up: -1, down: 1 };
    if (name in steps && (top + steps[name] < 0 || bottom + steps[name] >= this.model.grid.rows.length)) { return; }
    this.model.change("rows", (grid) => {
      if (name === "insert") { grid.rows.splice(bottom + 1, 0, this.model.emptyRow()); }
      if (name === "copy_row") { grid.rows.splice(bottom + 1, 0, ...structuredClone(grid.rows.slice(top, bottom + 1))); }
      if (name === "remove" && grid.rows.length > count) { grid.rows.splice(top, count); }
      if (name in steps) { grid.rows.splice(top + steps[name], 0, ...grid.rows.splice(top, count)); }
    });
    const moved = { insert: bottom + 1, copy_row: bottom + 1, remove: top, up: top - 1, down: top + 1 }[name];
    this.from = [moved + (name in steps ? count - 1 : 0), column];
    this.go(moved, column, { keep: true });
  }

  // Problems by their place: rows.3.when.path, rows.3.then.key, rows.3.priority.
  mark(problems) {
    if (problems) {
      this.errors = new Map();
      problems.forEach((problem) => { const key = this.placed(problem.path); if (key) { this.errors.set(key, problem.message); } });
    }
    this.table.querySelectorAll("td").forEach((cell) => {
      const message = this.errors.get(`${cell.dataset.row}.${cell.dataset.column}`);
      if (message) { cell.setAttribute("aria-invalid", "true"); cell.title = message; }
      else { cell.removeAttribute("aria-invalid"); cell.removeAttribute("title"); }
    });
    this.tell();
  }

  placed(path) {
    const found = /^rows\.(\d+)\.(when|then)\.(.+)$/.exec(path) || /^rows\.(\d+)\.()(law|note|priority)$/.exec(path);
    if (!found) { return null; }
    const place = this.columns.findIndex((column) => column.name === found[3] && (column.part === found[2] || column.part === "word"));
    return place < 0 ? null : `${Number(found[1]) - 1}.${place}`;
  }

  name(rows) {
    this.table.querySelectorAll("tbody tr").forEach((row) => row.classList.toggle("is-named", rows.includes(Number(row.dataset.row) + 1)));
  }
}
