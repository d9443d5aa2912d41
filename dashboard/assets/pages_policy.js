/* The policy page: how far a shadow run is. It is made beside the requests; this only looks after
   it, and draws the page anew once it ended. */
"use strict";

(function (sunwai) {
  const FIRST_WAIT = 300;
  const LONGEST_WAIT = 3000;
  const count = (n) => sunwai.number(Number(n));

  function told(now) {
    if (now.state === "waiting") return sunwai.t("The shadow run waits for its turn.");
    return sunwai.t("Shadow run: {done} of {total} comments compared.", { done: count(now.done), total: count(now.total) });
  }

  async function follow(place, job) {
    const say = sunwai.el("p", { role: "status" }, sunwai.t("The shadow run is on its way. You may leave this page."));
    const bar = sunwai.el("progress", { "aria-label": sunwai.t("Shadow run") });
    place.replaceChildren(say, bar);
    for (let wait = FIRST_WAIT; place.isConnected; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
      await new Promise((go) => window.setTimeout(go, wait));
      const now = await asked(job);
      if (!place.isConnected || now === null) continue;
      if (now.state === "done" || now.state === "failed") return sunwai.redraw();
      say.textContent = told(now);
      if (now.total > 0) {
        bar.max = now.total;
        bar.value = now.done;
      }
    }
  }

  /** How far it is; null where the server did not say. */
  async function asked(job) {
    try {
      const answer = await sunwai.post("/api/policy/shadow/running", { job });
      if (answer.status === 401) sunwai.goToSignIn();
      return answer.status === 200 ? answer.body : null;
    } catch (error) {
      return null; // the line is down: the run goes on, and so does the asking
    }
  }

  function drawAll(root) {
    const places = [...root.querySelectorAll("[data-shadow]")];
    if (root.matches && root.matches("[data-shadow]")) places.push(root);
    for (const place of places) {
      const job = place.getAttribute("data-shadow");
      if (place.sunwaiShadow === job) continue;
      place.sunwaiShadow = job;
      follow(place, job);
    }
  }

  sunwai.whenReady(() => sunwai.whenDrawn("data-shadow", drawAll));
})(window.sunwai);
