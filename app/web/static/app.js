// What the pages do beyond plain HTML: menus, dialogs, confirmation, keys, and the generated screens' few needs.
// Every page works without this file except dialogs and the filters' choice of comparison.
"use strict";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/* Menus (details.menu) close on Escape and on a click elsewhere. */
function closeMenus(except) {
  all("details.menu[open]").forEach((menu) => { if (menu !== except) { menu.open = false; } });
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const opener = event.target.closest("[data-open]");
  if (opener) { openDialog(opener.dataset.open, opener); }
  const closer = event.target.closest("[data-close]");
  if (closer) { closer.closest("dialog").close(); }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) { dismiss.closest(".notice").remove(); }
  const copy = event.target.closest("[data-copy]");
  if (copy && navigator.clipboard) { copyText(copy); }
  if (event.target.closest("[data-print]")) { window.print(); }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") { return; }
  const menu = document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

async function copyText(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const said = button.querySelector("[data-said]");
  if (said) { said.textContent = button.dataset.copied || ""; }
}

function openDialog(id, opener) {
  const dialog = document.getElementById(id);
  if (!dialog) { return; }
  const form = opener.form;
  // A dialog asks for what is missing only after the rest of the form holds.
  if (form && dialog.dataset.needsValid !== undefined && !restIsValid(form, dialog)) { return; }
  all("[data-outcome-title]", dialog).forEach((place) => { place.textContent = opener.dataset.title || ""; });
  all("[data-outcome-value]", dialog).forEach((button) => { if (opener.value) { button.value = opener.value; } });
  all("[data-outcome-does]", dialog).forEach((part) => { part.hidden = part.dataset.outcomeDoes !== opener.value; });
  dialog.showModal();
}

function restIsValid(form, dialog) {
  const bad = Array.from(form.elements).find((part) => !dialog.contains(part) && part.willValidate && !part.checkValidity());
  if (bad) { bad.reportValidity(); }
  return !bad;
}

/* Enter inside a dialog presses the dialog's own button, not the first button of the form around it. */
document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest && event.target.closest("dialog");
  if (!dialog || event.key !== "Enter" || event.target.tagName !== "INPUT") { return; }
  const button = dialog.querySelector("[data-default]");
  if (button) { event.preventDefault(); button.click(); }
});

/* A dialog that closes gives the focus back; Chromium leaves the caret behind, and what is typed is not written. */
document.addEventListener("close", () => {
  const field = document.activeElement;
  if (!field.matches("textarea, input, [contenteditable]")) { return; }
  field.blur();
  field.focus({ preventScroll: true });
}, true);

/* Confirmation: a button with data-confirm asks first; one form is sent only once. */
let confirmed = null;
document.addEventListener("click", () => { confirmed = null; }, true); // an answer counts for one sending

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = (button && button.dataset.confirm) || form.dataset.confirm;
  if (question && confirmed !== form) {
    event.preventDefault();
    askFirst(question, form, button);
    return;
  }
  confirmed = null;
  if (form.method === "dialog" || form.target === "_blank") { return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  if (button) { button.setAttribute("aria-busy", "true"); }
  all("[data-drop-empty] input, [data-drop-empty] select", form).forEach((part) => {
    if (part.name && part.value === "") { part.disabled = true; }
  });
  form.dataset.changed = "";
});

function askFirst(question, form, button) {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) { return; }
  dialog.querySelector("[data-question]").textContent = question;
  const accept = dialog.querySelector("[data-accept]");
  accept.textContent = (button && button.dataset.verb) || (button && button.textContent.trim()) || accept.dataset.text;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") { return; }
    confirmed = form;
    form.requestSubmit(button || undefined);
  };
  dialog.showModal();
}

