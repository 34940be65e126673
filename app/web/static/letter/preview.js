// The real PDF beside the text: asked for when typing rests, the pages before it stay until the new ones are there.

import { el } from "../dom.js";

export class Preview {
  constructor(root, words) {
    Object.assign(this, { root, words, text: null, wanted: false, busy: false });
    this.pages = root.querySelector("[data-pages]");
    this.state = root.querySelector("[data-preview-state]");
    this.fault = root.querySelector("[data-preview-fault]");
    this.note = root.querySelector("[data-preview-note]");
    this.data = root.querySelector("[data-case]");
    this.data.addEventListener("change", () => this.draw());
    this.data.addEventListener("focus", () => this.offerCases());
    this.data.addEventListener("input", () => { window.clearTimeout(this.timer); this.timer = window.setTimeout(() => this.offerCases(), 250); });
    const link = root.querySelector("[data-pdf]");
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const page = window.open("", "_blank");
      await window.studio.flush();
      page.location = `${link.href}${this.number ? `?case=${encodeURIComponent(this.number)}` : ""}`;
    });
  }

  get number() { return this.data.value.trim(); }

  async offerCases() {
    const answer = await window.studio.ask("GET", `${this.data.dataset.case}?q=${encodeURIComponent(this.number)}`);
    if (answer.status === 200) { document.getElementById(this.data.getAttribute("list")).replaceChildren(...answer.json.cases.map((value) => el("option", { value }))); }
  }

  show(text) {
    if (text === this.text) { return; }
    this.text = text;
    this.draw();
  }

  // One at a time: what was typed meanwhile is drawn next.
  async draw() {
    if (this.text === null) { return; }
    this.wanted = true;
    if (this.busy) { return; }
    this.busy = true;
    while (this.wanted) {
      this.wanted = false;
      this.say("updating");
      try { await this.ask(); } catch { this.refuse({ message: this.words.no_preview, line: null }); }
    }
    this.busy = false;
  }

  async ask() {
    const answer = await window.studio.ask("POST", this.root.dataset.preview, { text: this.text, case: this.number });
    if (this.wanted) { return; }
    if (answer.status !== 200) { this.refuse(answer.json.fault || { message: answer.json.message, line: null }); return; }
    await this.draw_pages(answer.json);
  }

  async draw_pages(made) {
    const images = await Promise.all(made.pages.map(async (data, index) => {
      const image = el("img", { alt: this.words.page.replace("{n}", index + 1), src: `data:image/png;base64,${data}` });
      await image.decode();
      return image;
    }));
    this.pages.replaceChildren(...images);
    this.pages.dataset.drawn = Number(this.pages.dataset.drawn || 0) + 1;
    this.fault.hidden = true;
    this.note.hidden = !this.number && made.count === made.pages.length;
    const more = made.count > made.pages.length ? this.words.more.replace("{n}", made.count) : "";
    this.note.textContent = `${this.number ? this.words[made.is_whole ? "whole" : "masked"] : ""} ${more}`.trim();
    this.say("updated");
  }

  refuse(fault) {
    const line = fault.line ? ` (${this.words.line.replace("{n}", fault.line)})` : "";
    this.fault.hidden = false;
    this.fault.textContent = `${fault.message}${fault.message.includes(String(fault.line)) ? "" : line}`;
    this.say("no_preview");
  }

  say(name) {
    this.root.dataset.now = name;
    this.state.textContent = this.words[name];
  }
}
