// What a browser says of a field, in the words of the page: its own would be in the language of whoever set it up.
"use strict";

const said = JSON.parse(document.currentScript.dataset.says);
const limit = (field, name) => (field.type === "date" ? field[name].split("-").reverse().join("-") : field[name]);
const faults = {
  valueMissing: (field) => (["radio", "select-one", "file"].includes(field.type) ? said.unchosen : said.missing),
  typeMismatch: (field) => (field.type === "email" ? said.email : said.malformed),
  badInput: () => said.malformed,
  patternMismatch: (field) => field.title || said.malformed,
  rangeUnderflow: (field) => said.low.replace("{limit}", limit(field, "min")),
  rangeOverflow: (field) => said.high.replace("{limit}", limit(field, "max")),
  stepMismatch: () => said.malformed,
  tooShort: (field) => said.short.replace("{limit}", field.minLength),
};

document.addEventListener("invalid", ({ target }) => {
  target.setCustomValidity("");
  const fault = Object.keys(faults).find((name) => target.validity[name]);
  if (fault) { target.setCustomValidity(faults[fault](target)); }
}, true);

// what is typed or chosen is judged anew; of radio buttons the whole group
["input", "change"].forEach((name) => document.addEventListener(name, ({ target }) => {
  const group = target.type === "radio" && target.form ? [...target.form.elements].filter((one) => one.name === target.name) : [target];
  group.forEach((one) => one.setCustomValidity?.(""));
}, true));
