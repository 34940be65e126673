// The editor of a decision table: the grid changes, the server examines it, and the studio saves what it means.

import { History } from "../history.js";
import { Columns } from "./columns.js";
import { GridView } from "./grid.js";
import { Model } from "./model.js";
import { Panels } from "./panels.js";

const REST = 250; // milliseconds without a change before the server is asked
const root = document.querySelector("[data-table-editor]");
const model = new Model(JSON.parse(root.querySelector("[data-words]").textContent));
const view = new GridView(model, root);
const columns = new Columns(model);
const panels = new Panels(model, view, root, () => later(false));
const history = new History((grid, at) => {
  view.finish(false, true);
  model.show(grid);
  show("columns");
  later(true);
  view.go(...at);
});
let timer = 0;
let asked = 0;
let changed = false;

async function examine(body) {
  window.clearTimeout(timer);
  asked += 1;
  const mine = asked;
  const given = body.grid && history.given;
  const answer = await window.studio.ask("POST", root.dataset.tableEditor, { ...body, facts: panels.facts });
  if (mine !== asked) { return; } // an answer to something older
  if (answer.status !== 200) { refuse(answer.json); return; }
  if (!model.grid || body.text !== undefined) { begin(answer.json.grid, body.text); }
  view.mark(answer.json.problems);
  panels.show(answer.json);
  if (changed) { changed = false; window.studio.change(given.text ? given : { value: answer.json.value }); }
}

function begin(grid, text) {
  model.show(grid);
  history.begin(grid, text);
  show("columns");
}

function show(kind) {
  if (kind !== "cells") { view.draw(); }
  if (kind === "columns") { panels.drawTry(); }
  columns.draw();
}

function refuse(answer) {
  const errors = Object.entries(answer.errors || {}).map(([path, texts]) => ({ path, line: null, file: null, message: texts.join(" ") }));
  window.studio.problems([{ path: "", line: null, file: null, message: answer.message }, ...errors]);
}

function later(isChange) {
  asked += 1; // what the server is looking at is older than this
  changed = changed || isChange;
  if (isChange) { window.studio.touched(look); }
  window.clearTimeout(timer);
  timer = window.setTimeout(changed ? window.studio.settled : look, REST);
}

function look() {
  return examine({ grid: model.grid });
}

model.listeners.push((kind) => {
  if (!history.note(model.grid, view.at)) { return; }
  show(kind);
  later(true);
});
document.addEventListener("studio:replace", ({ detail }) => detail.until(() => examine({ text: detail.text })));
document.addEventListener("studio:goto", (event) => {
  const place = view.placed(event.detail.path) || (/^rows\.(\d+)/.test(event.detail.path) ? `${Number(/\d+/.exec(event.detail.path)[0]) - 1}.0` : null);
  if (place) { view.go(...place.split(".").map(Number)); }
});

// A file takes the place of the whole table; Undo brings the old one back.
async function readFile(event) {
  const files = document.querySelector("[data-files]");
  const [file] = event.target.files;
  if (!file) { return; }
  const body = new FormData();
  body.append("file", file);
  const address = file.name.endsWith(".xlsx") ? files.dataset.readExcel : files.dataset.readDmn;
  const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector("[data-studio]").dataset.token };
  const answer = await fetch(address, { method: "POST", headers, body });
  const json = await answer.json();
  event.target.value = "";
  files.closest("details").open = false;
  if (answer.status !== 200) { refuse(json); return; }
  model.change("columns", () => { model.grid = json.grid; });
  window.studio.problems(json.problems);
}

document.querySelector("[data-file]").addEventListener("change", readFile);

const draft = await window.studio.load();
await examine({ text: draft.text });
