// The editor of SOPs: the table as officials know it, and the flow drawn anew after each save.

import { Details } from "./details.js";
import { Model } from "./model.js";
import { Rows } from "./rows.js";

const root = document.querySelector("[data-sop-editor]");
const model = new Model(JSON.parse(root.querySelector("[data-words]").textContent));
const details = new Details(model, document.getElementById("sop-details"));
const rows = new Rows(model, root.querySelector("[data-rows]"), (key) => details.open(key));
const chart = root.querySelector("[data-chart]");

function begin(draft) {
  const unread = root.querySelector("[data-unread]");
  unread.hidden = Boolean(draft.shape);
  root.querySelector("[data-read]").hidden = !draft.shape;
  if (!draft.shape) { return; }
  model.show(draft.shape);
  rows.draw();
  draw();
}

async function draw() {
  const answer = await window.studio.ask("POST", root.dataset.flow, { value: model.value });
  if (answer.status === 200) { chart.innerHTML = answer.json.chart; } // drawn by the server, every text in it escaped
}

model.listeners.push((what) => {
  if (what === "rows") { rows.draw(); }
  window.studio.change({ value: model.value });
});
root.querySelector("[data-add-actor]").addEventListener("click", () => {
  const title = root.querySelector("[data-actor-title]");
  const role = root.querySelector("[data-actor-role]");
  if (title.value.trim() && role.value) {
    model.addActor(title.value.trim(), role.value);
    title.value = "";
  }
});
document.addEventListener("studio:saved", draw);
document.addEventListener("studio:problems", (event) => rows.mark(event.detail));
document.addEventListener("studio:goto", (event) => rows.goTo(event.detail.path || ""));
document.addEventListener("studio:replace", async () => { await window.studio.flush(); begin(await window.studio.load()); });
window.studio.load().then(begin);
