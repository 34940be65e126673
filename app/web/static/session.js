// What was filled in is not lost to a session that has ended: typing keeps it awake, and a page that has rested asks who
// is signed in before it sends. Whoever signs in again, in another tab, goes on here.
//   session.isMine(): a promise of whether this page's person is signed in; the page's tokens are new then.
// Event on document: session:back.
"use strict";

(() => {
  const dialog = document.getElementById("session-dialog");
  const AWAKE = 5 * 60 * 1000; // milliseconds for which the last answer is believed
  let heard = Date.now();

  async function who() {
    try {
      const answer = await fetch(dialog.dataset.at, { headers: { Accept: "application/json" } });
      return await answer.json();
    } catch (error) { return {}; } // no network, or a server that is being restarted
  }

  async function isMine() {
    const found = await who();
    const isHere = String(found.who) === dialog.dataset.who;
    if (isHere) { renew(found.token); } else { show(found.who === undefined ? "away" : found.who === null ? "out" : "other"); }
    return isHere;
  }

  function renew(token) {
    heard = Date.now();
    document.querySelectorAll("input[name='csrf_token']").forEach((input) => { input.value = token; });
    document.querySelectorAll("[data-token]").forEach((part) => { part.dataset.token = token; });
    if (!dialog.open) { return; }
    show("back");
    document.dispatchEvent(new CustomEvent("session:back"));
  }

  function show(state) {
    dialog.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !part.dataset.when.split(" ").includes(state); });
    if (!dialog.open) { dialog.showModal(); }
  }

  const hasRested = () => Date.now() - heard > AWAKE;

  window.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || !form.closest("main") || !hasRested()) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await isMine()) { form.requestSubmit(submitter); }
  }, true);

  document.addEventListener("input", () => {
    if (!hasRested()) { return; }
    heard = Date.now();
    isMine();
  });

  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 403) { isMine(); } });
  window.addEventListener("focus", () => { if (dialog.open) { isMine(); } });
  window.session = { isMine };
})();
