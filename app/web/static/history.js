// Steps back and forth: what an editor held, each with the place where it was changed. Ctrl+Z, Ctrl+Y and two buttons.
//   begin(value, text): what is edited from now on, and the text that it was read from.
//   note(value, place, isTyped): after a change; false where nothing is new. Typing on in one place is one step.
//   given: what studio.change takes; the very text again where everything was taken back.
// A field being typed in takes its own letters back first; so does everything inside [data-keeps-undo].

const MOST = 100;
const SOON = 1000; // milliseconds
const TYPED = "textarea, input:not([type=checkbox], [type=radio])";

export class History {
  constructor(show) {
    this.show = show; // show(value, place, isBack): a value takes the place of what is shown
    this.steps = { undo: [], redo: [] };
    this.typing = { field: null, was: "" };
    this.buttons = [...document.querySelectorAll("[data-history]")];
    this.buttons.forEach((button) => button.addEventListener("click", () => this.go(button.dataset.history)));
    const rest = (event) => { this.typing = { field: event.target, was: event.target.value }; };
    ["focusin", "change"].forEach((name) => document.addEventListener(name, rest, true));
    document.addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  begin(value, text) {
    Object.assign(this, { now: JSON.stringify(value), text, steps: { undo: [], redo: [] } });
    this.first = this.now;
    this.draw();
  }

  note(value, place, isTyped = false) {
    const next = JSON.stringify(value);
    if (next === this.now) { return false; }
    const { undo } = this.steps;
    const at = JSON.stringify(place);
    const last = undo[undo.length - 1];
    const goesOn = isTyped && last && last.at === at && Date.now() - last.time < SOON;
    if (goesOn) { last.time = Date.now(); } else { undo.push({ value: this.now, at, time: Date.now() }); }
    if (goesOn && last.value === next) { undo.pop(); }
    this.steps = { undo: undo.slice(-MOST), redo: [] };
    this.now = next;
    this.draw();
    return true;
  }

  get given() { return this.now === this.first ? { text: this.text } : { value: JSON.parse(this.now) }; }

  go(name) {
    const step = this.steps[name].pop();
    if (!step) { return; }
    this.steps[name === "undo" ? "redo" : "undo"].push({ ...step, value: this.now, time: 0 });
    this.now = step.value;
    this.draw();
    this.show(JSON.parse(step.value), JSON.parse(step.at), name === "undo");
  }

  key(event) {
    const key = (event.key || "").toLowerCase(); // what a browser fills in has none
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) { return; }
    const name = key === "y" || event.shiftKey ? "redo" : "undo";
    if (this.isOwn(event.target) || !this.steps[name].length) { return; }
    event.preventDefault();
    this.go(name);
  }

  isOwn(target) {
    const { field, was } = this.typing;
    return Boolean(target.closest("[data-keeps-undo]")) || (target.matches(TYPED) && target === field && target.value !== was);
  }

  draw() { this.buttons.forEach((button) => { button.disabled = !this.steps[button.dataset.history].length; }); }
}
