// What was filled in is not lost to a session that has ended: typing keeps it awake, and a page that has rested asks who
// is signed in before it sends. Whoever signs in again, in another tab, goes on here.
//   session.isMine(): a promise of whether this page's person is signed in; the page's tokens are new then.
// Event on document: session:back.
"use strict";

(() => {
  const dialog = document.getElementById("session-dialog");
  const AWAKE = 5 * 60 * 1000; // milliseconds for which the last answer is believed
  let heard = Date.now(); // when this person was last known to be signed in
  let asked = heard; // when typing last led to asking
  let state = ""; // what the dialog says

  async function who() {
    try {
      const answer = await fetch(dialog.dataset.at, { headers: { Accept: "application/json" } });
      return await answer.json();
    } catch (error) { return {}; } // no network, or a server that is being restarted
  }

  async function isMine() {
    const found = await who();
    const isHere = String(found.who) === dialog.dataset.who;
    if (isHere) { renew(found.token); } else { warn(found.who === undefined ? "away" : found.who === null ? "out" : "other"); }
    return isHere;
  }

  function renew(token) {
    heard = Date.now();
    document.querySelectorAll("input[name='csrf_token']").forEach((input) => { input.value = token; });
    document.querySelectorAll("[data-token]").forEach((part) => { part.dataset.token = token; });
    if (!dialog.open || state === "back") { return; }
    show("back");
    document.dispatchEvent(new CustomEvent("session:back"));
  }

  // nothing is sent any more without asking first
  function warn(why) {
    heard = -Infinity;
    show(why);
  }

  function show(name) {
    state = name;
    dialog.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !part.dataset.when.split(" ").includes(state); });
    if (!dialog.open) { dialog.showModal(); }
  }

  const isLong = (since) => Date.now() - since > AWAKE;

  window.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    // a new tab opens only on the click itself
    if (form.method !== "post" || form.target === "_blank" || !form.closest("main") || !isLong(heard)) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await isMine()) { form.requestSubmit(submitter); }
  }, true);

  document.addEventListener("input", () => {
    if (!isLong(Math.max(heard, asked))) { return; }
    asked = Date.now();
    isMine();
  });

  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 403) { isMine(); } });
  window.addEventListener("focus", () => { if (dialog.open) { isMine(); } });
  window.session = { isMine };
})();
