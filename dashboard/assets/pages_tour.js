/* The first tour: an offer on Today, a dialog of some steps, and the same again from Help. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  /** Remembered for the user, on whichever machine they sign in next. */
  async function remember(place) {
    if (place.dataset.again) return;
    place.replaceChildren();
    try {
      await sunwai.post("/api/me/choices", { name: "tour", value: "done" });
    } catch (error) {
      // It is offered again with the next page: nothing is lost by that.
    }
  }

  function open(place, opener) {
    const steps = JSON.parse(place.dataset.steps);
    let at = 0;
    const count = el("p", { class: "tour-count" });
    const head = el("h2", { id: "tour-head", tabindex: "-1" });
    const text = el("p", { id: "tour-text" });
    const back = el("button", { type: "button", class: "button" }, sunwai.t("Back"));
    const next = el("button", { type: "button", class: "button button-primary" });
    const skip = el("button", { type: "button", class: "button button-quiet" },
      sunwai.t("End the tour"));
    const box = el("dialog", { class: "tour", "aria-labelledby": "tour-head",
      "aria-describedby": "tour-text" },
      el("div", { class: "tour-body" }, count, head, text),
      el("div", { class: "tour-foot" }, skip, el("div", {}, back, next)));

    function draw() {
      count.textContent = sunwai.t("Step {n} of {all}", { n: at + 1, all: steps.length });
      head.textContent = steps[at][0];
      text.textContent = steps[at][1];
      back.hidden = at === 0;
      next.textContent = at === steps.length - 1 ? sunwai.t("Done") : sunwai.t("Next");
      // The heading takes the focus, so that a screen reader reads each step from its start.
      head.focus();
    }
    function go(step) {
      if (at + step >= steps.length) box.close();
      else {
        at = Math.max(0, at + step);
        draw();
      }
    }
    back.addEventListener("click", () => go(-1));
    next.addEventListener("click", () => go(1));
    skip.addEventListener("click", () => box.close());
    box.addEventListener("keydown", (event) => {
      const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      if (event.key === forward || (event.key === "Enter" && event.target === head)) {
        // Else the same key presses what has the focus once the dialog is shut.
        event.preventDefault();
        go(1);
      } else if (event.key === backward) go(-1);
      else if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
    });
    box.addEventListener("close", () => {
      box.remove();
      remember(place);
      if (opener && opener.isConnected) opener.focus();
      else {
        const main = document.getElementById("main");
        if (main) main.focus();
      }
    });
    document.body.append(box);
    box.showModal();
    draw();
  }

  function offer(place) {
    if (place.sunwaiTour === place.dataset.steps) return;
    place.sunwaiTour = place.dataset.steps;
    const again = Boolean(place.dataset.again);
    const start = el("button", { type: "button", class: again ? "button" : "button button-primary" },
      again ? sunwai.t("Show the first tour again") : sunwai.t("Start the tour"));
    start.addEventListener("click", () => open(place, start));
    if (again) {
      place.replaceChildren(start);
      return;
    }
    const skip = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Skip it"));
    skip.addEventListener("click", () => {
      remember(place);
      const main = document.getElementById("main");
      if (main) main.focus();
    });
    place.replaceChildren(el("section", { class: "panel tour-card",
      "aria-label": sunwai.t("First tour") },
      el("p", {}, sunwai.t("New here? A short tour shows what your pages do. You can open it again from Help.")),
      el("div", { class: "tools" }, start, skip)));
  }

  sunwai.whenReady(() => sunwai.whenDrawn("data-steps", (root) => {
    if (root.matches && root.matches("#tour")) offer(root);
    for (const place of root.querySelectorAll("#tour")) offer(place);
  }));
})(window.sunwai);
