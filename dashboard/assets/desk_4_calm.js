/* What keeps the queue bearable: a calmer card after many harsh ones, a break that can be passed. */
"use strict";

(function (sunwai) {
  const PLACE = "sunwai-pause";
  const PAUSE_MS = 5 * 60 * 1000; // who did nothing for so long has had a break
  const ASK_AHEAD = 4;

  class Calm {
    /** limits = {harsh, minutes, cards}; 0 is never. `breaks`: this officer wants them. */
    constructor(limits, breaks) {
      this.limits = limits;
      this.breaks = breaks;
      this.harsh = 0;
      this.asked = false;
      this.resting = null;
      const now = Date.now();
      this.pause = { since: now, last: now, cards: 0, ...this.kept() };
      if (now - this.pause.last > PAUSE_MS) this.pause = { since: now, last: now, cards: 0 };
    }

    kept() {
      try {
        return JSON.parse(window.sessionStorage.getItem(PLACE)) || {};
      } catch (error) {
        return {};
      }
    }

    keep() {
      try {
        window.sessionStorage.setItem(PLACE, JSON.stringify(this.pause));
      } catch (error) {
        // Without storage a reload begins a new stretch; nothing else hangs on it.
      }
    }

    /** Counts one decided card; may make a break due. */
    decided(card) {
      this.harsh = card.harsh ? this.harsh + 1 : 0;
      if (!card.harsh) this.asked = false;
      const now = Date.now();
      if (now - this.pause.last > PAUSE_MS) this.pause = { since: now, last: now, cards: 0 };
      this.pause.last = now;
      this.pause.cards += 1;
      const minutes = (now - this.pause.since) / 60000;
      const late = this.limits.minutes && minutes >= this.limits.minutes;
      const many = this.limits.cards && this.pause.cards >= this.limits.cards;
      if (this.breaks && (late || many)) {
        this.resting = { cards: this.pause.cards, seconds: (now - this.pause.since) / 1000 };
      }
      this.keep();
    }

    /** The break is over, or was passed. */
    rested() {
      const now = Date.now();
      this.resting = null;
      this.pause = { since: now, last: now, cards: 0 };
      this.keep();
    }

    /** Nothing is left to do: a break by itself, if one was due. */
    paused() {
      if (this.resting) this.rested();
    }

    /** Where a calmer card lies that should come next; "fetch" when one should be asked for. */
    wanted(cards, at) {
      const limit = this.limits.harsh;
      if (!limit || this.harsh < Math.max(1, limit - ASK_AHEAD)) return -1;
      const place = cards.findIndex((c, n) => n >= at && !c.harsh);
      if (this.harsh >= limit && place >= 0) return place;
      if (place < 0 && !this.asked) {
        this.asked = true;
        return "fetch";
      }
      return -1;
    }
  }

  sunwai.Calm = Calm;
})(window.sunwai);