window.addEventListener("pageshow", () => {
  all("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  all("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

/* Leaving a half-filled form (data-guard) asks the browser's own question. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) { form.dataset.changed = "yes"; }
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed='yes']")) { event.preventDefault(); }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && event.target.closest("[data-autosubmit]")) { form.requestSubmit(); }
  if (event.target.matches("[data-check-all]")) { checkAll(event.target); }
  if (event.target.matches("[data-check-row]")) { markRow(event.target); }
  if (event.target.matches("[data-filter-op]")) { nameFilter(event.target); }
  // after the form's conditions have shown or hidden what they ask for
  if (document.querySelector("[data-missing]")) { window.setTimeout(countMissing); }
});

/* Lists that can be walked with J and K; "/" goes to the search field. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) { return; }
  if (event.key === "/") { focusSearch(event); }
  if (event.key === "j" || event.key === "k") { walkRows(event.key === "j" ? 1 : -1); }
});

function isTyping(target) {
  return target.matches && target.matches("input, select, textarea, [contenteditable]");
}

function focusSearch(event) {
  const search = document.querySelector("[data-search]");
  if (search) { event.preventDefault(); search.focus(); }
}

function walkRows(by) {
  const links = all("[data-keys] [data-row]");
  if (!links.length) { return; }
  const here = links.findIndex((link) => link.closest("tr, li").contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + by, 0), links.length - 1);
  links[next].focus();
}

/* Attachments: the list of what is still missing follows the files as they are chosen. */
function countMissing() {
  const asked = (input) => !input.closest("[hidden]");
  const missing = all("[data-requirement-file][data-required]").filter((input) => asked(input) && !input.files.length && !input.dataset.has);
  const box = document.querySelector("[data-missing]");
  if (!box) { return; }
  box.hidden = missing.length === 0;
  all("[data-missing-of]", box).forEach((line) => {
    line.hidden = !missing.some((input) => input.dataset.requirementFile === line.dataset.missingOf);
  });
  const check = box.querySelector("input[type=checkbox]");
  if (check) { check.required = missing.length > 0; }
  const dot = (key) => document.querySelector(`[data-state-of="${CSS.escape(key)}"]`);
  all("[data-requirement-file]").forEach((input) => {
    const line = dot(input.dataset.requirementFile);
    if (line) { line.dataset.state = input.files.length || input.dataset.has ? "ok" : "open"; }
  });
}

/* Generated lists: choosing rows, and filters whose comparison is part of the parameter's name. */
function checkAll(box) {
  all("[data-check-row]").forEach((row) => { row.checked = box.checked; markRow(row); });
}

function markRow(box) {
  box.closest("tr").classList.toggle("is-checked", box.checked);
}

function nameFilter(select) {
  const column = select.dataset.filterOp;
  const value = document.querySelector(`[data-filter-value="${CSS.escape(column)}"] [name^="_flt_"]`);
  if (value) { value.name = `_flt_${select.value}_${column}`; }
}

function prepareFilter(place) {
  const part = place.querySelector("input:not([type=hidden]), select, textarea");
  if (!part) { return; }
  const select = document.querySelector(`[data-filter-op="${CSS.escape(place.dataset.filterValue)}"]`);
  part.id = `filter-${place.dataset.filterValue}`;
  part.removeAttribute("required");
  if (part.type === "checkbox") { part.replaceWith(yesNo(part)); prepareFilter(place); return; }
  part.name = `_flt_${select ? select.value : 0}_${place.dataset.filterValue}`;
  if (part.tagName === "SELECT" && !part.querySelector("option[value='']")) { part.prepend(new Option("", "")); }
  part.value = place.dataset.active || "";
}

function yesNo(box) {
  const words = document.querySelector("[data-word-yes]");
  const select = document.createElement("select");
  select.name = box.name;
  select.append(new Option("", ""), new Option(words.dataset.wordYes, "y"), new Option(words.dataset.wordNo, ""));
  return select;
}

/* Generated forms: native date fields, and choices that are fetched (Flask-AppBuilder's AJAX selects). */
function nativeDate(input) {
  if (/^\d{4}-\d{2}-\d{2}$|^$/.test(input.value)) { input.type = "date"; }
}

async function fetchChoices(input, address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) { return; }
  const select = input.tagName === "SELECT" ? input : document.createElement("select");
  const value = input.value;
  if (select !== input) {
    ["id", "name", "class", "endpoint", "master_id"].forEach((name) => {
      if (input.hasAttribute(name)) { select.setAttribute(name, input.getAttribute(name)); }
    });
    input.replaceWith(select);
  }
  select.replaceChildren(new Option("", ""), ...(await answer.json()).map((row) => new Option(row.text, row.id)));
  select.value = value;
}

function fetchForMaster(input) {
  const master = document.getElementById(input.getAttribute("master_id"));
  const load = () => {
    const here = document.getElementById(input.id);
    if (master.value) { fetchChoices(here, input.getAttribute("endpoint").replace("{{ID}}", master.value)); }
  };
  if (master) { master.addEventListener("change", load); load(); }
}

function prepare() {
  all(".appbuilder_date input").forEach(nativeDate);
  all("option[value='__None']").forEach((option) => { option.textContent = ""; });
  all("[data-filter-value]").forEach(prepareFilter);
  all("input.my_select2_ajax[endpoint]:not([master_id])").forEach((input) => fetchChoices(input, input.getAttribute("endpoint")));
  all("input[endpoint][master_id]").forEach(fetchForMaster);
  countMissing();
  // the present page's link, where the navigation scrolls sideways
  all(".bar-nav [aria-current], .tabs [aria-current]").forEach((link) => {
    const row = link.closest("nav");
    row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  });
  const opened = document.querySelector("dialog[data-open-now]");
  if (opened) { opened.showModal(); }
}

prepare();
