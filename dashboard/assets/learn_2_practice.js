/* Practice: invented comments with a key. Every answer is explained; nothing of it is real. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const ACTS = ["keep", "remove", "split", "complaint", "escalate", "wait", "policy"];
  const TONE = { right: "good", acceptable: "info", wrong: "bad" };

  class Practice extends sunwai.LearnDesk {
    constructor(place, settings) {
      const wanted = {
        acts: ACTS,
        answer: (card, verdict, fields) => this.send(card, verdict, fields),
        skip: (card) => this.skip(card),
        next: () => this.next(),
      };
      super(place, settings, wanted);
      this.run_ = settings.run;
      this.told = null;
      this.past = settings.past;
      if (this.run_ && this.run_.cards.length) this.draw();
      else this.begin();
    }

    drawTop() {
      const run = this.run_;
      const place = run
        ? sunwai.t("{n} of {all}", { n: Math.min(run.done + (this.told ? 0 : 1), run.count), all: run.count })
        : "";
      const end = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("End this round"));
      end.addEventListener("click", () => this.end());
      this.top.replaceChildren(
        el("div", { class: "desk-place" }, place),
        el("div", { class: "practice-score" }, run && run.done ? run.told : ""),
        el("div", { class: "desk-right" }, run ? end : null));
    }

    // ---------------------------------------------------------------- begin and end

    begin() {
      this.show(null);
      this.drawTop();
      const lengths = this.settings.lengths.map((count) => {
        const made = el("button", { type: "button", class: "button button-primary" },
          sunwai.tn("{n} comment", "{n} comments", count));
        made.addEventListener("click", () => this.start(count));
        return made;
      });
      this.middle.replaceChildren(el("section", { class: "panel practice-start" },
        el("h2", {}, sunwai.t("A round of practice")),
        el("p", {}, sunwai.t("Decide on invented comments with the keys of the queue. After each answer you read what was right, and why. Your first answer on a comment counts.")),
        el("p", {}, sunwai.t("Your rounds are your own: nobody else sees your score, not even a manager.")),
        el("div", { class: "practice-lengths", role: "group",
          "aria-label": sunwai.t("How many comments?") }, ...lengths),
        this.pastRuns()));
    }

    pastRuns() {
      if (!this.past.length) return null;
      const lines = this.past.map((p) =>
        el("li", {}, el("bdi", {}, p.at.slice(0, 10)), ": ", p.told));
      return el("div", {}, el("h3", {}, sunwai.t("Your rounds so far")), el("ul", {}, ...lines));
    }

    async start(count) {
      if (this.busy) return;
      this.busy = true;
      try {
        const got = await sunwai.post("/api/practice/start", { count: count });
        if (got.status === 401) return sunwai.goToSignIn();
        if (got.status !== 200) return this.refused(got.body.error);
        this.run_ = got.body.run;
        this.busy = false;
        this.draw();
      } catch (error) {
        this.refused(sunwai.t("The server cannot be reached just now. Try again."));
      } finally {
        this.busy = false;
      }
    }

    async end() {
      const round = this.run_.run;
      let got;
      try {
        got = await sunwai.post("/api/practice/end");
      } catch (error) {
        return this.refused(sunwai.t("The server cannot be reached just now. Try again."));
      }
      if (got.status === 401) return sunwai.goToSignIn();
      if (!this.isOpen(round)) return undefined;
      if (got.status !== 200) return this.refused(got.body.error);
      this.finish();
      return undefined;
    }

    /** Whether this round is still worked on: it may have ended while an answer was on its way. */
    isOpen(round) {
      return this.run_ !== null && this.run_.run === round;
    }

    /** The score of the round, and the way to a new one. */
    finish() {
      const run = this.run_;
      this.run_ = null;
      this.told = null;
      if (!run || !run.done) return this.begin();
      this.past = [{ at: new Date().toISOString(), told: run.told }, ...this.past];
      this.show(null);
      this.drawTop();
      const again = el("button", { type: "button", class: "button button-primary" },
        sunwai.t("Another round"));
      again.addEventListener("click", () => this.begin());
      const head = el("h2", { tabindex: "-1" }, sunwai.t("The round is over"));
      this.middle.replaceChildren(el("section", { class: "panel practice-start" }, head,
        el("p", { class: "practice-result" }, run.told),
        el("p", {}, sunwai.tn("{n} answer was not right.", "{n} answers were not right.", run.wrong)),
        el("p", { class: "quiet" }, sunwai.t("What counts most in real work: that no complaint is removed, and no threat is kept.")),
        again, this.pastRuns()));
      head.focus();
      return undefined;
    }

    // ---------------------------------------------------------------- a card and its answer

    draw() {
      this.told = null;
      const card = this.run_.cards[0];
      if (!card) return this.finish();
      this.drawTop();
      this.show(card);
      return undefined;
    }

    skip() {
      if (this.told || !this.run_) return;
      this.run_.cards.push(this.run_.cards.shift());
      this.say(sunwai.t("Put off. It comes back at the end."));
      this.draw();
    }

    async send(card, verdict, fields) {
      if (this.told) return;
      const body = { run: this.run_.run, item: card.id, verdict: verdict };
      for (const name of ["reason", "reason_text", "span"]) if (fields[name]) body[name] = fields[name];
      const got = await sunwai.post("/api/practice/answer", body);
      if (got.status === 401) return sunwai.goToSignIn();
      if (!this.isOpen(body.run)) return undefined;
      if (got.status !== 200) return this.refused(got.body.error);
      this.run_.cards = this.run_.cards.filter((c) => c.id !== card.id);
      this.run_ = { ...this.run_, ...got.body.progress, told: got.body.told };
      this.told = got.body;
      this.explain(got.body);
      return undefined;
    }

    /** What was right, and why, in both languages, under the card. */
    explain(told) {
      const go = el("button", { type: "button", class: "button button-primary" },
        el("kbd", { "aria-hidden": "true" }, "⏎"), sunwai.t("Next comment"));
      go.addEventListener("click", () => this.next());
      const head = el("h2", { tabindex: "-1", class: `tone-${TONE[told.outcome]}` },
        told.outcome_title);
      const box = el("section", { class: `panel practice-told tone-edge-${TONE[told.outcome]}`,
        "aria-label": sunwai.t("What was right, and why") },
        head,
        told.near ? el("p", {}, told.near) : null,
        el("dl", { class: "practice-answers" },
          line(sunwai.t("You answered"), told.given),
          line(sunwai.t("Right is"), told.right),
          ...told.also.map((a) => line(sunwai.t("Acceptable too"), a))),
        told.non_reason ? neverGround(told.non_reason) : null,
        ...inReadersTongueFirst(told),
        told.right.reason ? paragraph(told) : null,
        go);
      this.drawTop();
      this.foot.hidden = true;
      this.middle.append(box);
      head.focus();
      box.scrollIntoView({ block: "nearest" });
    }

    next() {
      if (!this.told) return;
      this.draw();
    }

    keyDown(event) {
      const free = !(event.target.closest && event.target.closest("button, a, input, textarea, select, summary"));
      if (this.told && event.key === "Enter" && free && !sunwai.window) {
        event.preventDefault();
        this.next();
        return;
      }
      const act = this.keys.read(event).act;
      if (!this.told || event.key === "Escape" || ["next", "policy", "help"].includes(act)) {
        super.keyDown(event);
      }
    }
  }

  function inReadersTongueFirst(told) {
    const both = [el("p", { lang: "en", dir: "ltr" }, told.why), el("p", { lang: "ur", dir: "rtl" }, told.why_ur)];
    return document.documentElement.lang === "ur" ? both.reverse() : both;
  }

  function line(name, answer) {
    const r = answer.reason;
    return el("div", {}, el("dt", {}, name), el("dd", {}, answer.title,
      r ? [" · ", el("bdi", {}, r.code), " ", el("span", { class: "quiet" }, sunwai.titleOf(r))] : null));
  }

  function neverGround(n) {
    return el("p", {}, el("strong", {}, sunwai.t("Never a ground: {code}", { code: n.code })), " ",
      el("span", { lang: "en" }, n.title), " · ", el("span", { lang: "ur", dir: "rtl" }, n.title_ur));
  }

  function paragraph(told) {
    return el("details", {}, el("summary", {}, sunwai.t("Para 5, word for word")),
      sunwai.paragraph5(told));
  }

  sunwai.deskFor("practice", "/api/practice/desk", (place, settings) => new Practice(place, settings));
})(window.sunwai);
