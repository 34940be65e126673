// The table that is being edited: its columns and texts.

export const ANSWERS = { boolean: [["ya", "ya"], ["tidak", "tidak"]] };

export class Model {
  constructor(words) {
    this.words = words;
    this.grid = null;
    this.listeners = [];
  }

  show(grid) { this.grid = grid; }

  // What may be seen differently: "cells", "rows" or "columns". Everyone who listens is told once.
  change(kind, act) {
    act(this.grid);
    this.listeners.forEach((listener) => listener(kind));
  }

  columns() {
    const { inputs, outputs, outcomes, hit_policy: policy } = this.grid;
    const first = inputs.map((input) => ({ ...input, part: "when", name: input.path, picks: picksOf(input) }));
    const titles = outcomes.map((outcome) => [outcome.key, outcome.title]);
    const outcome = { part: "then", name: "outcome", title: this.words.outcome, picks: titles, single: true };
    const then = outputs.map((output) => ({ ...output, part: "then", name: output.key, picks: ANSWERS[output.type] || [], single: true }));
    const words = [{ part: "word", name: "law", title: this.words.law }, { part: "word", name: "note", title: this.words.note }];
    const priority = { part: "word", name: "priority", title: this.words.priority, short: true };
    return [...first, ...(outcomes.length && policy !== "collect" ? [outcome] : []), ...then, ...(policy === "priority" ? [priority] : []), ...words];
  }

  get(row, column) {
    const found = this.grid.rows[row];
    return (column.part === "word" ? found[column.name] : found[column.part][column.name]) || "";
  }

  set(grid, row, column, text) {
    const place = column.part === "word" ? grid.rows[row] : grid.rows[row][column.part];
    if (text || column.part === "word") { place[column.name] = text; } else { delete place[column.name]; }
  }

  emptyRow(when = {}) {
    const priorities = this.grid.rows.map((row) => Number(row.priority) || 0);
    const priority = this.grid.hit_policy === "priority" ? String(Math.max(0, ...priorities) + 1) : "";
    return { when: { ...when }, then: {}, law: "", note: "", priority };
  }

  title(path) {
    const input = this.grid.inputs.find((each) => each.path === path);
    return input ? input.title : path;
  }
}

function picksOf(input) {
  if (input.type === "boolean") { return [...ANSWERS.boolean, ["kosong", "kosong"]]; }
  return input.values.length && input.type !== "list" ? [...input.values.map(([key, title]) => [key, title]), ["kosong", "kosong"]] : [];
}

// Small help to build parts of the page.
export function part(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  Object.entries(given).forEach(([name, value]) => {
    if (name === "onclick" || name === "oninput" || name === "onchange") { made.addEventListener(name.slice(2), value); }
    else if (name === "text") { made.textContent = value; }
    else if (name === "value") { made.value = value; }
    else if (value !== false && value !== null && value !== undefined) { made.setAttribute(name, value); }
  });
  made.append(...inside);
  return made;
}
