// What the toolbar and the keys do to the text.

import { TextSelection, Selection } from "prosemirror-state";
import { Fragment } from "prosemirror-model";
import { splitBlockAs, chainCommands } from "prosemirror-commands";
import { schema } from "./schema.js";

const { paragraph, list, item, table, row, cell, line_break: lineBreak, condition, branch } = schema.nodes;
const plain = { repeat: "", when: "", prelude: "", source: null, gap: null };

export function around($pos, ...names) {
  for (let depth = $pos.depth; depth > 0; depth -= 1) {
    if (names.includes($pos.node(depth).type.name)) { return { node: $pos.node(depth), pos: $pos.before(depth), depth, index: $pos.index(depth - 1), parent: $pos.node(depth - 1) }; }
  }
  return null;
}

// The way a paragraph or cell is set: a style of the letters' style sheet.
export function look(name) {
  return (state, dispatch) => {
    const { from, to } = state.selection;
    const tr = state.tr;
    state.doc.nodesBetween(from, to, (node, pos) => {
      if (node.type === paragraph || node.type === cell) { tr.setNodeMarkup(pos, null, { ...node.attrs, look: name, attributes: node.attrs.attributes.filter(([key]) => key !== "style") }); }
    });
    if (!tr.docChanged) { return false; }
    if (dispatch) { dispatch(tr); }
    return true;
  };
}

// The paragraphs of the selection become a list; in a list its kind changes, or it becomes paragraphs again.
export function listed(ordered) {
  return (state, dispatch) => {
    const inside = around(state.selection.$from, "list");
    if (inside) {
      if (dispatch) { dispatch(inside.node.attrs.ordered === ordered ? unlisted(state, inside) : state.tr.setNodeMarkup(inside.pos, null, { ...inside.node.attrs, ordered })); }
      return true;
    }
    const { $from, $to } = state.selection;
    if ($from.parent.type !== paragraph || $to.parent.type !== paragraph || $from.depth !== $to.depth || !$from.sameParent(state.doc.resolve($from.pos)) || $from.node(-1) !== $to.node(-1)) { return false; }
    const parent = $from.node(-1);
    const [first, last] = [$from.index(-1), $to.index(-1)];
    const chosen = [];
    for (let index = first; index <= last; index += 1) { chosen.push(parent.child(index)); }
    if (chosen.some((each) => each.type !== paragraph)) { return false; }
    const made = list.create({ ordered }, chosen.map((each) => item.create(null, each.content)));
    if (dispatch) {
      const tr = state.tr.replaceWith($from.before(), $to.after(), made);
      dispatch(tr.setSelection(Selection.near(tr.doc.resolve($from.pos + 1))).scrollIntoView());
    }
    return true;
  };
}

function unlisted(state, inside) {
  const parts = [];
  inside.node.forEach((each) => parts.push(each.type === item ? paragraph.create(null, each.content) : schema.nodes.source.create({ text: each.attrs.text })));
  return state.tr.replaceWith(inside.pos, inside.pos + inside.node.nodeSize, parts);
}

// Enter: a new item; in an empty one the list ends; in a cell a new line, since a cell holds no paragraphs.
export const enter = chainCommands(
  (state, dispatch) => {
    const inside = around(state.selection.$from, "cell");
    if (!inside) { return false; }
    if (dispatch) { dispatch(state.tr.replaceSelectionWith(lineBreak.create(), true).scrollIntoView()); }
    return true;
  },
  (state, dispatch) => {
    const { $from, empty } = state.selection;
    const inside = around($from, "item");
    if (!inside || !empty || inside.node.content.size || inside.index !== inside.parent.childCount - 1) { return false; }
    if (dispatch) { dispatch(behind(state, inside)); }
    return true;
  },
  // the new paragraph is set like the one before it; a new item stands there whatever that one's condition
  splitBlockAs((node) => ({ type: node.type, attrs: { ...node.attrs, source: null, gap: null, ...(node.type === item ? plain : {}) } })),
);

function behind(state, inside) {
  const whole = around(state.selection.$from, "list");
  const tr = state.tr;
  if (whole.node.childCount === 1) { return tr.replaceWith(whole.pos, whole.pos + whole.node.nodeSize, paragraph.create()).setSelection(TextSelection.create(tr.doc, whole.pos + 1)); }
  tr.delete(inside.pos, inside.pos + inside.node.nodeSize);
  const end = whole.pos + whole.node.nodeSize - inside.node.nodeSize;
  tr.insert(end, paragraph.create());
  return tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView();
}

export function newLine(state, dispatch) {
  if (!state.selection.$from.parent.isTextblock) { return false; }
  if (dispatch) { dispatch(state.tr.replaceSelectionWith(lineBreak.create(), true).scrollIntoView()); }
  return true;
}

// Tab goes from cell to cell; from the last one it leaves the text, as everywhere.
export function nextCell(way) {
  return (state, dispatch) => {
    const here = around(state.selection.$from, "cell");
    if (!here) { return false; }
    const whole = around(state.selection.$from, "table");
    const cells = [];
    whole.node.descendants((node, pos) => { if (node.type === cell) { cells.push(whole.pos + 1 + pos); } return node.type !== cell; });
    const to = cells[cells.indexOf(here.pos) + way];
    if (to === undefined) { return false; }
    if (dispatch) { dispatch(state.tr.setSelection(TextSelection.create(state.doc, to + 1, to + state.doc.nodeAt(to).nodeSize - 1)).scrollIntoView()); }
    return true;
  };
}

