/* A desk beside the queue: the same cards, windows and keys, for practice and for blind samples.
   It decides nothing by itself: what an answer does is the page's own. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  /** wanted = {title, acts, answer(card, verdict, fields), skip(card)} */
  class LearnDesk {
    constructor(place, settings, wanted) {
      this.place = place;
      this.settings = settings;
      this.wanted = wanted;
      this.card = null;
      this.open = false;
      this.busy = false;
      this.keys = new sunwai.Keys(settings.keys, settings.single_keys);
      this.build();
    }

    build() {
      this.top = el("div", { class: "desk-top" });
      this.bar = el("div", { class: "desk-bar", role: "alert", hidden: true });
      this.middle = el("div", { class: "desk-middle" });
      this.side = el("div", { class: "desk-side", role: "complementary",
        "aria-label": sunwai.t("What is known of it") });
      this.foot = el("div", { class: "desk-foot" }, this.buttons());
      this.live = el("p", { class: "sr-only", "aria-live": "polite" });
      this.place.replaceChildren(this.top, this.bar,
        el("div", { class: "desk-columns" }, this.middle, this.side), this.foot, this.live);
    }

    buttons() {
      const names = {
        keep: [sunwai.t("Keep"), "button-primary"],
        remove: [sunwai.t("Remove"), "button-danger"],
        split: [sunwai.t("Split"), ""],
        complaint: [sunwai.t("Complaint"), ""],
        escalate: [sunwai.t("Escalate"), ""],
        wait: [sunwai.t("Wait"), ""],
        policy: [sunwai.t("Policy"), "button-quiet"],
      };
      const made = this.wanted.acts.map((act) => this.button(act, ...names[act]));
      const reveal = el("button", { type: "button", class: "button button-quiet" },
        el("kbd", { "aria-hidden": "true" }, sunwai.t("Space")), sunwai.t("Show words"));
      reveal.addEventListener("click", () => this.reveal(!this.open));
      return el("div", { class: "desk-acts" }, ...made, reveal);
    }

    button(act, text, kind) {
      const made = el("button", { type: "button", class: `button ${kind}` },
        el("kbd", { "aria-hidden": "true" }, el("bdi", {}, this.keys.of(act))), text);
      made.addEventListener("click", (event) => {
        this.run(act);
        if (event.detail > 0) this.focusCard();
      });
      return made;
    }

    /** Draws one card with the queue's own functions; null leaves the desk to `middle`. */
    show(card) {
      this.card = card;
      this.open = false;
      this.clearBar();
      this.foot.hidden = !card;
      this.side.hidden = !card;
      this.place.classList.toggle("desk-empty", !card);
      if (!card) return;
      card.shown = performance.now();
      this.middle.replaceChildren(sunwai.drawComment(card, Date.now(), false));
      this.side.replaceChildren(...(this.wanted.facts ? this.wanted.facts(card) : [sunwai.drawFacts(card)]));
      this.focusCard();
    }

    focusCard() {
      const card = this.middle.querySelector("#card");
      if (card && !sunwai.window) card.focus({ preventScroll: true });
    }

    reveal(open) {
      if (!this.card || open === this.open) return;
      this.open = open;
      const box = this.middle.querySelector(".card-text");
      if (box) box.replaceWith(sunwai.textBox("card-text", this.card.text, open));
    }

    run(act) {
      const card = this.card;
      if (act === "policy") return sunwai.showPolicy(this.settings);
      if (!card || this.busy || !this.wanted.acts.includes(act)) return undefined;
      const give = (verdict) => (fields) => this.give(card, verdict, fields || {});
      const acts = {
        keep: () => this.give(card, "keep", {}),
        remove: () => sunwai.askReason(card, this.settings, give("remove")),
        split: () => sunwai.askSplit(card, this.settings, give("split")),
        complaint: () => sunwai.askComplaint(card, this.settings, give("complaint")),
        escalate: () => sunwai.askQuestion((q) => this.give(card, "escalate", { reason_text: q })),
        wait: () => this.wanted.skip(card),
      };
      return acts[act]();
    }

    async give(card, verdict, fields) {
      if (this.busy || card !== this.card) return;
      this.busy = true;
      try {
        await this.wanted.answer(card, verdict, fields);
      } catch (error) {
        this.refused(sunwai.t("The server cannot be reached just now. Your answer was not taken: give it again."));
      } finally {
        this.busy = false;
      }
    }

    refused(text) {
      const shut = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Close"));
      shut.addEventListener("click", () => this.clearBar());
      this.bar.replaceChildren(el("span", {}, text), shut);
      this.bar.hidden = false;
    }

    clearBar() {
      this.bar.hidden = true;
      this.bar.replaceChildren();
    }

    say(text) {
      this.live.textContent = text;
    }

    // ---------------------------------------------------------------- keys

    keyDown(event) {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Escape" && sunwai.window) {
        event.preventDefault();
        sunwai.window.close();
        this.focusCard();
        return;
      }
      const typing = event.target.closest
        && event.target.closest("input, textarea, select, [contenteditable]");
      const pressed = this.keys.read(event);
      if (typing || event.repeat || (!this.keys.on && pressed.act !== "help")) return;
      if (sunwai.window) {
        if (sunwai.window.keys(pressed.key)) event.preventDefault();
        return;
      }
      if (pressed.key === " ") {
        if (event.target.closest && event.target.closest("button, a, summary")) return;
        event.preventDefault();
        this.reveal(true);
        return;
      }
      this.press(pressed.act, event);
    }

    press(act, event) {
      const known = [...this.wanted.acts, "next", "help"].includes(act);
      if (!known || (event.shiftKey && act !== "help")) return;
      event.preventDefault();
      if (act === "help") sunwai.showKeyList(this.keys, this.wanted.acts);
      else if (act === "next") this.wanted.next();
      else this.run(act);
    }

    keyUp(event) {
      if (event.key === " ") this.reveal(false);
    }
  }

  /** `?`: the keys of this page, as the user has set them. */
  sunwai.showKeyList = function (keys, acts) {
    const words = {
      keep: sunwai.t("keep"),
      remove: sunwai.t("remove: then the number of the code"),
      split: sunwai.t("split: remove the remark, file the complaint"),
      complaint: sunwai.t("send to complaints"),
      escalate: sunwai.t("escalate: ask a senior officer"),
      wait: sunwai.t("put off: it comes back at the end"),
      policy: sunwai.t("policy text"),
      next: sunwai.t("next, after an answer"),
    };
    const shown = [...acts, "next"].filter((a) => words[a]);
    const rows = shown.map((a) =>
      el("div", { class: "key-row" }, el("kbd", {}, el("bdi", {}, keys.of(a))), el("span", {}, words[a])));
    rows.push(el("div", { class: "key-row" }, el("kbd", {}, sunwai.t("Space")),
      el("span", {}, sunwai.t("hold: show masked words"))));
    sunwai.openWindow(sunwai.t("Keys"),
      el("div", { class: "window-body" }, el("div", { class: "key-list" }, ...rows)), { wide: true });
  };

  /** Makes a desk whenever its place comes into the page, and lets it go with the place. */
  sunwai.deskFor = function (id, path, make) {
    let desk = null;
    let settled = null;
    async function settle(place) {
      settled = place;
      try {
        const answer = await sunwai.get(path);
        if (settled !== place || !place.isConnected) return;
        if (answer.status === 401) sunwai.goToSignIn();
        else if (answer.status === 200) desk = make(place, answer.body);
        else place.replaceChildren(el("div", { class: "empty" }, answer.body.error));
      } catch (error) {
        window.setTimeout(() => { if (settled === place) settle(place); }, 2000);
      }
    }
    function look() {
      const place = document.getElementById(id);
      if (place && place !== settled) settle(place);
      if (!place && settled) {
        if (desk && sunwai.window) sunwai.window.close();
        desk = null;
        settled = null;
      }
    }
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
    document.addEventListener("keydown", (event) => desk && desk.keyDown(event));
    document.addEventListener("keyup", (event) => desk && desk.keyUp(event));
    window.addEventListener("blur", () => desk && desk.reveal(false));
  };

  sunwai.LearnDesk = LearnDesk;
})(window.sunwai);
