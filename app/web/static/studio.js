// The studio: every editor saves through `window.studio`, which keeps the version, autosaves and shows problems.
//   studio.change({text}) or studio.change({value}): what the editor holds now; saved when typing rests.
//   studio.touched(settle), studio.untouched(): a change whose text is known once `settle()` is through, and that it
//     came to nothing.
//   studio.flush(): save at once, a promise.   studio.load(): the draft as the server has it, a promise.
//   studio.settled(): have it found out now, a promise of whether it is known.
// Events on document: studio:saved, studio:problems, studio:conflict (detail = the server's JSON), studio:replace (detail =
// the text, and `until(read)`: nothing can be changed until the promise of `read` is kept).
"use strict";

(() => {
  const root = document.querySelector("[data-studio]");
  if (!root) { return; }
  const REST = 700; // milliseconds without typing before the draft is saved
  const state = root.querySelector("[data-state]");
  const verdict = root.querySelector("[data-verdict]");
  const dialog = document.getElementById("studio-conflict");
  let version = Number(root.dataset.version);
  let base = root.dataset.base === "" ? null : Number(root.dataset.base);
  let begun = null; // the text of that version: what somebody else changed meanwhile is told by it
  let waiting = null; // what the editor holds and the server has not
  let settle = null; // finds out what the editor holds, as long as that is not known
  let timer = 0;
  let sending = null;
  let isSure = true; // the server has what it was last given
  let isGivenUp = false;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`studio:${name}`, { detail }));
  let calm = [state.textContent, root.dataset.now || ""]; // what is said while nothing is new
  function say(name) {
    state.textContent = state.dataset[name];
    root.dataset.now = name;
    if (name === "saving" || name === "saved") { calm = [state.textContent, name]; }
  }

  async function send(method, address, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": root.dataset.token };
    const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, json: await answer.json() };
  }

  // 403 is what a token of an earlier session gets as well: the page may have a new one
  async function ask(...request) {
    const answer = await send(...request);
    return answer.status === 403 && await window.session.isMine() ? send(...request) : answer;
  }

  // for an editor whose text takes a moment to be known: not saved from now on, or after all nothing new
  function touched(finds) { settle = finds; say("unsaved"); }
  function untouched() {
    settle = null;
    if (!waiting && !sending) { [state.textContent, root.dataset.now] = calm; }
  }

  // what the server has already, word for word, is not sent again
  function change(given) {
    touched(null);
    window.clearTimeout(timer);
    const isThere = given.text === begun && !sending && isSure;
    waiting = isThere ? null : given;
    if (isThere) { untouched(); } else { timer = window.setTimeout(flush, REST); }
  }

  // find out what the editor holds; true if that is known
  async function settled() {
    try { if (settle) { await settle(); } } catch (error) { again(); return false; }
    return true;
  }

  function again() {
    say("failed");
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, 5 * REST);
  }

  async function flush() {
    if (dialog.open || !await settled()) { return; } // a conflict is answered first
    window.clearTimeout(timer);
    while (sending) { await sending; }
    if (!waiting) { return; }
    const given = waiting;
    waiting = null;
    sending = save(given);
    await sending;
    sending = null;
  }

  async function save(given) {
    say("saving");
    try {
      const answer = await ask("PUT", root.dataset.studio, { ...given, version, base_revision: base, begun });
      if (answer.status === 200) { saved(answer.json); return; }
      if (answer.status === 409 && "theirs" in answer.json) { conflict(answer.json); } else { refused(answer.json); }
    } catch (error) { again(); }
    isSure = false;
    waiting = waiting || given; // leaving is warned of, and the next change sends it again
  }

  function saved(draft) {
    take(draft);
    isSure = true;
    say("saved");
    if (waiting || settle) { say("unsaved"); }
    root.querySelectorAll("[data-needs-draft]").forEach((part) => { part.hidden = version === 0; });
    problems(draft.problems);
    tell("saved", draft);
  }

  function take(draft) {
    version = draft.version;
    base = draft.base_revision;
    begun = draft.text;
    root.querySelector("[data-outdated]").hidden = !(draft.is_outdated && draft.version);
  }

  function refused(answer) {
    say("refused");
    problems([{ path: "", line: null, file: null, message: answer.message }]);
  }

  function problems(found) {
    const box = root.querySelector("[data-problems-box]");
    const list = root.querySelector("[data-problems]");
    verdict.textContent = found.length === 0 ? verdict.dataset.fine : found.length === 1 ? verdict.dataset.one : verdict.dataset.many.replace("{n}", found.length);
    verdict.dataset.tone = found.length ? "bad" : "ok";
    box.hidden = found.length === 0;
    list.replaceChildren(...found.map(line));
    tell("problems", found);
  }

  function line(problem) {
    const item = document.createElement("li");
    const place = document.createElement("button");
    place.type = "button";
    place.className = "btn-link mono";
    place.textContent = [problem.file, problem.line].filter((part) => part).join(":") || problem.path || "–";
    place.addEventListener("click", () => tell("goto", problem));
    const words = document.createElement("span");
    words.textContent = ` ${problem.message}`;
    item.append(place, words);
    if (problem.path) {
      const path = document.createElement("span");
      path.className = "muted small";
      path.textContent = ` (${problem.path})`;
      item.append(path);
    }
    return item;
  }

  function conflict(found) {
    window.clearTimeout(timer);
    say("conflict");
    tell("conflict", found);
    const yours = dialog.querySelector("[data-yours]");
    const both = dialog.querySelector("[data-keep-both]");
    const merged = dialog.querySelector("[data-conflict-merged]");
    dialog.querySelector("[data-conflict-message]").textContent = found.message;
    merged.textContent = found.merged === null ? merged.dataset.impossible : merged.dataset.possible;
    dialog.querySelector("[data-conflict-changes]").innerHTML = found.changes; // the server's, every text in it escaped
    yours.value = found.yours;
    dialog.querySelector("[data-theirs]").value = found.theirs;
    both.hidden = found.merged === null;
    const decide = async (text) => {
      version = found.version;
      base = found.base_revision;
      begun = found.theirs;
      settle = null;
      waiting = { text };
      dialog.close();
      // until the editor shows it, nothing else can be changed
      const parts = [];
      root.inert = true;
      tell("replace", { text, until: (read) => parts.push(read()) });
      await Promise.allSettled([flush(), ...parts]);
      root.inert = false;
    };
    dialog.querySelector("[data-keep-theirs]").onclick = () => decide(found.theirs);
    dialog.querySelector("[data-keep-mine]").onclick = () => decide(yours.value);
    both.onclick = () => decide(found.merged);
    dialog.showModal();
  }

  async function load() {
    const answer = await ask("GET", root.dataset.studio);
    take(answer.json);
    problems(answer.json.problems);
    return answer.json;
  }

  // what was typed last goes along when the page is left; what could not be saved keeps it open, unless given up
  const isOpen = () => !isGivenUp && Boolean(waiting || sending || settle);
  root.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || "givesUp" in form.dataset || !isOpen()) { return; }
    event.preventDefault();
    await flush();
    delete form.dataset.sent;
    submitter?.removeAttribute("aria-busy");
    if (!isOpen()) { form.requestSubmit(submitter); }
  }, true);
  // after the question in app.js, and only if it was answered with yes
  document.addEventListener("submit", (event) => { isGivenUp = isGivenUp || ("givesUp" in event.target.dataset && !event.defaultPrevented); });

  document.addEventListener("session:back", flush);
  window.addEventListener("beforeunload", (event) => { if (isOpen()) { event.preventDefault(); } });
  window.studio = { change, touched, untouched, settled, flush, load, ask, problems };
})();

