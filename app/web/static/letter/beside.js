// The text view of a letter with the real PDF beside it.

import { Preview } from "./preview.js";

const root = document.querySelector("[data-preview]");
const preview = new Preview(root, JSON.parse(document.querySelector("[data-preview-words]").textContent));
const text = document.querySelector("[data-source] [data-text]");
let timer = 0;
text.addEventListener("input", () => { window.clearTimeout(timer); timer = window.setTimeout(() => preview.show(text.value), 300); });
document.addEventListener("studio:replace", (event) => preview.show(event.detail.text));
preview.show(text.value);
