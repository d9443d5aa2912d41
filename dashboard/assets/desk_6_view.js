/* The desk as it is seen: draws what the state holds. Keys and decisions: desk_7_keys.js. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const POLL_MS = 15000;
  const RENEW_MS = 45000;
  const KEYS_PLACE = "sunwai-keys";

  class DeskView {
    constructor(place, settings) {
      this.place = place;
      this.settings = settings;
      this.open = false;
      this.said = null;
      this.buffer = [];
      this.painted = null;
      this.keysOn = window.localStorage.getItem(KEYS_PLACE) !== "off";
      this.state = new sunwai.DeskState(settings, place.dataset.queue || "", {
        changed: () => this.draw(),
        notice: (text, tone) => sunwai.toast(text, tone),
        refused: (text) => this.refused(text),
        signedOut: () => this.signedOut(),
      });
      sunwai.unsaved = () => this.state.unsaved;
      this.build();
      this.timers = [
        window.setInterval(() => this.quietly(() => this.state.pollCounts()), POLL_MS),
        window.setInterval(() => this.quietly(() => this.state.renew()), RENEW_MS),
        window.setInterval(() => this.drawTop(), 5000),
      ];
      if (!this.state.outbox.recover()) this.othersUnsent();
      this.state.refill(true);
    }

    async quietly(ask) {
      if (document.hidden) return;
      try {
        await ask();
      } catch (error) {
        this.state.offline = true;
        this.drawTop();
      }
    }

    leave() {
      this.timers.forEach((t) => window.clearInterval(t));
      if (sunwai.window) sunwai.window.close();
      if (!this.state.unsaved) this.release();
    }

    release() {
      sunwai.post("/api/queue/release", {}, { keepalive: true }).catch(() => null);
    }

    // ---------------------------------------------------------------- drawing

    build() {
      this.top = el("header", { class: "desk-top" });
      this.bar = el("div", { class: "desk-bar", role: "alert", hidden: true });
      this.middle = el("div", { class: "desk-middle" });
      this.side = el("aside", { class: "desk-side", "aria-label": "What is known of it" });
      this.foot = el("footer", { class: "desk-foot" }, ...this.buttons());
      this.live = el("p", { class: "sr-only", "aria-live": "polite" });
      this.place.replaceChildren(
        el("h1", { class: "sr-only" }, "Queue"),
        this.top, this.bar,
        el("div", { class: "desk-columns" }, this.middle, this.side),
        this.foot, this.live);
    }

    button(key, text, kind, run) {
      const made = el("button", { type: "button", class: `button ${kind}` },
        el("kbd", { "aria-hidden": "true" }, key), text);
      made.addEventListener("click", (event) => {
        run();
        // After a click by pointer Space must unmask, not press the same button again.
        if (event.detail > 0) this.focusCard();
      });
      return made;
    }

    buttons() {
      const run = (key) => () => this.run(key);
      const main = [
        this.button("f", "Keep", "button-primary", run("f")),
        this.button("d", "Remove", "button-danger", run("d")),
        this.button("s", "Split", "", run("s")),
        this.button("c", "Complaint", "", run("c")),
        this.button("e", "Escalate", "", run("e")),
        this.button("w", "Wait", "", run("w")),
        this.button("u", "Undo", "", run("u")),
      ];
      const reveal = this.button("Space", "Show words", "button-quiet", () => this.reveal(!this.open));
      const more = [
        this.button("k", "Previous", "button-quiet", run("k")),
        this.button("j", "Next", "button-quiet", run("j")),
        reveal,
        this.button("o", "Open", "button-quiet", run("o")),
        this.button("h", "History", "button-quiet", run("h")),
        this.button("p", "Policy", "button-quiet", run("p")),
        this.button("/", "Search", "button-quiet", run("/")),
        this.button("?", "Keys", "button-quiet", run("?")),
      ];
      return [el("div", { class: "desk-acts" }, ...main), el("div", { class: "desk-more" }, ...more)];
    }

    draw() {
      const card = this.state.card;
      this.drawTop();
      this.foot.hidden = !card;
      this.place.classList.toggle("desk-empty", !card);
      if (card === this.drawn && card) return;
      this.drawn = card;
      this.open = false;
      if (!card) {
        this.painted = null;
        this.buffer = [];
        this.side.replaceChildren();
        this.middle.replaceChildren(this.nothing());
        return;
      }
      card.shown = card.shown || performance.now();
      this.middle.replaceChildren(sunwai.drawComment(card, this.state.now, false));
      this.side.replaceChildren(sunwai.drawFacts(card));
      this.focusCard();
      this.afterPaint(card);
    }

    /** A key that decides waits until its card has been painted once. */
    afterPaint(card) {
      window.requestAnimationFrame(() => {
        if (this.drawn !== card) return;
        this.painted = card;
        while (this.buffer.length && this.painted === this.drawn) this.press(this.buffer.shift());
      });
    }

    focusCard() {
      const card = this.middle.querySelector("#card");
      const here = document.activeElement;
      const pressed = here && here.closest && here.closest(".desk-foot") && here.matches(":focus-visible");
      if (card && !sunwai.window && !pressed) card.focus({ preventScroll: true });
    }

    drawTop() {
      const s = this.state;
      const card = s.card;
      const place = card ? `${s.done + s.at + 1} of ${Math.max(s.done + s.remaining, s.done + s.at + 1)}` : "";
      this.top.replaceChildren(
        el("div", { class: "desk-place" }, place),
        el("nav", { class: "desk-tabs", "aria-label": "Queues" }, ...this.tabs()),
        el("div", { class: "desk-right" }, this.saveState(), card ? this.timeLeft(card) : null));
    }

    tabs() {
      const s = this.state;
      const sum = Object.values(s.counts).reduce((a, b) => a + b, 0);
      const all = [{ name: "", title: "All", count: sum },
        ...this.settings.queues.map((q) => ({ ...q, count: s.counts[q.name] || 0 }))];
      return all
        .filter((q) => q.count || q.name === s.queue || q.name === "" || q.name === "severe")
        .map((q) => {
          const made = el("button", { type: "button", class: "desk-tab",
            "aria-pressed": String(q.name === s.queue) }, q.title, el("span", {}, String(q.count)));
          made.addEventListener("click", () => this.change(q.name));
          return made;
        });
    }

    change(queue) {
      const s = this.state;
      if (queue === s.queue) return;
      s.queue = queue;
      s.cards = [];
      s.at = 0;
      s.done = 0;
      s.loaded = false;
      s.loading = false;
      window.history.replaceState(null, "", queue ? `/queue?queue=${queue}` : "/queue");
      this.draw();
      sunwai.post("/api/queue/release").catch(() => null).then(() => s.refill(true));
    }

    timeLeft(card) {
      const left = (Date.parse(card.due_at) - this.state.now) / 1000;
      const words = left > 0 ? `${sunwai.span(left)} left` : `target passed ${sunwai.span(-left)} ago`;
      const tone = left <= 0 ? "bad" : left < 600 ? "warn" : "good";
      return el("span", { class: `badge tone-${tone}`, title: "Against this item's target" }, words);
    }

    saveState() {
      const n = this.state.unsaved;
      const trouble = this.state.outbox.failures > 0 || this.state.offline;
      if (n && trouble) return el("span", { class: "badge tone-bad", id: "save-state" }, `not saved yet (${n})`);
      if (n) return el("span", { class: "badge tone-plain", id: "save-state" }, `saving (${n})`);
      if (trouble) return el("span", { class: "badge tone-warn", id: "save-state" }, "connection lost");
      return el("span", { class: "desk-saved", id: "save-state" }, this.state.done ? "all saved" : "");
    }

    nothing() {
      const s = this.state;
      if (!s.loaded || s.loading) {
        const say = s.offline ? "The server cannot be reached. Trying again…" : "Fetching the next comments…";
        return el("div", { class: "empty" }, el("p", { class: "empty-text" }, say));
      }
      const swept = s.lastSweep ? `Last sweep ended ${sunwai.ago(s.lastSweep, s.now)}.` : "No sweep yet.";
      const others = s.elsewhere ? `${s.elsewhere} lie on other officers' desks. ` : "";
      return el("div", { class: "empty" },
        el("div", { class: "empty-mark", "aria-hidden": "true" }, "✓"),
        el("p", { class: "empty-text" }, s.elsewhere ? "Nothing left for you" : s.queue ? "This queue is clear" : "Queue is clear"),
        el("p", { class: "quiet" }, others + swept + " New comments appear here by themselves."));
    }

    // ---------------------------------------------------------------- notices

    refused(text) {
      const shut = el("button", { type: "button", class: "button button-quiet" }, "Close");
      shut.addEventListener("click", () => this.clearBar());
      this.bar.replaceChildren(el("span", {}, el("strong", {}, "Not decided. "), text), shut);
      this.bar.hidden = false;
      this.draw();
    }

    clearBar() {
      this.bar.hidden = true;
      this.bar.replaceChildren();
    }

    signedOut() {
      if (this.signingIn) return;
      this.signingIn = true;
      const n = this.state.unsaved;
      const many = n === 1 ? "1 decision is" : `${n} decisions are`;
      const kept = n ? `${many} kept in this window and sent once you have signed in.` : "";
      const go = el("button", { class: "button button-primary", type: "button" }, "Sign in");
      go.addEventListener("click", () => {
        sunwai.leaving = true;
        sunwai.goToSignIn();
      });
      sunwai.openWindow("Your session has ended",
        el("div", { class: "window-body" }, el("p", {}, "Sign in again to go on. ", kept), go),
        { focus: go, closed: () => { this.signingIn = false; } });
    }

    othersUnsent() {
      this.refused("Decisions of another user lie unsent in this window. They are not sent under "
        + "your name; ask that user to sign in here, or close this notice to discard them.");
      this.bar.querySelector("button").addEventListener("click",
        () => this.state.outbox.discardKept());
    }

    say(text) {
      this.live.textContent = text;
    }
  }

  sunwai.DeskView = DeskView;
})(window.sunwai);
