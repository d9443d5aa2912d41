/* Decisions on their way: kept in order, sent one after the other, never lost, never sent twice.

   Each message carries a key; the server answers the same key with the same decision. Unsent
   messages lie in sessionStorage (ids and codes only, no comment's text), so that a reload or an
   ended session loses none. */
"use strict";

(function (sunwai) {
  const PLACE = "sunwai-unsent";
  const LATE_MS = 250;
  const WAITS = [500, 1000, 2000, 4000, 8000, 15000];

  function randomName() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  /** Runs work when the coming frame is painted; soon where none comes (a hidden page). */
  sunwai.whenPainted = function (work) {
    let late = null;
    const once = () => {
      if (late === null) return;
      window.clearTimeout(late);
      late = null;
      work();
    };
    late = window.setTimeout(once, LATE_MS);
    window.requestAnimationFrame(() => window.setTimeout(once, 0));
  };

  let open = null; // of all outboxes of this window only the newest sends

  class Outbox {
    /** told = {changed(), done(message, answer), refused(message, answer), signedOut()} */
    constructor(user, told) {
      this.user = user;
      this.told = told;
      this.desk = randomName();
      this.number = 0;
      this.list = [];
      this.failures = 0;
      this.sending = false;
      this.stopped = false;
      this.timer = null;
      if (open) open.handOver();
      open = this;
    }

    /** A newer one takes up what lies here: it sends, and keeps, from now on. */
    handOver() {
      this.stopped = this.over = true;
      window.clearTimeout(this.timer);
    }

    /** Takes up what an earlier page of this window left; false when it is another user's. */
    recover() {
      let kept = null;
      try {
        kept = JSON.parse(window.sessionStorage.getItem(PLACE) || "null");
      } catch (error) {
        kept = null;
      }
      if (!kept || !kept.list || kept.list.length === 0) return true;
      if (kept.user !== this.user) return false;
      this.list = kept.list;
      this.pump();
      return true;
    }

    discardKept() {
      window.sessionStorage.removeItem(PLACE);
    }

    nextKey() {
      this.number += 1;
      return `${this.desk}-${this.number}`;
    }

    /** Queues a message {path, body}; its body gets a key, which is given back. `beside` is kept
        with it and not sent. */
    add(path, body, beside) {
      const key = this.nextKey();
      this.list.push({ ...beside, path: path, body: { ...body, key: key } });
      this.keep();
      // Kept at once, sent when the next card has been painted: the officer waits for that one.
      sunwai.whenPainted(() => this.pump());
      return key;
    }

    keep() {
      try {
        const kept = JSON.stringify({ user: this.user, list: this.list });
        if (this.list.length) window.sessionStorage.setItem(PLACE, kept);
        else window.sessionStorage.removeItem(PLACE);
      } catch (error) {
        // A full or forbidden storage: the list still lies in memory and is sent from there.
      }
      this.told.changed();
    }

    resume() {
      this.stopped = false;
      this.failures = 0;
      this.pump();
    }

    async pump() {
      if (this.sending || this.stopped || this.list.length === 0) return;
      this.sending = true;
      window.clearTimeout(this.timer);
      try {
        while (this.list.length && !this.stopped) {
          if (!(await this.sendFirst())) break;
        }
      } finally {
        this.sending = false;
      }
    }

    /** Sends the first message; true when the next one may go. */
    async sendFirst() {
      const message = this.list[0];
      let answer;
      try {
        answer = await sunwai.post(message.path, message.body);
      } catch (error) {
        return this.tryLater();
      }
      if (this.over) return false;
      if (answer.status === 401 || answer.body.code === "csrf") {
        this.stopped = true;
        this.told.signedOut();
        return false;
      }
      if (answer.status >= 500 || answer.status === 429) return this.tryLater();
      this.failures = 0;
      this.list.shift();
      this.keep();
      if (answer.status < 300) this.told.done(message, answer.body);
      else this.told.refused(message, answer.body);
      return true;
    }

    tryLater() {
      if (this.over) return false;
      const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
      this.failures += 1;
      this.told.changed();
      this.timer = window.setTimeout(() => this.pump(), wait);
      return false;
    }
  }

  sunwai.Outbox = Outbox;
})(window.sunwai);
