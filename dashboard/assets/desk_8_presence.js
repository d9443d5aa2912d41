/* Beside the desk: says who else has a comment open on its own page, and prints a page. */
"use strict";

(function (sunwai) {
  const EVERY_MS = 20000;
  const PLACE = "/comments/";
  let open = null;
  let said = "";
  let timer = null;

  function commentHere() {
    const path = window.location.pathname;
    // Notices have no place before the frame of the page is drawn.
    if (!document.getElementById("toasts")) return null;
    if (!path.startsWith(PLACE) || path.length === PLACE.length) return null;
    try {
      return decodeURIComponent(path.slice(PLACE.length));
    } catch (error) {
      return null;
    }
  }

  async function look(comment) {
    if (document.hidden) return;
    let answer;
    try {
      answer = await sunwai.post("/api/queue/viewing", { comment_id: comment, place: "history" });
    } catch (error) {
      return; // the next look will tell
    }
    if (answer.status >= 500) return; // nor does this one say anything
    if (answer.status !== 200) window.clearInterval(timer);
    const told = (answer.body.also || []).join(" · ");
    if (told && told !== said) sunwai.toast(told, "info");
    said = told;
  }

  function left(comment) {
    sunwai.post("/api/queue/viewing", { comment_id: comment, place: "history", ended: true },
      { keepalive: true }).catch(() => null);
  }

  function moved() {
    const here = commentHere();
    if (here === open) return;
    window.clearInterval(timer);
    if (open) left(open);
    open = here;
    said = "";
    if (!open) return;
    look(open);
    timer = window.setInterval(() => look(open), EVERY_MS);
  }

  /** In what was drawn just now only: a whole page looked through at every card costs frames. */
  function printers(drawn) {
    const itself = drawn.matches("[data-print]") ? [drawn] : [];
    [...itself, ...drawn.querySelectorAll("[data-print]")].forEach((place) => {
      if (place.firstChild) return;
      place.append(sunwai.el("button", { type: "button", class: "button",
        onclick: () => window.print() }, place.dataset.print));
    });
  }

  function begin() {
    sunwai.whenDrawn("data-print", printers);
    new MutationObserver(moved).observe(document.body, { childList: true, subtree: true });
    window.addEventListener("popstate", moved);
    window.addEventListener("pagehide", () => open && left(open));
    moved();
  }

  // When all scripts are there: this one stands before those that it uses.
  document.addEventListener("DOMContentLoaded", begin);
})(window.sunwai);
