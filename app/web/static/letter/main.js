// The editor of letters: text with chips here, tree and text on the server, saved as every draft, the PDF beside it.

import { baseKeymap, toggleMark } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { Node as Tree } from "prosemirror-model";
import { EditorState, Plugin, NodeSelection, Selection } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { el } from "../dom.js";
import { FieldBox, views } from "./chips.js";
import { Clauses } from "./clauses.js";
import * as commands from "./commands.js";
import { Conditions } from "./conditions.js";
import { Head } from "./head.js";
import { Palette } from "./palette.js";
import { Preview } from "./preview.js";
import { cleaned, schema } from "./schema.js";
import { everything, key as speechKey, pairs, speech } from "./speech.js";

const REST = 200; // milliseconds without typing before the server writes the text
const root = document.querySelector("[data-letter-editor]");
const json = (name) => JSON.parse(root.querySelector(`[data-${name}]`).textContent);
const words = json("words");
const paper = root.querySelector("[data-paper]");
const faults = root.querySelector("[data-faults]");
let view = null;
let text = "";
let timer = 0;
let turn = 0;

const speak = (known) => view.dispatch(view.state.tr.setMeta(speechKey, { known }).setMeta("addToHistory", false));
const palette = new Palette(root.querySelector("[data-palette]"), json("fields"), words, speak);
const conditions = new Conditions(document.getElementById("letter-condition"), palette, words, root.dataset.condition);
const box = new FieldBox(root.querySelector("[data-field-box]"), words, palette);
const preview = new Preview(root.querySelector("[data-preview]"), words);
const head = new Head(root.querySelector("[data-head-fields]"), json("head"), words, () => later());
const clauses = new Clauses(document.getElementById("letter-clauses"), json("clauses"), words, root.dataset.clauses);

palette.head = head;
paper.addEventListener("focusin", () => { head.last = null; });

const { bold, italic, underline, superscript, subscript } = schema.marks;
const acts = {
  undo, redo, bold: toggleMark(bold), italic: toggleMark(italic), underline: toggleMark(underline),
  superscript: toggleMark(superscript), subscript: toggleMark(subscript),
  bullets: commands.listed(false), numbers: commands.listed(true), table: commands.insertTable,
  row_above: commands.addRow(false), row_below: commands.addRow(true), row_delete: commands.deleteRow,
  row_up: commands.moveRow(-1), row_down: commands.moveRow(1), column_add: commands.addColumn, column_delete: commands.deleteColumn,
};
const opens = {
  condition: () => conditions.open(null),
  clauses: () => clauses.open(),
  field: () => { palette.root.closest("details").open = true; palette.search.focus(); palette.search.select(); },
};

const keys = keymap({
  "Mod-z": undo, "Mod-y": redo, "Mod-Shift-z": redo, "Mod-b": acts.bold, "Mod-i": acts.italic, "Mod-u": acts.underline,
  Enter: commands.enter, "Shift-Enter": commands.newLine, Tab: commands.nextCell(1), "Shift-Tab": commands.nextCell(-1),
  "Alt-ArrowUp": acts.row_up, "Alt-ArrowDown": acts.row_down,
  "Mod-s": () => { window.studio.flush(); return true; }, "Mod-Space": () => { opens.field(); return true; },
});

