// Past decisions made again, part by part: the page counts along and lists what would change.

import { part } from "./model.js";

const SHOWN = 500;
const root = document.querySelector("[data-replay]");
const at = (name) => root.querySelector(`[data-${name}]`);
const number = new Intl.NumberFormat("id-ID");
let looked = 0;
let changed = 0;

function line(change) {
  const rows = (list) => list.join(", ") || "–";
  const { titles } = change;
  const cells = [titles.step, titles.before || "–", titles.after || root.dataset.nothing, rows(change.rows_before), rows(change.rows)];
  return part("tr", {}, part("th", { scope: "row", class: "mono", text: change.case }), ...cells.map((text) => part("td", { text })), part("td", { class: "num", text: String(change.revision) }));
}

function tell() {
  if (root.dataset.total === "0") { return; } // the page says so itself
  at("progress").value = looked;
  at("told").textContent = root.dataset.words.replace("{changed}", number.format(changed)).replace("{looked}", number.format(looked));
}

function list(changes) {
  const table = at("changes");
  const body = table.querySelector("tbody");
  body.append(...changes.slice(0, Math.max(0, SHOWN - body.childElementCount)).map(line));
  table.hidden = body.childElementCount === 0;
  at("more").textContent = changed > SHOWN ? at("more").dataset.text.replace("{n}", number.format(SHOWN)) : "";
}

async function run() {
  for (let after = 0; after !== null;) {
    const answer = await window.studio.ask("POST", root.dataset.replay, { after });
    if (answer.status !== 200) { at("told").textContent = answer.json.message; return; }
    looked += answer.json.looked;
    changed += answer.json.changes.length;
    list(answer.json.changes);
    tell();
    after = answer.json.last;
  }
  at("progress").value = at("progress").max;
  root.dataset.done = "yes";
}

await window.studio.load();
await run();
