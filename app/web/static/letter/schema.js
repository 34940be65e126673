// The text of a letter as ProseMirror knows it: the same nodes as app/letters/tree.py. What a node came from (source,
// gap, lead) goes along unseen, so that the server writes untouched parts as they were.

import { Schema } from "prosemirror-model";

const origin = { source: { default: null }, gap: { default: null } };
const looks = { look: { default: "" }, attributes: { default: [] } };
const wraps = { repeat: { default: "" }, when: { default: "" }, prelude: { default: "" } };

// widths and alignments as the letter has them; nothing else of its attributes matters on the screen
function shown(node) {
  const given = Object.fromEntries(node.attrs.attributes);
  const width = given.width && /^[\d.]+(mm|cm|%|pt|px)?$/.test(given.width) ? given.width.replace(/^([\d.]+)$/, "$1px") : "";
  const align = /text-align:\s*(left|right|center|justify)/.exec(given.style || "");
  const style = `${width ? `width: ${width};` : ""}${align ? `text-align: ${align[1]};` : ""}`;
  const made = { class: node.attrs.look ? `look-${node.attrs.look.split(/\s+/)[0]}` : "" };
  if (style) { made.style = style; }
  return made;
}

const source = (group, inline, tag) => ({
  group, inline, atom: true, attrs: { text: { default: "" }, gap: { default: null }, source: { default: null } },
  selectable: true, draggable: true,
  toDOM: (node) => [tag, { class: "letter-source", "data-source-text": node.attrs.text }, node.attrs.text],
});

const nodes = {
  doc: { content: "block+", attrs: { lead: { default: null } } },
  paragraph: {
    group: "block", content: "inline*", attrs: { tag: { default: "p" }, ...looks, ...origin },
    parseDOM: [{ tag: "p" }, ...[1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { tag: `h${level}` } }))],
    toDOM: (node) => [node.attrs.tag, shown(node), 0],
  },
  list: {
    group: "block", content: "(item | source_item)+", attrs: { ordered: { default: false }, lead: { default: null }, ...looks, ...origin },
    parseDOM: [{ tag: "ol", attrs: { ordered: true } }, { tag: "ul" }],
    toDOM: (node) => [node.attrs.ordered ? "ol" : "ul", shown(node), 0],
  },
  item: {
    content: "inline*", attrs: { ...looks, ...wraps, ...origin }, parseDOM: [{ tag: "li" }],
    toDOM: (node) => ["li", shown(node), 0],
  },
  table: {
    group: "block", content: "(row | source_row)+", isolating: true, attrs: { lead: { default: null }, ...looks, ...origin },
    parseDOM: [{ tag: "table", attrs: { look: "data", attributes: [["width", "100%"]] } }],
    toDOM: (node) => ["table", { ...shown(node), role: "presentation" }, ["tbody", 0]],
  },
  row: {
    content: "cell+", attrs: { ...looks, ...wraps, ...origin }, parseDOM: [{ tag: "tr" }],
    toDOM: (node) => ["tr", shown(node), 0],
  },
  cell: {
    content: "inline*", isolating: true, attrs: { header: { default: false }, ...looks },
    parseDOM: [{ tag: "td" }, { tag: "th", attrs: { header: true } }],
    toDOM: (node) => {
      const spans = node.attrs.attributes.filter(([name, value]) => /^(col|row)span$/.test(name) && /^\d+$/.test(value));
      return [node.attrs.header ? "th" : "td", { ...shown(node), ...Object.fromEntries(spans) }, 0];
    },
  },
  condition: { group: "block", content: "branch+", attrs: { ...origin }, toDOM: () => ["div", { class: "letter-condition" }, 0] },
  branch: { content: "block+", attrs: { code: { default: "if true" }, lead: { default: null }, ...origin }, toDOM: () => ["div", 0] },
  repetition: { group: "block", content: "block+", attrs: { code: { default: "" }, lead: { default: null }, ...origin }, toDOM: () => ["div", 0] },
  source: source("block", false, "pre"),
  source_item: source("", false, "li"),
  source_row: { ...source("", false, "tr"), toDOM: (node) => ["tr", { class: "letter-source" }, ["td", { colspan: "20" }, node.attrs.text]] },
  source_inline: source("inline", true, "code"),
  field: {
    group: "inline", inline: true, atom: true, draggable: true, attrs: { expression: { default: "" } },
    parseDOM: [{ tag: "[data-letter-field]", getAttrs: (dom) => ({ expression: dom.dataset.letterField }) }],
    toDOM: (node) => ["span", { "data-letter-field": node.attrs.expression }, node.attrs.expression],
  },
  control: { group: "inline", inline: true, atom: true, attrs: { code: { default: "" } }, toDOM: (node) => ["span", { "data-letter-control": node.attrs.code }] },
  line_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
  text: { group: "inline" },
};

