// Forms: shows what a condition asks for, computes formulas, adds and removes rows, warns before input is lost.
// The server decides; everything works without this file. Trees are those of app/forms/expression.py, and null
// behaves here as app/forms/evaluate.py says.
"use strict";

(() => {
  const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
  const isEmpty = (value) => value === null || value === "" || (Array.isArray(value) && value.length === 0)
    || (typeof value === "object" && Object.keys(value).length === 0);

  /* Numbers as people write them here: the rules of app/forms/notation.py. */
  const GROUPED = "[1-9][0-9]{0,2}(?:\\.[0-9]{3})+";
  const NUMBER = new RegExp(`^(-?)(?:(${GROUPED}|[0-9]+)(?:,([0-9]+))?|([0-9]+)\\.([0-9]+))$`);
  const MONEY = new RegExp(`^(?:Rp\\.?)?\\s*(-?)\\s*(${GROUPED}|[0-9]+)(?:,(?:00|-))?$`, "i");

  function readNumber(written) {
    const match = NUMBER.exec(written.trim());
    if (!match) { return null; }
    const whole = (match[2] || match[4]).replaceAll(".", "");
    return Number(`${match[1]}${whole}.${match[3] || match[5] || "0"}`);
  }

  function readMoney(written) {
    const match = MONEY.exec(written.trim());
    return match ? Number(match[1] + match[2].replaceAll(".", "")) : null;
  }

  function readDate(written) {
    const match = /^([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})$/.exec(written.trim());
    return match ? `${match[3]}-${match[2].padStart(2, "0")}-${match[1].padStart(2, "0")}` : written.trim() || null;
  }

  function round(value, places) {
    if (!isNumber(value) || !isNumber(places) || places < 0 || places > 6 || Math.abs(value) >= 1e15) { return null; }
    const scale = 10 ** Math.trunc(places);
    // the nudge undoes what binary fractions lose: 1.005 is to become 1.01
    return Math.sign(value) * Math.round(Math.abs(value) * scale * (1 + Number.EPSILON)) / scale;
  }

  /* Evaluation. */
  const equal = (left, right) => left === right;
  const within = (left, right) => left !== null && Array.isArray(right) && right.some((item) => equal(left, item));
  const comparable = (left, right) => (isNumber(left) && isNumber(right))
    || (typeof left === "string" && typeof right === "string");
  const COMPARE = {
    "==": equal,
    "!=": (left, right) => !equal(left, right),
    "in": within,
    "not in": (left, right) => !within(left, right),
    "<": (left, right) => comparable(left, right) && left < right,
    "<=": (left, right) => comparable(left, right) && left <= right,
    ">": (left, right) => comparable(left, right) && left > right,
    ">=": (left, right) => comparable(left, right) && left >= right,
  };
  const CALCULATE = {
    "+": (left, right) => left + right,
    "-": (left, right) => left - right,
    "*": (left, right) => left * right,
    "/": (left, right) => (right === 0 ? null : left / right),
  };

  function evaluate(tree, find) {
    const [name, first, second] = tree;
    if (name in COMPARE) { return COMPARE[name](evaluate(first, find), evaluate(second, find)); }
    if (name in CALCULATE) {
      const left = evaluate(first, find);
      const right = evaluate(second, find);
      return isNumber(left) && isNumber(right) ? CALCULATE[name](left, right) : null;
    }
    return SIMPLE[name](tree, find);
  }

  const SIMPLE = {
    value: (tree) => tree[1],
    list: (tree) => tree.slice(1),
    field: (tree, find) => find(tree[1]),
    empty: (tree, find) => isEmpty(evaluate(tree[1], find)),
    not: (tree, find) => evaluate(tree[1], find) !== true,
    and: (tree, find) => tree.slice(1).every((part) => evaluate(part, find) === true),
    or: (tree, find) => tree.slice(1).some((part) => evaluate(part, find) === true),
    round: (tree, find) => round(evaluate(tree[1], find), evaluate(tree[2], find)),
    count: (tree, find) => { const items = find(tree[1]); return Array.isArray(items) ? items.length : 0; },
    sum: (tree, find) => {
      const [group, column] = tree[1].split(".");
      return (find(group) || []).map((row) => row[column]).filter(isNumber).reduce((a, b) => a + b, 0);
    },
  };

  /* Answers as they stand in the page. */
  const own = (field, selector) => Array.from(field.querySelectorAll(selector));
  const checked = (field) => own(field, "input:checked").map((input) => input.value);
  const written = (field) => { const input = field.querySelector("input, select, textarea"); return input ? input.value.trim() : ""; };
  const READ = {
    number: (field) => readNumber(written(field)),
    money: (field) => readMoney(written(field)),
    date: (field) => readDate(written(field)),
    computed: (field) => { const value = field.querySelector("output").dataset.value; return value ? Number(value) : null; },
    yes_no: (field) => ({ true: true, false: false })[checked(field)[0]] ?? null,
    choice: (field) => (field.tagName === "FIELDSET" ? checked(field)[0] ?? null : written(field) || null),
    choices: checked,
    persons: checked,
    file: (field) => checked(field).concat(own(field, "input[type=file]").flatMap((input) => Array.from(input.files))),
    group: (field) => own(field, ":scope > .group-row").map(rowAnswers).filter((row) => !Object.values(row).every(isEmpty)),
    checklist: (field) => Object.fromEntries(own(field, "[data-requirement]").map((item) => [item.dataset.requirement, itemAnswer(item)])),
  };

  function itemAnswer(item) {
    const count = item.querySelector("[name$='-count']");
    return {
      state: item.querySelector("[name$='-state']").value || null,
      count: count && count.value.trim() ? readNumber(count.value) : null,
      note: item.querySelector("[name$='-note']").value,
    };
  }

  function answer(field) {
    if (field.closest("[hidden]")) { return null; }
    return (READ[field.dataset.kind] || ((other) => written(other) || null))(field);
  }

  const fieldsOf = (place) => own(place, "[data-field]").filter((field) => field.parentElement.closest(".group-row, [data-form]") === place);

  function rowAnswers(row) {
    return Object.fromEntries(fieldsOf(row).map((field) => [field.dataset.field, answer(field)]));
  }

  /* Names mean the row's own fields first, then those of the form. */
  function lookup(element, root) {
    const row = element.closest(".group-row");
    return (path) => {
      const [head, requirement, part] = path.split(".");
      const named = (field) => field.dataset.field === head;
      const field = (row && fieldsOf(row).find(named)) || fieldsOf(root).find(named);
      const value = field ? answer(field) : null;
      if (!requirement || value === null) { return value; }
      const item = value[requirement];
      return item ? item[part || "state"] : null;
    };
  }

  /* Showing and hiding; what is hidden is not sent. */
  function show(element, visible) {
    const changed = element.hidden === visible;
    element.hidden = !visible;
    return changed;
  }

  function compute(output, root) {
    const value = round(evaluate(JSON.parse(output.dataset.formula), lookup(output, root)), Number(output.dataset.decimals));
    const before = output.dataset.value;
    output.dataset.value = value === null ? "" : String(value);
    const figure = value === null ? "" : value.toLocaleString("id-ID", { maximumFractionDigits: 6 });
    output.textContent = figure && (output.dataset.before || "") + figure;
    return before !== output.dataset.value;
  }

  function settleOnce(root) {
    let changed = false;
    own(root, "[data-show-if]").forEach((element) => {
      changed = show(element, evaluate(JSON.parse(element.dataset.showIf), lookup(element, root)) === true) || changed;
    });
    own(root, "output[data-formula]").forEach((output) => { changed = compute(output, root) || changed; });
    return changed;
  }

  function settle(root) {
    for (let turn = 0; turn < 12 && settleOnce(root); turn += 1) { /* until nothing changes any more */ }
    own(root, "[data-require-if]").forEach((element) => {
      const needed = evaluate(JSON.parse(element.dataset.requireIf), lookup(element, root)) === true;
      const mark = element.querySelector(":scope > label [data-required-mark], :scope > legend [data-required-mark]");
      if (mark) { mark.hidden = !needed; }
    });
    own(root, "input, select, textarea").forEach((input) => { input.disabled = input.closest("[hidden]") !== null; });
  }

  /* Rows. */
  const rowsOf = (group) => own(group, ":scope > .group-row");

  function fill(fragment, index) {
    const names = ["id", "name", "for", "aria-describedby", "data-name", "data-index"];
    fragment.querySelectorAll("*").forEach((element) => {
      names.filter((name) => element.hasAttribute(name)).forEach((name) => {
        element.setAttribute(name, element.getAttribute(name).replaceAll("__row__", String(index)));
      });
    });
    return fragment;
  }

  function addRow(group) {
    const last = Math.max(-1, ...rowsOf(group).map((row) => Number(row.dataset.index)));
    const template = group.querySelector(":scope > template[data-row]");
    template.before(fill(template.content.cloneNode(true), last + 1));
  }

  function focusIn(place) {
    const first = place.querySelector("input:enabled, select:enabled, textarea:enabled");
    if (first) { first.focus(); }
  }

  function dress(group) {
    const rows = rowsOf(group);
    rows.forEach((row, position) => {
      row.querySelector("[data-number]").textContent = String(position + 1);
      row.querySelector("[data-remove]").hidden = rows.length <= Number(group.dataset.min);
    });
    group.querySelector("[data-add]").hidden = rows.length >= Number(group.dataset.max);
  }

  // the empty row that pages without scripts are offered: here a button makes one when it is wanted
  function takeBack(group) {
    const rows = rowsOf(group);
    if (rows.length > Math.max(1, Number(group.dataset.min)) && isBlank(rows.at(-1))) { rows.at(-1).remove(); }
  }

  const isBlank = (row) => !row.querySelector(".field-error, :checked:not(option)")
    && [...row.querySelectorAll("input:not([type=checkbox], [type=radio]), select, textarea")].every((input) => input.value === "");

  /* Life of a form. */
  function refresh(root) {
    own(root, ".group").forEach(dress);
    settle(root);
  }

  function start(root) {
    const form = root.closest("form");
    let unsaved = false;
    root.addEventListener("input", () => { unsaved = true; settle(root); });
    root.addEventListener("change", () => { unsaved = true; settle(root); });
    root.addEventListener("click", (event) => {
      const add = event.target.closest("[data-add]");
      const remove = event.target.closest("[data-remove]");
      if (!add && !remove) { return; }
      unsaved = true;
      const group = event.target.closest(".group");
      if (add) { addRow(group); } else { remove.closest(".group-row").remove(); }
      refresh(root);
      if (add) { focusIn(rowsOf(group).at(-1)); } else { group.querySelector("[data-add]").focus(); }
    });
    if (form) { form.addEventListener("submit", () => { unsaved = false; }); }
    window.addEventListener("beforeunload", (event) => { if (unsaved) { event.preventDefault(); } });
    own(root, ".group").forEach(takeBack);
    refresh(root);
  }

  document.querySelectorAll("[data-form]").forEach(start);
  // a page that comes back from the browser's memory shows what was typed; settle it again
  window.addEventListener("pageshow", () => { document.querySelectorAll("[data-form]").forEach(refresh); });
})();