// {{ … }} typed by whoever knows it becomes a chip at once, marked if nothing provides it.
const typed = new Plugin({
  props: {
    handleTextInput(editor, from, to, added) {
      if (added !== "}") { return false; }
      const $from = editor.state.doc.resolve(from);
      const before = $from.parent.textBetween(0, $from.parentOffset, null, "￼");
      const found = /\{\{\s*([^{}]+?)\s*\}$/.exec(before);
      if (!found) { return false; }
      editor.dispatch(editor.state.tr.replaceWith(from - found[0].length, to, schema.nodes.field.create({ expression: found[1] })));
      return true;
    },
    // Enter on a chosen chip opens its box
    handleKeyDown(editor, event) {
      const { selection } = editor.state;
      if (event.key !== "Enter" || !(selection instanceof NodeSelection) || selection.node.type.name !== "field") { return false; }
      editor.nodeDOM(selection.from).click();
      return true;
    },
  },
});

function opened(doc) {
  const shown = doc.content && doc.content.length ? doc : { ...doc, content: [{ type: "paragraph" }] };
  return EditorState.create({
    doc: Tree.fromJSON(schema, shown),
    plugins: [typed, keys, keymap(baseKeymap), history(), pairs, speech((pos, attr, says) => conditions.open({ pos, attr }, says.test, says.text))],
  });
}

function begin(read) {
  const state = opened(read.doc);
  if (view) { view.updateState(state); } else {
    view = new EditorView(paper, {
      state,
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": words.editor, "aria-describedby": "letter-keys", class: "letter-page", spellcheck: "false" },
      nodeViews: views(words, (pos, said, at) => box.open(pos, said, at), (pos, attr, said) => conditions.open({ pos, attr }, said.test, said.text)),
      transformPastedHTML: cleaned,
      dispatchTransaction: (tr) => dispatched(tr),
    });
    [palette, conditions, box, clauses].forEach((part) => { part.view = view; });
  }
  head.show(read.head);
  listen(read.speech);
  drawn();
}

function dispatched(tr) {
  view.updateState(view.state.apply(tr));
  drawn();
  if (tr.docChanged) { later(); }
}

function drawn() {
  palette.here(view.state);
  root.querySelectorAll("[data-act]").forEach((button) => {
    const mark = schema.marks[button.dataset.act];
    if (mark) { button.setAttribute("aria-pressed", String(isOn(mark))); }
    else { button.disabled = !acts[button.dataset.act](view.state); }
  });
  const block = view.state.selection.$from.parent;
  root.querySelector("[data-look]").value = block.attrs.look || "";
}

function isOn(mark) {
  const { from, to, empty, $from } = view.state.selection;
  return empty ? Boolean(mark.isInSet(view.state.storedMarks || $from.marks())) : view.state.doc.rangeHasMark(from, to, mark);
}

function listen(list) {
  view.dispatch(view.state.tr.setMeta(speechKey, { list }).setMeta("addToHistory", false));
  const wrong = everything(view.state).filter((each) => each.says.fault);
  faults.hidden = !wrong.length;
  faults.querySelector("ul").replaceChildren(...wrong.map((each) => el("li", {},
    el("button", { type: "button", class: "btn-link mono", onclick: () => goTo(each.pos) }, each.text), ` ${each.says.fault}`)));
}

function goTo(pos) {
  const node = view.state.doc.nodeAt(pos);
  const chosen = NodeSelection.isSelectable(node) ? NodeSelection.create(view.state.doc, pos) : Selection.near(view.state.doc.resolve(pos + 1));
  view.dispatch(view.state.tr.setSelection(chosen).scrollIntoView());
  view.focus();
}

function later() {
  turn += 1; // what the server is writing is older than this
  window.studio.touched(write);
  window.clearTimeout(timer);
  timer = window.setTimeout(window.studio.settled, REST);
}

async function write() {
  window.clearTimeout(timer);
  turn += 1;
  const mine = turn;
  const given = { doc: view.state.doc.toJSON(), head: head.edited, text };
  const answer = await window.studio.ask("POST", root.dataset.write, given);
  if (mine !== turn) { return; } // what was typed meanwhile is written next
  if (answer.status !== 200) { window.studio.problems([{ path: "", line: null, file: null, message: `${words.not_saved}: ${answer.json.message}` }]); return; }
  const isNew = answer.json.text !== text;
  text = answer.json.text;
  listen(answer.json.speech);
  if (isNew) { window.studio.change({ text }); } else { window.studio.untouched(); }
  preview.show(text);
}

async function show(source) {
  turn += 1;
  window.clearTimeout(timer);
  const answer = await window.studio.ask("POST", root.dataset.read, { text: source });
  const unread = answer.status !== 200;
  root.querySelector("[data-unread]").hidden = !unread;
  root.querySelector("[data-read-part]").hidden = unread;
  if (unread) { return; }
  text = source;
  begin(answer.json);
  preview.show(text);
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], [data-open-part]");
  if (!button || !view) { return; }
  if (button.dataset.openPart) { opens[button.dataset.openPart](); return; }
  acts[button.dataset.act](view.state, view.dispatch, view);
  closeMenus();
  if (!button.matches("[data-act=undo], [data-act=redo]") || !button.disabled) { view.focus(); }
});
root.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("mousedown", (event) => event.preventDefault()));
root.querySelector("[data-look]").addEventListener("change", (event) => { commands.look(event.target.value)(view.state, view.dispatch); view.focus(); });
root.querySelector("[role=toolbar]").addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key) || event.target.tagName === "SELECT") { return; }
  const all = [...root.querySelectorAll("[role=toolbar] button:not(:disabled), [role=toolbar] select, [role=toolbar] summary")].filter((each) => each.offsetParent);
  const to = all[all.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1)];
  if (to) { to.focus(); }
});
const closeMenus = (event) => root.querySelectorAll(".letter-menu[open]").forEach((menu) => { if (!event || !menu.contains(event.target)) { menu.open = false; } });
document.addEventListener("pointerdown", closeMenus);
root.querySelectorAll(".letter-menu").forEach((menu) => menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } }));
document.addEventListener("studio:replace", ({ detail }) => detail.until(() => show(detail.text)));

const draft = await window.studio.load();
await show(draft.text);
root.dataset.ready = "yes";