const others = (attributes) => attributes.filter(([name]) => !["width", "rowspan"].includes(name));
const emptied = (each) => cell.create({ ...each.attrs, header: false, attributes: others(each.attrs.attributes) });

export function insertTable(state, dispatch) {
  const made = table.create({ look: "data", attributes: [["width", "100%"]] }, [true, false].map((header) => row.create(null, [0, 1].map(() => cell.create({ header })))));
  return insertBlocks([made])(state, dispatch);
}

// Blocks behind the one the cursor is in; an empty paragraph gives them its place.
export function insertBlocks(blocks) {
  return (state, dispatch) => {
    const { $from } = state.selection;
    const whole = around($from, "table", "list") || around($from, "paragraph", "source");
    const empty = whole && whole.node.type === paragraph && !whole.node.content.size;
    const at = whole ? whole.pos + (empty ? 0 : whole.node.nodeSize) : state.selection.to;
    if (dispatch) {
      const tr = empty ? state.tr.replaceWith(at, at + whole.node.nodeSize, blocks) : state.tr.insert(at, blocks);
      dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at + 1))).scrollIntoView());
    }
    return true;
  };
}

export function addRow(below) {
  return (state, dispatch) => {
    const here = around(state.selection.$from, "row");
    if (!here) { return false; }
    const made = row.create({ ...here.node.attrs, ...plain }, here.node.content.content.map(emptied));
    const at = here.pos + (below ? here.node.nodeSize : 0);
    if (dispatch) {
      const tr = state.tr.insert(at, made);
      dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 2)).scrollIntoView());
    }
    return true;
  };
}

export function deleteRow(state, dispatch) {
  const here = around(state.selection.$from, "row", "item");
  if (!here) { return false; }
  const whole = here.parent.childCount === 1 ? around(state.selection.$from, "table", "list") : here;
  if (dispatch) { dispatch(withoutBlock(state, whole)); }
  return true;
}

function withoutBlock(state, whole) {
  const only = whole.parent.childCount === 1;
  const tr = only ? state.tr.replaceWith(whole.pos, whole.pos + whole.node.nodeSize, paragraph.create()) : state.tr.delete(whole.pos, whole.pos + whole.node.nodeSize);
  return tr.setSelection(Selection.near(tr.doc.resolve(Math.min(whole.pos, tr.doc.content.size)))).scrollIntoView();
}

export function moveRow(way) {
  return (state, dispatch) => {
    const here = around(state.selection.$from, "row", "item");
    const to = here ? here.index + way : -1;
    if (!here || to < 0 || to >= here.parent.childCount) { return false; }
    if (dispatch) {
      const other = here.parent.child(to);
      const tr = state.tr.delete(here.pos, here.pos + here.node.nodeSize);
      const at = way < 0 ? here.pos - other.nodeSize : here.pos + other.nodeSize;
      tr.insert(at, here.node);
      dispatch(tr.setSelection(TextSelection.create(tr.doc, at + (state.selection.from - here.pos))).scrollIntoView());
    }
    return true;
  };
}

export function addColumn(state, dispatch) { return column(state, dispatch, (each) => Fragment.from([each, emptied(each)])); }

export function deleteColumn(state, dispatch) { return column(state, dispatch, () => Fragment.empty); }

// The cells at the same place of every row; a row with fewer, or with one left, stays.
function column(state, dispatch, change) {
  const here = around(state.selection.$from, "cell");
  if (!here) { return false; }
  const whole = around(state.selection.$from, "table");
  const rows = whole.node.content.content.map((each) => {
    if (each.type !== row || here.index >= each.childCount) { return each; }
    const kept = each.content.content.flatMap((one, index) => (index === here.index ? change(one).content : [one]));
    return kept.length ? row.create(each.attrs, kept) : each;
  });
  if (dispatch) {
    const tr = state.tr.replaceWith(whole.pos, whole.pos + whole.node.nodeSize, table.create(whole.node.attrs, rows));
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(state.selection.from, tr.doc.content.size - 1)))));
  }
  return true;
}

// What a condition would apply to: chosen words, a row, an item, or whole blocks.
export function reach(state) {
  const { $from, $to, empty } = state.selection;
  if (!empty && $from.sameParent($to) && $from.parent.isTextblock && $to.parentOffset - $from.parentOffset < $from.parent.content.size) { return "words"; }
  const member = around($from, "row", "item");
  return member ? member.node.type.name : "block";
}

export function conditioned(code, what) {
  return (state, dispatch) => {
    const { $from, $to, from, to } = state.selection;
    const tr = state.tr;
    if (what === "words") {
      tr.insert(to, schema.nodes.control.create({ code: "endif" })).insert(from, schema.nodes.control.create({ code }));
    } else if (what === "block") {
      const range = $from.blockRange($to, (node) => Boolean(node.type.contentMatch.matchType(condition)));
      if (!range) { return false; }
      const blocks = [];
      for (let index = range.startIndex; index < range.endIndex; index += 1) { blocks.push(range.parent.child(index)); }
      tr.replaceWith(range.start, range.end, condition.create(null, branch.create({ code }, blocks)));
      tr.setSelection(Selection.near(tr.doc.resolve(from + 2)));
    } else {
      const member = around($from, "row", "item");
      tr.setNodeMarkup(member.pos, null, { ...member.node.attrs, when: code });
    }
    if (dispatch) { dispatch(tr); }
    return true;
  };
}