/* The plain text editor: line numbers that scroll along, marks at the lines with problems. */
(() => {
  const text = document.querySelector("[data-source] [data-text]");
  if (!text) { return; }
  const lines = document.querySelector("[data-source] [data-lines]");
  let marked = new Map();

  function number() {
    const count = text.value.split("\n").length;
    lines.replaceChildren(...Array.from({ length: count }, (_, index) => {
      const line = document.createElement("span");
      line.textContent = `${index + 1}`;
      if (marked.has(index + 1)) { line.className = "is-bad"; line.title = marked.get(index + 1); }
      return line;
    }));
    lines.scrollTop = text.scrollTop;
  }

  function goTo(line) {
    const starts = text.value.split("\n");
    const at = starts.slice(0, line - 1).reduce((sum, part) => sum + part.length + 1, 0);
    text.focus();
    text.setSelectionRange(at, at + (starts[line - 1] || "").length);
    text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
  }

  text.addEventListener("input", () => { number(); window.studio.change({ text: text.value }); });
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
  text.addEventListener("keydown", (event) => {
    // Tab leaves the field, as everywhere: two spaces come with Ctrl+] as in code editors
    if (event.ctrlKey && event.key === "]") { event.preventDefault(); text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end"); text.dispatchEvent(new Event("input", { bubbles: true })); }
    if (event.ctrlKey && event.key === "s") { event.preventDefault(); window.studio.flush(); }
  });
  document.addEventListener("studio:problems", (event) => {
    const own = event.detail.filter((problem) => problem.line && (!problem.file || text.closest("[data-studio]")));
    marked = new Map(own.map((problem) => [problem.line, problem.message]));
    number();
  });
  document.addEventListener("studio:goto", (event) => { if (event.detail.line) { goTo(event.detail.line); } });
  document.addEventListener("studio:replace", (event) => { text.value = event.detail.text; number(); });
  number();
  window.studio.load();
})();
