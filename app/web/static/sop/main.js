// The editor of SOPs: the table as officials know it, and the flow drawn anew after each save.

import { el } from "../dom.js";
import { History } from "../history.js";
import { Details } from "./details.js";
import { Letters } from "./letters.js";
import { Model } from "./model.js";
import { Rows } from "./rows.js";

const root = document.querySelector("[data-sop-editor]");
const model = new Model(JSON.parse(root.querySelector("[data-words]").textContent));
const details = new Details(model, document.getElementById("sop-details"));
const rows = new Rows(model, root.querySelector("[data-rows]"), (key) => details.open(key));
const letters = new Letters(model, root);
const chart = root.querySelector("[data-chart]");
const history = new History((value, place) => {
  model.show(value);
  show();
  rows.goBack(place);
  details.draw();
  window.studio.change(history.given);
});
let place = ""; // the cell that was entered last: what changes next changes there

function begin(draft) {
  const unread = root.querySelector("[data-unread]");
  unread.hidden = Boolean(draft.shape);
  root.querySelector("[data-read]").hidden = !draft.shape;
  if (!draft.shape) { return; }
  model.show(draft.shape);
  history.begin(draft.shape, draft.text);
  show();
  draw();
}

function show() {
  rows.draw();
  letters.draw();
}

async function draw() {
  const answer = await window.studio.ask("POST", root.dataset.flow, { value: model.value });
  if (answer.status !== 200) { return; }
  chart.innerHTML = answer.json.chart; // drawn by the server, every text in it escaped
  rows.remark(answer.json.remarks);
  tell(answer.json.remarks);
  here();
}

// every remark stands in its row; above the table they are counted, with a way to each row
function tell(remarks) {
  const box = root.querySelector("[data-remarks]");
  const steps = [...new Set(remarks.map((one) => one.path.split(".")[1]))];
  const links = steps.map((key) => el("button", { type: "button", class: "btn-link", onclick: () => rows.goTo(`steps.${key}`) }, model.steps[key]?.no || model.steps[key]?.title || key));
  box.replaceChildren(...(links.length ? [`${model.words.remark_count.replace("{n}", remarks.length)}: `, ...links.flatMap((link, place) => (place ? [", ", link] : [link]))] : []));
  box.hidden = !links.length;
}

// the row being edited is marked in the drawing, which scrolls along
function here() {
  const row = document.activeElement.closest("[data-step]");
  chart.querySelectorAll("rect[data-step]").forEach((mark) => {
    const isHere = Boolean(row) && mark.dataset.step === row.dataset.step;
    mark.classList.toggle("is-here", isHere);
    if (isHere) { chart.scrollTop = Math.max(0, Number(mark.getAttribute("y")) - chart.clientHeight / 2); }
  });
}

model.listeners.push((what) => {
  if (what === "rows") { show(); }
  if (history.note(model.value, place, what === "cell")) { window.studio.change(history.given); }
});
root.querySelector("[data-add-actor]").addEventListener("click", () => {
  const title = root.querySelector("[data-actor-title]");
  const role = root.querySelector("[data-actor-role]");
  if (title.value.trim() && role.value) {
    model.addActor(title.value.trim(), role.value);
    title.value = "";
  }
});
root.querySelector("[data-add-end]").addEventListener("click", () => rows.find(`${model.addEnd(root.querySelector("[data-end-result]").value)}.title`)?.focus());
root.querySelector("[data-rows]").addEventListener("focusin", here);
root.addEventListener("focusin", ({ target }) => { place = target.dataset.cell || target.closest("[data-step]")?.dataset.step || ""; });
document.addEventListener("studio:saved", draw);
document.addEventListener("studio:problems", (event) => rows.mark(event.detail));
document.addEventListener("studio:goto", (event) => rows.goTo(event.detail.path || ""));
document.addEventListener("studio:replace", ({ detail }) => detail.until(async () => { await window.studio.flush(); begin(await window.studio.load()); }));
window.studio.load().then(begin);
