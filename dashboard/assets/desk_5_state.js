/* The state of the desk: which cards lie on it, what was decided, what u takes back. Draws nothing. */
"use strict";

(function (sunwai) {
  const REFILL_BELOW = 13;
  const UNDO_LAST = 20;
  const MOST_UNSENT = 100;
  const AT_ONCE = 400;
  const AGAIN_MS = 3000;

  class DeskState {
    /** told = {changed(), notice(text, tone), refused(text), signedOut()} */
    constructor(settings, queue, told) {
      this.settings = settings;
      this.queue = queue;
      this.told = told;
      this.cards = [];
      this.at = 0;
      this.done = 0;
      this.remaining = 0;
      this.counts = {};
      this.beside = {};
      this.most = Infinity;
      this.keptFromYou = 0;
      this.elsewhere = 0;
      this.lastSweep = null;
      this.asking = null; // the question for more cards that is under way
      this.waits = "fetching"; // why nobody knows what comes next; null once it was answered
      this.offline = false;
      this.clockOff = 0;
      this.gone = new Set(); // decided here
      this.settled = new Set(); // of these, what the server has recorded
      this.moved = 0;
      this.selected = new Map();
      this.calm = new sunwai.Calm(settings.calm, settings.breaks);
      this.undoable = settings.undoable.map((d) => ({ ...d, key: null, card: null }));
      this.outbox = new sunwai.Outbox(settings.user.id, {
        changed: () => {
          this.moved += 1;
          told.changed();
        },
        done: (message, answer) => this.answered(() => this.saved(message, answer)),
        refused: (message, answer) => this.answered(() => this.refused(message, answer)),
        signedOut: () => told.signedOut(),
      });
    }

    get card() {
      return this.cards[this.at] || null;
    }

    /** The break that is offered over the next card; none where nothing waits. */
    get resting() {
      return this.card ? this.calm.resting : null;
    }

    get now() {
      return Date.now() + this.clockOff;
    }

    get unsaved() {
      return this.outbox.list.length;
    }

    // ---------------------------------------------------------------- fetching

    /** Fetches more cards when few are left; `anew` asks however many lie here. */
    async refill(anew) {
      if (this.left) return;
      if (this.asking) {
        this.asking.again = this.asking.again || anew;
        return;
      }
      if (!anew && this.cards.length - this.at >= REFILL_BELOW) return;
      if (this.unsaved > MOST_UNSENT) {
        this.waits = "saving"; // asked when enough is saved: see answered()
        this.told.changed();
        return;
      }
      const asking = { queue: this.queue };
      this.asking = asking;
      if (!anew) await new Promise(sunwai.whenPainted);
      const waits = await this.ask(asking);
      if (this.asking !== asking) return; // another queue is looked at by now
      this.asking = null;
      this.waits = waits;
      this.offline = waits === "offline" || waits === "failed";
      const again = anew || asking.again;
      window.clearTimeout(this.retry);
      if (this.offline) this.retry = window.setTimeout(() => this.refill(again), AGAIN_MS);
      else if (asking.again) this.refill(true);
      this.told.changed();
    }

    /** Nobody looks at this desk any more: no card is asked for. */
    leave() {
      this.left = true;
      window.clearTimeout(this.retry);
    }

    /** Which decisions the server can know of; null while one is on its way to it. */
    get known() {
      return this.unsaved ? null : this.moved;
    }

    /** Asks once and takes what comes; gives why nothing came, null when it was answered. */
    async ask(asking) {
      const then = { known: this.known, settled: new Set(this.settled) };
      let answer;
      try {
        answer = await sunwai.post("/api/queue/next", { queue: asking.queue, have: this.have() });
      } catch (error) {
        return "offline";
      }
      if (this.asking !== asking) return null;
      if (answer.status === 200) {
        this.take(answer.body, then);
        return null;
      }
      if (answer.status >= 500 || answer.status === 429) return "failed";
      if (answer.status === 401) {
        this.told.signedOut();
        return "signedOut";
      }
      this.told.notice(answer.body.error, "bad");
      return "refused";
    }

    have() {
      const unsent = this.outbox.list.flatMap((m) => m.body.comment_id || m.ids || []);
      return [...new Set([...this.cards.map((c) => c.id), ...unsent])].slice(0, AT_ONCE);
    }

    // ---------------------------------------------------------------- moving

    move(step) {
      const wanted = Math.min(Math.max(this.at + step, 0), Math.max(0, this.cards.length - 1));
      if (wanted === this.at) return false;
      this.at = wanted;
      if (step > 0) this.refill();
      return true;
    }

    /** Lets cards go that another officer took or decided. */
    letGo(ids) {
      const shown = this.card;
      this.cards = this.cards.filter((c) => !ids.includes(c.id));
      ids.forEach((id) => this.selected.delete(id));
      const place = shown ? this.cards.indexOf(shown) : -1;
      this.at = place >= 0 ? place : Math.min(this.at, Math.max(0, this.cards.length - 1));
      this.refill();
      this.told.changed();
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
      this.off(card);
      const entry = { key: null, card: card, verdict: verdict, reason: fields.reason || null,
        text: card.text, at: new Date(this.now).toISOString(), hold_until: null };
      this.remember(entry);
      entry.key = this.outbox.add("/api/queue/decide", body);
      this.calm.decided(card);
      this.putCalmer();
      this.refill();
    }

    off(card) {
      const place = this.cards.indexOf(card);
      if (place >= 0) this.cards.splice(place, 1);
      if (place >= 0 && place < this.at) this.at -= 1;
      this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
      this.gone.add(card.id);
      this.settled.delete(card.id);
      this.selected.delete(card.id);
      this.done += 1;
      this.remaining = Math.max(0, this.remaining - 1);
    }

    remember(entry) {
      this.undoable.push(entry);
      if (this.undoable.length > UNDO_LAST) this.undoable.shift();
    }

    /** After many harsh cards a calmer one comes next, where there is one. */
    putCalmer() {
      const place = this.calm.wanted(this.cards, this.at);
      if (place === "fetch") this.fetchCalmer();
      else if (place > this.at) {
        const [card] = this.cards.splice(place, 1);
        card.between = true;
        this.cards.splice(this.at, 0, card);
      }
    }

    /** One decision for all that is selected: one record each. */
    decideMany(verdict, fields) {
      const items = [...this.selected.values()];
      this.selected = new Map();
      for (let from = 0; from < items.length; from += AT_ONCE) {
        this.sendMany(items.slice(from, from + AT_ONCE), verdict, fields);
      }
      this.refill();
    }

    sendMany(items, verdict, fields) {
      const ids = items.map((i) => i.comment_id);
      const cards = this.cards.filter((c) => ids.includes(c.id));
      cards.forEach((c) => this.off(c));
      const beyond = ids.length - cards.length;
      this.done += beyond;
      this.remaining = Math.max(0, this.remaining - beyond);
      ids.forEach((id) => this.gone.add(id) && this.settled.delete(id));
      const entry = { key: null, many: ids, cards: cards, verdict: verdict,
        reason: fields.reason || null, text: cards.length ? cards[0].text : null,
        at: new Date(this.now).toISOString(), hold_until: null };
      this.remember(entry);
      const bare = items.map((i) => (
        { comment_id: i.comment_id, revision_id: i.revision_id, expected: i.expected }));
      entry.key = this.outbox.add("/api/queue/decide-many",
        { items: bare, verdict: verdict, ...fields }, { ids: ids });
    }

    // ---------------------------------------------------------------- taking back

    /** Takes back one decision, the newest if none is named; false when there is none. */
    undo(named) {
      const entry = named || this.undoable[this.undoable.length - 1];
      if (!entry || !this.undoable.includes(entry)) return false;
      this.undoable = this.undoable.filter((e) => e !== entry);
      if (entry.many) {
        this.outbox.add("/api/queue/undo-many", { of: entry.key, ids: entry.many });
        this.done = Math.max(0, this.done - entry.many.length);
        return true;
      }
      const what = entry.key ? { of: entry.key } : { decision_id: entry.decision_id };
      const key = this.outbox.add("/api/queue/undo", what);
      if (entry.card) {
        // The card is back at once; what is decided on it now builds on the undo.
        this.putBack({ ...entry.card, expected: null, after: key, between: false });
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

    mine(card) {
      const senior = this.settings.user.role === "senior";
      return card.queue !== "second_look" || senior;
    }
  }

  sunwai.DeskState = DeskState;
})(window.sunwai);
