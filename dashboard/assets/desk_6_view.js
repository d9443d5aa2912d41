/* The desk as it is seen: draws what the state holds. Keys and decisions: desk_7_keys.js. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  class DeskView {
    constructor(place, settings) {
      this.place = place;
      this.settings = settings;
      this.open = false;
      this.buffer = [];
      this.painted = null;
      this.keys = new sunwai.Keys(settings.keys, settings.single_keys);
      sunwai.keyOf = (act) => this.keys.of(act);
      this.state = new sunwai.DeskState(settings, place.dataset.queue || "", {
        changed: () => this.draw(),
        notice: (text, tone) => sunwai.toast(text, tone),
        refused: (text) => this.refused(text),
        signedOut: () => this.signedOut(),
        signedIn: () => this.signedIn(),
      });
      this.recent = new sunwai.Recent(this.state, (entry) => this.undo(entry));
      // A key that waits for its card to be painted is a decision too.
      sunwai.unsaved = () => this.state.unsaved + this.buffer.length;
      this.build();
      this.clock = new sunwai.DeskClock(this.state, { changed: () => this.drawTop() });
      this.ticking = window.setInterval(() => this.tick(), 1000);
      if (!this.state.outbox.recover()) this.othersUnsent();
      this.state.refill(true);
    }

    leave() {
      this.state.leave();
      this.clock.stop();
      window.clearInterval(this.ticking);
      if (sunwai.window) sunwai.window.close();
      if (!this.state.unsaved) this.release();
    }

    release() {
      sunwai.post("/api/queue/release", {}, { keepalive: true }).catch(() => null);
    }

    tick() {
      if (document.hidden) return;
      this.recent.tick();
      this.undoLeft.textContent = this.recent.newest();
      this.ticks = (this.ticks || 0) + 1;
      if (this.ticks % 5 === 0) this.drawTop();
    }

    // ---------------------------------------------------------------- drawing

    build() {
      this.where = el("div", { class: "desk-place" });
      this.tabs = el("nav", { class: "desk-tabs", "aria-label": sunwai.t("Queues") });
      this.right = el("div", { class: "desk-right" });
      this.top = el("header", { class: "desk-top" }, this.where, this.tabs, this.right);
      this.bar = el("div", { class: "desk-bar", role: "alert", hidden: true });
      this.picked = el("div", { class: "desk-picked", hidden: true });
      this.note = this.settings.note ? sunwai.drawNote(this.settings.note) : null;
      this.middle = el("div", { class: "desk-middle" });
      this.facts = el("div", { class: "desk-facts" });
      this.side = el("div", { class: "desk-side", role: "complementary",
        "aria-label": sunwai.t("What is known of it") }, this.facts, this.recent.box);
      this.foot = el("div", { class: "desk-foot" });
      this.live = el("p", { class: "sr-only", "aria-live": "polite" });
      this.foot.append(...this.buttons());
      this.place.replaceChildren(
        el("h1", { class: "sr-only" }, sunwai.t("Queue")),
        this.top, ...(this.note ? [this.note] : []), this.bar, this.picked,
        el("div", { class: "desk-columns" }, this.middle, this.side),
        this.foot, this.live);
    }

    button(act, text, kind, more) {
      const made = el("button", { type: "button", class: `button ${kind}`,
        "aria-keyshortcuts": this.keys.on ? this.keys.of(act) : null },
        el("kbd", { "aria-hidden": "true" }, this.keys.of(act)), text, more || null);
      return this.acting(made, () => this.run(act, {}));
    }

    acting(made, run) {
      made.addEventListener("click", (event) => {
        run();
        // After a click by pointer Space must unmask, not press the same button again.
        if (event.detail > 0) this.focusCard();
      });
      return made;
    }

    buttons() {
      this.undoLeft = el("span", { class: "undo-left", "aria-hidden": "true" });
      const main = [
        this.button("keep", sunwai.t("Keep"), "button-primary"),
        this.button("remove", sunwai.t("Remove"), "button-danger"),
        this.button("split", sunwai.t("Split"), ""),
        this.button("complaint", sunwai.t("Complaint"), ""),
        this.button("escalate", sunwai.t("Escalate"), ""),
        this.button("wait", sunwai.t("Wait"), ""),
        this.button("undo", sunwai.t("Undo"), "", this.undoLeft),
      ];
      const reveal = el("button", { type: "button", class: "button button-quiet" },
        el("kbd", { "aria-hidden": "true" }, sunwai.t("Space")), sunwai.t("Show words"));
      const quiet = "button-quiet";
      const more = [
        this.button("previous", sunwai.t("Previous"), quiet),
        this.button("next", sunwai.t("Next"), quiet),
        this.acting(reveal, () => this.reveal(!this.open)),
        this.button("select", sunwai.t("Select"), quiet),
        this.button("open", sunwai.t("Open there"), quiet),
        this.button("history", sunwai.t("History"), quiet),
        this.button("policy", sunwai.t("Policy"), quiet),
        this.button("search", sunwai.t("Search"), quiet),
        this.button("help", sunwai.t("Keys"), quiet),
        el("a", { class: "button button-quiet", href: "/grid", "data-go": "" }, sunwai.t("Grid")),
        el("a", { class: "button button-quiet", href: "/shift", "data-go": "" }, sunwai.t("End of shift")),
      ];
      return [el("div", { class: "desk-acts" }, ...main), el("div", { class: "desk-more" }, ...more)];
    }

    /** The keys changed: their names on the buttons too. The server's yes to keys that are known
        changes no button, which may just be pressed. */
    rekeyed(keys, on) {
      if (this.keys.are(keys, on)) return;
      this.keys.take(keys, on);
      this.foot.replaceChildren(...this.buttons());
      this.drawn = null;
      this.draw();
    }

    draw() {
      const resting = this.state.resting;
      const card = resting || this.state.card;
      this.topSoon();
      this.drawPicked();
      this.foot.hidden = !card || Boolean(resting);
      this.place.classList.toggle("desk-empty", !card);
      this.place.classList.toggle("desk-resting", Boolean(resting));
      this.drawAlso();
      this.recentSoon();
      if (card === this.drawn && card) return;
      this.drawn = card;
      this.open = false;
      this.old = null;
      if (!card) {
        this.state.calm.paused();
        this.painted = null;
        this.buffer = [];
        this.facts.replaceChildren();
        sunwai.drawOver(this.middle, [this.nothing()]);
        return;
      }
      this.drawCard(card, resting);
      this.focusCard();
      this.afterPaint(card);
    }

    drawCard(card, resting) {
      if (resting) {
        this.middle.replaceChildren(sunwai.drawRest(resting, () => this.goOn()));
        this.facts.replaceChildren();
        return;
      }
      card.shown = card.shown || performance.now();
      this.middle.replaceChildren(sunwai.drawComment(card, this.state.now, false));
      this.facts.replaceChildren(sunwai.drawFacts(card));
      this.alsoSaid = null;
      this.drawAlso();
      this.drawPicked();
    }

    /** The list of last decisions is drawn when the card has been painted, never before it. */
    recentSoon() {
      if (this.recentDue) return;
      this.recentDue = true;
      sunwai.whenPainted(() => window.setTimeout(() => {
        this.recentDue = false;
        this.recent.draw();
        const left = this.recent.newest();
        if (this.undoLeft.textContent !== left) this.undoLeft.textContent = left;
      }, 60));
    }

    /** Place, tabs and state of saving: behind the card too, once for all that changed. */
    topSoon() {
      if (this.topDue) return;
      if (!this.tabsSaid) {
        this.drawTop();
        return;
      }
      this.topDue = true;
      sunwai.whenPainted(() => {
        this.topDue = false;
        this.drawTop();
      });
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
      const pressed = here && here.closest && here.closest(".desk-foot, .recent") && here.matches(":focus-visible");
      if (card && !sunwai.window && !pressed) card.focus({ preventScroll: true });
    }

    /** Who else looks at this comment, politely. */
    drawAlso() {
      const card = this.state.card;
      const said = card && card.also ? card.also.join(" · ") : "";
      const article = this.middle.querySelector("article.card");
      if (!article || said === this.alsoSaid) return;
      this.alsoSaid = said;
      const before = article.querySelector(".card-also");
      if (before) before.remove();
      if (said) article.prepend(el("div", { class: "card-also", role: "status" }, said));
    }

    /** The selection, and the mark on the shown card. */
    drawPicked() {
      const s = this.state;
      const card = s.card;
      const mark = this.middle.querySelector(".card-picked");
      const words = card && s.selected.has(card.id) ? sunwai.t("selected") : "";
      if (mark && mark.textContent !== words) mark.textContent = words;
      const n = s.selected.size;
      if (n === this.pickedSaid) return;
      this.pickedSaid = n;
      this.picked.hidden = n === 0;
      this.picked.replaceChildren(...(n ? [sunwai.drawSelection(s, this.keys, {
        run: (act) => this.run(act, {}), clear: () => this.clearSelection() })] : []));
    }

    /** Place, tabs and state, each written only when it says something else. */
    drawTop() {
      const s = this.state;
      const card = s.card;
      const at = s.done + s.at + 1;
      const all = Math.max(s.done + s.remaining, at);
      const place = card ? sunwai.t("{n} of {all}", { n: at, all: all }) : "";
      if (this.where.textContent !== place) this.where.textContent = place;
      this.drawTabs();
      const right = [sunwai.drawSaving(s), card ? this.timeLeft(card) : null].filter(Boolean);
      const said = right.map((r) => r.className + r.textContent).join("|");
      if (said === this.rightSaid) return;
      this.rightSaid = said;
      this.right.replaceChildren(...right);
    }

    drawTabs() {
      const s = this.state;
      const said = JSON.stringify([s.queue, s.counts, s.beside, s.keptFromYou]);
      if (said === this.tabsSaid) return;
      this.tabsSaid = said;
      const focused = this.tabs.contains(document.activeElement);
      sunwai.drawOver(this.tabs, sunwai.drawTabs(s, this.settings, (name) => this.change(name)));
      const lost = focused && !this.tabs.contains(document.activeElement);
      if (lost) this.tabs.querySelector('[aria-pressed="true"]').focus();
    }

    change(queue) {
      const s = this.state;
      if (queue === s.queue) return;
      Object.assign(s, { queue: queue, cards: [], at: 0, done: 0, asking: null, waits: "fetching" });
      s.selected = new Map();
      window.history.replaceState(null, "", queue ? `/queue?queue=${queue}` : "/queue");
      this.draw();
      // After the newest change only: an earlier answer would have its cards given back again.
      const turn = (this.turn = (this.turn || 0) + 1);
      sunwai.post("/api/queue/release").catch(() => null).then(() => turn === this.turn && s.refill(true));
    }

    timeLeft(card) {
      const left = (Date.parse(card.due_at) - this.state.now) / 1000;
      const words = left > 0
        ? sunwai.t("{time} left", { time: sunwai.span(left) })
        : sunwai.t("target passed {time} ago", { time: sunwai.span(-left) });
      const tone = left <= 0 ? "bad" : left < 600 ? "warn" : "good";
      return el("span", { class: `badge tone-${tone}`, title: sunwai.t("Against this item's target") }, words);
    }
  }

  sunwai.DeskView = DeskView;
})(window.sunwai);
