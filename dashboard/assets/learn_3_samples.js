/* Blind samples: texts drawn by chance, judged again without the first verdict. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const ACTS = ["keep", "remove", "split", "complaint", "wait", "policy"];
  const AGAIN_MS = 3000;

  class Samples extends sunwai.LearnDesk {
    constructor(place, settings) {
      super(place, settings, {
        acts: ACTS,
        answer: (card, verdict, fields) => this.send(card, verdict, fields),
        skip: () => this.skip(),
        next: () => this.skip(),
        facts: (card) => facts(card),
      });
      this.count = settings.open;
      this.cards = [];
      this.done = 0;
      this.asking = 0; // questions for more that are under way
      this.trouble = ""; // why the last one gave nothing
      this.show(null);
      this.fetch();
      this.draw();
    }

    async fetch() {
      this.asking += 1;
      const told = await this.ask();
      this.asking -= 1;
      this.trouble = told.trouble || "";
      if (told.again) window.setTimeout(() => this.place.isConnected && this.fetch(), AGAIN_MS);
      if (!this.card) this.draw();
      else this.drawTop();
    }

    /** Asks once and takes what comes; gives {trouble, again} where nothing could come. */
    async ask() {
      const done = this.done;
      let got;
      try {
        got = await sunwai.post("/api/samples/next", { have: this.cards.map((c) => c.item) });
      } catch (error) {
        return { trouble: sunwai.t("The server cannot be reached. Trying again…"), again: true };
      }
      if (got.status === 401) sunwai.goToSignIn();
      if (got.status !== 200) return { trouble: got.body.error, again: got.status >= 500 };
      const here = new Set(this.cards.map((c) => c.item));
      this.cards.push(...got.body.cards.filter((c) => !here.has(c.item)));
      if (done === this.done) this.count = got.body.open; // else the last answer knew better
      return {};
    }

    drawTop() {
      const words = this.count ? sunwai.tn("{n} sample is open to you", "{n} samples are open to you", this.count) : "";
      const done = this.done ? sunwai.tn("{n} judged just now", "{n} judged just now", this.done) : "";
      this.top.replaceChildren(el("div", { class: "desk-place", id: "samples-open" }, words),
        el("div", { class: "practice-score" }, done));
    }

    draw() {
      this.drawTop();
      // With neither a card now nor one before, what the bar says still stands.
      if (this.card || this.cards.length) this.show(this.cards[0] || null);
      if (this.cards.length) return;
      const waits = this.asking ? sunwai.t("Fetching…") : this.trouble;
      this.middle.replaceChildren(waits ? waiting(waits) : nothing());
    }

    skip() {
      if (this.cards.length < 2) return;
      this.cards.push(this.cards.shift());
      this.draw();
    }

    async send(card, verdict, fields) {
      const body = { item: card.item, verdict: verdict };
      for (const name of ["reason", "reason_text"]) if (fields[name]) body[name] = fields[name];
      const got = await sunwai.post("/api/samples/answer", body);
      if (got.status === 401) return sunwai.goToSignIn();
      if (got.status >= 500) return this.refused(got.body.error);
      this.cards = this.cards.filter((c) => c !== card);
      const good = got.status === 200;
      if (good) {
        this.done += 1;
        this.count = got.body.open;
        this.say(sunwai.t("Judged. Next sample."));
      }
      // Not waited for: the next card lies here, and a key on it must count.
      if (this.cards.length < 4) this.fetch();
      this.draw();
      if (!good) this.refused(got.body.error);
      return undefined;
    }
  }

  function facts(card) {
    const fact = (name, value) => el("div", { class: "fact" }, el("dt", {}, name), el("dd", {}, value));
    return [el("dl", { class: "facts" },
      fact(sunwai.t("Language"), card.language),
      fact(sunwai.t("Not shown here"),
        sunwai.t("What was decided before, by whom, and what the machine made of it: you judge the words.")),
      fact(sunwai.t("After your answer"), card.audience))];
  }

  function waiting(words) {
    return el("div", { class: "empty" }, el("p", { class: "empty-text" }, words));
  }

  function nothing() {
    return el("div", { class: "empty" },
      el("div", { class: "empty-mark", "aria-hidden": "true" }, "✓"),
      el("p", { class: "empty-text" }, sunwai.t("No sample is open to you")),
      el("p", { class: "quiet" }, sunwai.t("Samples are drawn once a week. You are never given what you decided on yourself.")));
  }

  sunwai.deskFor("samples", "/api/samples/desk", (place, settings) => new Samples(place, settings));
})(window.sunwai);