const marks = {
  bold: { parseDOM: [{ tag: "b" }, { tag: "strong" }], toDOM: () => ["b", 0] },
  italic: { parseDOM: [{ tag: "i" }, { tag: "em" }], toDOM: () => ["i", 0] },
  underline: { parseDOM: [{ tag: "u" }], toDOM: () => ["u", 0] },
  superscript: { excludes: "subscript", parseDOM: [{ tag: "sup" }], toDOM: () => ["sup", 0] },
  subscript: { excludes: "superscript", parseDOM: [{ tag: "sub" }], toDOM: () => ["sub", 0] },
};

// What is cut or copied here comes back as it was: every node says its name and what is set on it.
function named(name, spec) {
  const hidden = ["source", "gap", "lead"];
  const said = (node) => ({ "data-node": name, "data-set": JSON.stringify(Object.fromEntries(Object.entries(node.attrs).filter(([key]) => !hidden.includes(key)))) });
  const toDOM = (node) => {
    const [tag, ...rest] = spec.toDOM(node);
    const has = rest.length && typeof rest[0] === "object" && !Array.isArray(rest[0]);
    return [tag, { ...(has ? rest[0] : {}), ...said(node) }, ...rest.slice(has ? 1 : 0)];
  };
  const getAttrs = (dom) => { try { return JSON.parse(dom.dataset.set); } catch { return false; } };
  return { ...spec, toDOM, parseDOM: [{ tag: `[data-node="${name}"]`, priority: 60, getAttrs }, ...(spec.parseDOM || [])] };
}

const plain = ["doc", "text", "line_break", "field"];
const specs = Object.fromEntries(Object.entries(nodes).map(([name, spec]) => [name, plain.includes(name) ? spec : named(name, spec)]));
export const schema = new Schema({ nodes: specs, marks });

// Word writes paragraphs into cells and items, comments for its own use and classes: only what we know comes through.
// Styles and handlers are taken out before the page is made, since its policy would refuse (and report) them.
export function cleaned(html) {
  const safe = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son\w+\s*=/gi, " data-no="));
  const page = new DOMParser().parseFromString(safe, "text/html");
  page.querySelectorAll("[data-style]").forEach((part) => styled(page, part));
  page.querySelectorAll("style, script, meta, link, title, xml").forEach((part) => part.remove());
  page.querySelectorAll("li > p, td > p, th > p, li > div, td > div, th > div").forEach((part) => {
    if (part.nextElementSibling) { part.after(page.createElement("br")); }
    part.replaceWith(...part.childNodes);
  });
  return page.body.innerHTML.replace(/<!--[\s\S]*?-->/g, "");
}

const STYLES = [["b", /font-weight:\s*(bold|[6-9]\d\d)/i], ["i", /font-style:\s*italic/i], ["u", /text-decoration[^;]*underline/i]];

// Bold, italic and underlined of a style become the elements of that name.
function styled(page, part) {
  const style = part.dataset.style;
  part.removeAttribute("data-style");
  if (part.tagName === "B" && /font-weight:\s*(normal|400)/i.test(style)) { part.replaceWith(...part.childNodes); return; }
  if (part.tagName !== "SPAN") { return; }
  STYLES.filter(([, sign]) => sign.test(style)).forEach(([tag]) => {
    const made = page.createElement(tag);
    made.append(...part.childNodes);
    part.append(made);
  });
}
