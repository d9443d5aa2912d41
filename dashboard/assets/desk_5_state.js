/* The state of the desk: which cards lie on it, what was decided, what u takes back. Draws nothing. */
"use strict";

(function (sunwai) {
  const REFILL_BELOW = 13;
  const UNDO_LAST = 20;
  const MOST_UNSENT = 100;

  class DeskState {
    /** told = {changed(), notice(text, tone), signedOut()} */
    constructor(settings, queue, told) {
      this.settings = settings;
      this.queue = queue;
      this.told = told;
      this.cards = [];
      this.at = 0;
      this.done = 0;
      this.remaining = 0;
      this.counts = {};
      this.elsewhere = 0;
      this.lastSweep = null;
      this.loading = false;
      this.loaded = false;
      this.offline = false;
      this.clockOff = 0;
      this.gone = new Set();
      this.undoable = settings.undoable.map((d) => ({ decision_id: d.decision_id, card: null }));
      this.outbox = new sunwai.Outbox(settings.user.id, {
        changed: () => told.changed(),
        done: (message, answer) => this.saved(message, answer),
        refused: (message, answer) => this.refused(message, answer),
        signedOut: () => told.signedOut(),
      });
    }

    get card() {
      return this.cards[this.at] || null;
    }

    get now() {
      return Date.now() + this.clockOff;
    }

    get unsaved() {
      return this.outbox.list.length;
    }

    // ---------------------------------------------------------------- fetching

    /** Fetches more cards when few are left; `anew` throws away those that lie here. */
    async refill(anew) {
      if (this.loading || this.unsaved > MOST_UNSENT) return;
      if (!anew && this.cards.length - this.at >= REFILL_BELOW) return;
      this.loading = true;
      const queue = this.queue;
      try {
        const answer = await sunwai.post("/api/queue/next", { queue: queue, have: this.have() });
        this.offline = false;
        if (answer.status === 401) this.told.signedOut();
        else if (answer.status !== 200) this.told.notice(answer.body.error, "bad");
        else if (queue === this.queue) this.take(answer.body);
      } catch (error) {
        this.offline = true;
        window.setTimeout(() => this.refill(), 3000);
      }
      this.loading = false;
      this.loaded = this.loaded || !this.offline;
      this.told.changed();
    }

    have() {
      const unsent = this.outbox.list.map((m) => m.body.comment_id).filter(Boolean);
      return [...new Set([...this.cards.map((c) => c.id), ...unsent])].slice(0, 400);
    }

    take(told) {
      this.clockOff = Date.parse(told.now) - Date.now();
      this.lastSweep = told.last_sweep;
      this.elsewhere = told.elsewhere;
      this.countAgain(told);
      const here = new Set(this.cards.map((c) => c.id));
      const unsent = new Set(this.outbox.list.map((m) => m.body.comment_id));
      for (const card of told.cards) {
        if (here.has(card.id) || unsent.has(card.id) || this.gone.has(card.id)) continue;
        card.arrived = performance.now();
        this.cards.push(card);
      }
    }

    countAgain(told) {
      this.counts = told.counts;
      const open = this.queue ? told.counts[this.queue] || 0 : told.total;
      const closing = this.outbox.list.filter((m) => m.path.endsWith("decide")).length;
      this.remaining = Math.max(open - closing, 0);
    }

    /** Renews the claims, and lets go what another officer took or decided meanwhile. */
    async renew() {
      if (!this.cards.length) return;
      const answer = await sunwai.post("/api/queue/claim", { ids: this.cards.map((c) => c.id) });
      if (answer.status !== 200) return;
      const lost = [...answer.body.held, ...answer.body.gone];
      if (lost.length) this.letGo(lost);
    }

    letGo(ids) {
      const shown = this.card;
      const taken = this.cards.filter((c) => ids.includes(c.id)).length;
      this.cards = this.cards.filter((c) => !ids.includes(c.id));
      const place = shown ? this.cards.indexOf(shown) : -1;
      this.at = place >= 0 ? place : Math.min(this.at, Math.max(0, this.cards.length - 1));
      if (taken) this.told.notice(`${taken} taken up by another officer meanwhile.`, "info");
      this.refill();
      this.told.changed();
    }

    async pollCounts() {
      const answer = await sunwai.get("/api/queue/counts");
      if (answer.status === 401) this.told.signedOut();
      if (answer.status !== 200) return;
      this.offline = false;
      this.countAgain(answer.body);
      if (!this.card && this.remaining > 0) await this.refill();
      this.told.changed();
    }

    // ---------------------------------------------------------------- moving

    move(step) {
      const wanted = Math.min(Math.max(this.at + step, 0), Math.max(0, this.cards.length - 1));
      if (wanted === this.at) return false;
      this.at = wanted;
      if (step > 0) this.refill();
      return true;
    }

    // ---------------------------------------------------------------- deciding

    /** Takes the shown card off the desk and sends the decision behind the officer's back. */
    decide(verdict, fields) {
      const card = this.card;
      if (!card) return;
      const body = {
        comment_id: card.id,
        revision_id: card.revision_id,
        expected: card.expected,
        after: card.after || null,
        shown_ms: Math.round(performance.now() - (card.shown || card.arrived || 0)),
        verdict: verdict,
        ...fields,
      };
      this.cards.splice(this.at, 1);
      this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
      this.gone.add(card.id);
      this.done += 1;
      this.remaining = Math.max(0, this.remaining - 1);
      const entry = { key: null, card: card, verdict: verdict };
      this.undoable.push(entry);
      if (this.undoable.length > UNDO_LAST) this.undoable.shift();
      entry.key = this.outbox.add("/api/queue/decide", body);
      this.refill();
    }

    /** Takes back the newest decision that still stands; false when there is none. */
    undo() {
      const entry = this.undoable.pop();
      if (!entry) return false;
      const what = entry.key ? { of: entry.key } : { decision_id: entry.decision_id };
      const key = this.outbox.add("/api/queue/undo", what);
      if (entry.card) {
        // The card is back at once; what is decided on it now builds on the undo.
        this.putBack({ ...entry.card, expected: null, after: key });
        this.done = Math.max(0, this.done - 1);
      }
      return true;
    }

    putBack(card) {
      this.gone.delete(card.id);
      const place = this.cards.findIndex((c) => c.id === card.id);
      if (place >= 0) this.cards.splice(place, 1);
      card.arrived = performance.now();
      this.at = Math.min(this.at, this.cards.length);
      this.cards.splice(this.at, 0, card);
      if (place < 0) this.remaining += 1;
      this.told.changed();
    }

    // ---------------------------------------------------------------- answers

    saved(message, answer) {
      if (answer.notice) this.told.notice(answer.notice, "warn");
      if (message.path.endsWith("/undo")) this.undone(message, answer);
      else {
        if (answer.awaits_second) this.told.notice("Proposed: a senior officer looks next.", "info");
        if (message.body.verdict === "wait") this.gone.delete(message.body.comment_id);
      }
    }

    undone(message, answer) {
      const place = this.cards.findIndex((c) => c.after === message.body.key);
      if (place >= 0 && answer.card) {
        this.cards[place] = { ...answer.card, arrived: performance.now() };
        this.told.changed();
      } else if (place >= 0) {
        this.cards.splice(place, 1);
        this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
        this.told.notice("Undone. The comment asks for nobody any more.", "info");
        this.told.changed();
      } else if (answer.card && !this.gone.has(answer.card.id)) {
        this.putBack(answer.card);
      }
    }

    /** The server said no: the card comes back with the server's sentence, never silently. */
    refused(message, answer) {
      const id = message.body.comment_id;
      this.undoable = this.undoable.filter((e) => e.key !== message.body.key);
      if (message.path.endsWith("/undo")) {
        this.cards = this.cards.filter((c) => c.after !== message.body.key);
        this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
      } else {
        this.done = Math.max(0, this.done - 1);
        if (answer.card && this.mine(answer.card)) this.putBack(answer.card);
        else this.gone.add(id);
      }
      this.told.refused(answer.error || "The server did not take this decision.");
    }

    mine(card) {
      const senior = this.settings.user.role === "senior";
      return card.queue !== "second_look" || senior;
    }
  }

  sunwai.DeskState = DeskState;
})(window.sunwai);
