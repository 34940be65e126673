// The form builder: palette, structure, properties, and beside them the real form, filled in like an applicant's.

import { el } from "../dom.js";
import { History } from "../history.js";
import { Model } from "./model.js";
import { Properties } from "./properties.js";
import { Structure } from "./structure.js";

const root = document.querySelector("[data-form-editor]");
const model = new Model(JSON.parse(root.querySelector("[data-words]").textContent));
const structure = new Structure(model, root.querySelector("[data-structure]"));
const properties = new Properties(model, root.querySelector("[data-properties]"));
const live = root.querySelector("[data-live]");
const history = new History((value, place, isBack) => {
  model.show(value);
  chosen = model.chosen = isBack ? place.from : place.to;
  structure.draw();
  properties.draw();
  (properties.find(place.property) || structure.current())?.focus();
  window.studio.change(history.given);
});
let chosen = null; // before the change
let property = null; // the one that was entered last

function begin(draft) {
  root.querySelector("[data-unread]").hidden = Boolean(draft.shape);
  root.querySelector("[data-read]").hidden = !draft.shape;
  if (!draft.shape) { return; }
  model.show(draft.shape);
  chosen = model.chosen = null;
  history.begin(draft.shape, draft.text);
  structure.draw();
  properties.draw();
}

// the live form shows what is being edited: it is marked, and comes into sight where it is not
function follow() {
  const form = live.contentDocument;
  if (!form) { return; } // an error page shows itself to nobody
  const { section, group, key } = model.chosen || {};
  const within = (part, name) => part?.querySelector(`[data-field="${name}"]`) || part;
  const part = [group, key].filter(Boolean).reduce(within, form.querySelectorAll("fieldset.section")[section]);
  form.querySelectorAll(".is-chosen").forEach((one) => one.classList.toggle("is-chosen", one === part));
  part?.classList.add("is-chosen");
  const { top, bottom } = part?.getBoundingClientRect() || { top: 0, bottom: 0 };
  const height = live.contentWindow.innerHeight;
  if (top < 0 || bottom > height) { live.contentWindow.scrollBy(0, top - height / 4); }
}

function reload() {
  live.addEventListener("load", follow, { once: true });
  if (live.contentDocument) { live.contentWindow.location.reload(); } else { live.setAttribute("src", live.getAttribute("src")); }
}

root.querySelector("[data-palette]").append(...Object.entries(model.words.types).map(([type, title]) => el("button", { type: "button", class: "btn btn-small", draggable: "true", "data-type": type, onclick: () => model.add(type, model.chosen), ondragstart: (event) => { structure.carried = type; event.dataTransfer.setData("text/plain", type); } }, title)));
root.querySelector("[data-add-section]").addEventListener("click", () => model.addSection());
root.querySelectorAll("[data-width]").forEach((button) => button.addEventListener("click", () => {
  live.dataset.at = button.dataset.width;
  root.querySelectorAll("[data-width]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
}));

model.listeners.push((what) => {
  const place = { from: chosen, to: model.chosen, property };
  chosen = model.chosen;
  if (what !== "values") { structure.draw(); }
  if (what === "choice" || what === "fields") { properties.draw(); }
  if (what !== "choice" && history.note(model.value, place, what !== "fields")) { window.studio.change(history.given); }
  if (what === "choice" || what === "fields") { follow(); }
});
root.addEventListener("focusin", (event) => { property = event.target.closest("[data-property]")?.dataset.property || null; });
document.addEventListener("studio:saved", async (event) => {
  if (!event.detail.shape) { return; }
  reload();
  const unused = root.querySelector("[data-unused]");
  const wasOpen = Boolean(unused.querySelector("details[open]"));
  unused.innerHTML = await (await fetch(root.dataset.unusedAt)).text(); // drawn by the server, every text in it escaped
  if (wasOpen) { unused.querySelector("details")?.setAttribute("open", ""); }
});
document.addEventListener("studio:problems", (event) => structure.mark(event.detail));
document.addEventListener("studio:goto", (event) => structure.goTo(event.detail.path));
document.addEventListener("studio:replace", ({ detail }) => detail.until(async () => { await window.studio.flush(); begin(await window.studio.load()); }));
document.addEventListener("session:back", reload);
window.studio.load().then(begin);
