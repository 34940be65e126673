// What chips and conditions say, and what is wrong with them: the server tells it in the order of the page.

import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { el } from "../dom.js";

export const key = new PluginKey("speech");

// Everything that speaks, in the same order as app/letters/spoken.py, with its place.
function spoken(doc) {
  const found = [];
  const add = (pos, node, text, attr) => { if (text) { found.push({ pos, node, text, attr }); } };
  doc.descendants((node, pos) => {
    const { attrs } = node;
    if (node.type.name.startsWith("source")) { found.push({ pos, node, text: attrs.text, attr: "text" }); }
    if (node.type.name === "field") { found.push({ pos, node, text: attrs.expression, attr: "expression" }); }
    if (node.type.name === "control" && !["endif", "endfor", "else"].includes(attrs.code)) { add(pos, node, attrs.code, "code"); }
    if (["branch", "repetition"].includes(node.type.name)) { found.push({ pos, node, text: attrs.code, attr: "code" }); }
    if (["row", "item"].includes(node.type.name)) { add(pos, node, attrs.when, "when"); add(pos, node, attrs.repeat, "repeat"); }
  });
  return found;
}

function said(state, doc) {
  const places = spoken(doc);
  const whole = state.list.length === places.length;
  return places.map((place, index) => {
    const same = whole && state.list[index].text === place.text ? state.list[index] : state.known.get(place.text);
    return { ...place, says: same || { text: place.text, label: place.text, fault: "" } };
  });
}

// Rows and items say their conditions in a widget of their own; all others in their node's view.
function decorations(state, doc, chosen) {
  const tags = new Map();
  const made = [];
  said(state, doc).forEach((each) => {
    if (["when", "repeat"].includes(each.attr)) { tags.set(each.pos, [...(tags.get(each.pos) || []), each]); }
    else { made.push(Decoration.node(each.pos, each.pos + each.node.nodeSize, {}, { says: each.says })); }
  });
  tags.forEach((list, pos) => {
    made.push(Decoration.node(pos, pos + list[0].node.nodeSize, { class: "has-tags" }));
    made.push(Decoration.widget(pos + (list[0].node.type.name === "row" ? 2 : 1), () => tag(list, chosen), {
      side: -1, key: JSON.stringify([pos, ...list.map((each) => each.says)]), ignoreSelection: true, stopEvent: () => true,
    }));
  });
  return DecorationSet.create(doc, made);
}

function tag(list, chosen) {
  return el("span", { class: "letter-tags", contenteditable: "false" }, ...list.map(({ pos, attr, says }) => el("button", {
    type: "button", class: `letter-when is-${attr}${says.fault ? " is-bad" : ""}`, title: says.fault || says.text,
    onclick: (event) => { event.preventDefault(); chosen(pos, attr, says); },
  }, says.label)));
}

export function speech(chosen) {
  return new Plugin({
    key,
    state: {
      init: (config, state) => ({ list: [], known: new Map(), set: decorations({ list: [], known: new Map() }, state.doc, chosen) }),
      apply(tr, old) {
        const news = tr.getMeta(key);
        if (!news && !tr.docChanged) { return old; }
        const list = news && news.list ? news.list : old.list;
        const known = new Map(old.known);
        (news && news.list ? news.list : (news && news.known) || []).forEach((each) => known.set(each.text, each));
        const next = { list, known };
        return { ...next, set: decorations(next, tr.doc, chosen) };
      },
    },
    props: { decorations: (state) => key.getState(state).set },
  });
}

export function everything(state) { return said(key.getState(state), state.doc); }

// A condition in a line is two marks, or more: when one of them goes, the others go with it.
export const pairs = new Plugin({
  appendTransaction(all, before, state) {
    if (!all.some((each) => each.docChanged)) { return null; }
    const lost = [];
    state.doc.descendants((node, pos) => {
      if (!node.isTextblock) { return true; }
      const open = [];
      node.forEach((child, offset) => {
        if (child.type.name !== "control") { return; }
        const at = pos + 1 + offset;
        const word = child.attrs.code.split(/\s/)[0];
        if (word === "if" || word === "for") { open.push({ word, parts: [at] }); }
        else if (!open.length) { lost.push(at); }
        else if (word.startsWith("end")) { if (open[open.length - 1].word === word.slice(3)) { open.pop(); } else { lost.push(at); } }
        else { open[open.length - 1].parts.push(at); }
      });
      open.forEach((each) => lost.push(...each.parts));
      return false;
    });
    if (!lost.length) { return null; }
    const tr = state.tr;
    lost.sort((one, two) => two - one).forEach((at) => tr.delete(at, at + 1));
    return tr;
  },
});
