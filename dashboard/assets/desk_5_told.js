/* What the server answers and tells: saved, refused, taken back, changed by others. */
"use strict";

(function (sunwai) {
  const PULSE_MS = 5000;
  const HIDDEN_MS = 60000;
  const SLOWEST_MS = 30000;
  const RENEW_MS = 45000;
  const state = sunwai.DeskState.prototype;

  // ------------------------------------------------------------------ more cards

  /** `then` is what was known when this was asked for: {known, settled}. */
  state.take = function (told, then, calmer) {
    this.clockOff = Date.parse(told.now) - Date.now();
    this.lastSweep = told.last_sweep;
    this.elsewhere = told.elsewhere;
    this.countAgain(told, then.known);
    const here = new Set(this.cards.map((c) => c.id));
    const unsent = new Set(this.outbox.list.flatMap((m) => m.body.comment_id || m.ids || []));
    for (const card of told.cards) {
      // What the server had recorded before it was asked has come back, with another text.
      const back = then.settled.has(card.id);
      if (here.has(card.id) || unsent.has(card.id) || (this.gone.has(card.id) && !back)) continue;
      this.gone.delete(card.id);
      card.arrived = performance.now();
      card.spare = calmer === true;
      this.cards.push(card);
    }
    this.inOrder();
  };

  /** What lies behind the shown card stands in the queue's order, whenever it came. */
  state.inOrder = function () {
    const behind = this.cards.splice(this.at + 1);
    behind.sort((a, b) => Number(a.spare) - Number(b.spare) || a.order - b.order);
    this.cards.push(...behind);
  };

  /** Counted while a decision was on its way, nobody knows whether with it: asked once more. */
  state.countAgain = function (told, known) {
    if (known === null || known !== this.known) this.version = "";
    this.counts = told.counts;
    this.beside = told.beside || {};
    this.most = told.most || Infinity;
    this.keptFromYou = told.kept_from_you || 0;
    const open = this.queue ? told.counts[this.queue] || 0 : told.total;
    const closing = this.outbox.list.filter((m) => m.path.endsWith("decide")).length;
    this.remaining = Math.max(open - closing, 0);
  };

  /** Asks for one calmer card, to put between harsh ones. */
  state.fetchCalmer = async function () {
    const queue = this.queue;
    const then = { known: this.known, settled: new Set(this.settled) };
    const asked = { queue: queue, have: this.have(), calmer: true };
    const answer = await sunwai.post("/api/queue/next", asked).catch(() => null);
    if (queue !== this.queue) return;
    if (answer && answer.status === 200) this.take(answer.body, then, true);
    else this.calm.asked = false; // with the next harsh one; this card stands as it is
    this.told.changed();
  };

  // ------------------------------------------------------------------ answers to decisions

  /** One decision less is unsent: what was not asked for that, is asked now. */
  state.answered = function (takeIn) {
    takeIn();
    if (this.waits === "saving") this.refill();
  };

  state.saved = function (message, answer) {
    if (answer.notice) this.told.notice(answer.notice, "warn");
    const entry = this.undoable.find((e) => e.key === message.body.key);
    if (entry && answer.hold_until) entry.hold_until = answer.hold_until;
    if (message.path.endsWith("/undo")) this.undone(message, answer);
    else if (message.path.endsWith("/undo-many")) this.manyUndone(message, answer);
    else if (message.path.endsWith("/decide-many")) this.manyDone(message, answer);
    else {
      if (answer.awaits_second) {
        this.told.notice(sunwai.t("Proposed: a senior officer looks next."), "info");
      }
      if (message.body.verdict === "wait") this.gone.delete(message.body.comment_id);
      this.settled.add(message.body.comment_id);
    }
    this.told.changed();
  };

  state.undone = function (message, answer) {
    const place = this.cards.findIndex((c) => c.after === message.body.key);
    if (place >= 0 && answer.card) {
      this.cards[place] = { ...answer.card, arrived: performance.now() };
      this.told.changed();
    } else if (place >= 0) {
      this.cards.splice(place, 1);
      this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
      this.told.notice(sunwai.t("Undone. The comment asks for nobody any more."), "info");
      this.told.changed();
    } else if (answer.card && !this.gone.has(answer.card.id)) {
      this.putBack(answer.card);
    }
  };

  /** Of a bulk: what was not done comes back with the reason, never silently. */
  state.manyDone = function (message, answer) {
    const failed = answer.not_done.map((n) => n.comment_id);
    const entry = this.undoable.find((e) => e.key === message.body.key);
    if (entry) entry.many = answer.done;
    if (entry && !answer.done.length) this.undoable = this.undoable.filter((e) => e !== entry);
    if (message.body.verdict === "wait") answer.done.forEach((id) => this.gone.delete(id));
    answer.done.forEach((id) => this.settled.add(id));
    if (!failed.length) return;
    this.done = Math.max(0, this.done - failed.length);
    failed.forEach((id) => this.gone.delete(id));
    answer.back.filter((c) => this.mine(c)).reverse().forEach((c) => this.putBack(c));
    const all = failed.length + answer.done.length;
    this.told.refused(sunwai.t("{n} of {all} were not decided: {why}",
      { n: failed.length, all: all, why: answer.not_done[0].error }));
  };

  state.manyUndone = function (message, answer) {
    answer.done.forEach((id) => this.gone.delete(id));
    answer.cards.filter((c) => this.mine(c)).reverse().forEach((c) => this.putBack(c));
    this.told.notice(
      sunwai.tn("{n} decision taken back.", "{n} decisions taken back.", answer.done.length), "info");
    if (answer.not_done.length) this.told.refused(answer.not_done[0].error);
    this.refill(true);
  };

  /** The server said no: the card comes back with the server's sentence, never silently. */
  state.refused = function (message, answer) {
    const id = message.body.comment_id;
    const entry = this.undoable.find((e) => e.key === message.body.key);
    this.undoable = this.undoable.filter((e) => e !== entry);
    if (message.path.endsWith("/undo")) {
      this.cards = this.cards.filter((c) => c.after !== message.body.key);
      this.at = Math.min(this.at, Math.max(0, this.cards.length - 1));
    } else if (message.path.endsWith("/decide-many")) {
      message.body.items.forEach((i) => this.gone.delete(i.comment_id));
      this.done = Math.max(0, this.done - message.body.items.length);
      if (entry) [...entry.cards].reverse().forEach((c) => this.putBack(c));
    } else if (message.path.endsWith("/decide")) {
      this.done = Math.max(0, this.done - 1);
      if (answer.card && this.mine(answer.card)) this.putBack(answer.card);
      else this.settled.add(id);
    }
    this.told.refused(answer.error || sunwai.t("The server did not take this decision."));
  };

  // ------------------------------------------------------------------ what others do

  /** Renews the claims, and lets go what another officer took meanwhile. */
  state.renew = async function () {
    if (!this.cards.length) return;
    const answer = await sunwai.post("/api/queue/claim", { ids: this.cards.map((c) => c.id) });
    if (answer.status === 401) this.told.signedOut();
    if (answer.status !== 200) return;
    const lost = [...answer.body.held, ...answer.body.gone];
    const taken = this.cards.filter((c) => lost.includes(c.id)).length;
    if (!taken) return;
    this.told.notice(sunwai.tn(
      "{n} comment taken up by another officer meanwhile.",
      "{n} comments taken up by other officers meanwhile.", taken), "info");
    this.letGo(lost);
  };

  /** Asks what changed; the cards that lie here are compared only when something did. */
  state.pulse = async function () {
    const lying = this.cards.filter((c) => !c.after).slice(0, 60);
    const shown = this.card;
    const known = this.known;
    const answer = await sunwai.post("/api/queue/pulse", {
      seen: this.version || "",
      shown: shown ? shown.id : "",
      cards: lying.map((c) => ({ id: c.id, revision_id: c.revision_id, expected: c.expected })),
    });
    if (answer.status === 401) this.told.signedOut();
    if (answer.status !== 200) return;
    if (this.outbox.stopped || this.waits === "signedOut") {
      this.told.signedIn(); // in another window, and the same officer: others are answered 401
      this.outbox.resume();
      this.refill(true);
    }
    const told = answer.body;
    this.offline = false;
    this.version = told.version;
    if (shown && shown === this.card) shown.also = told.also;
    if (told.counts) await this.changedElsewhere(told, lying, known);
    this.told.changed();
  };

  state.changedElsewhere = async function (told, lying, known) {
    const graver = (told.counts.severe || 0) > (this.counts.severe || 0);
    this.countAgain(told, known);
    // Only cards that still lie here as they did when we asked.
    const same = (id) => this.cards.find((c) => c.id === id && lying.includes(c));
    const touched = [...told.gone.map((g) => g.id), ...told.anew.map((c) => c.id)];
    if (sunwai.window && touched.some((id) => same(id) && same(id) === this.card)) {
      this.version = ""; // somebody writes on this card: ask again when that is done
      return;
    }
    for (const card of told.anew) this.changedText(card, same(card.id));
    const gone = told.gone.filter((g) => same(g.id));
    gone.filter((g) => g.told && same(g.id) === this.card)
      .forEach((g) => this.told.notice(g.told, "info"));
    if (gone.length) this.letGo(gone.map((g) => g.id));
    const empty = !this.card && this.remaining > 0;
    if (empty || (graver && this.cards.length < 60)) await this.refill(true);
  };

  state.changedText = function (card, old) {
    if (!old) return;
    const place = this.cards.indexOf(old);
    this.cards[place] = { ...card, arrived: performance.now() };
    this.selected.delete(card.id);
    if (place === this.at) {
      this.told.notice(sunwai.t("This comment changed meanwhile: this is how it stands now."), "warn");
    }
  };

  /** Pulses and renews until stopped: slower in a hidden window and while the line is down. */
  sunwai.DeskClock = class {
    constructor(desk, told) {
      this.desk = desk;
      this.told = told;
      this.wait = PULSE_MS;
      this.renewed = performance.now();
      this.timer = window.setTimeout(() => this.tick(), PULSE_MS);
      this.seen = () => { if (!document.hidden) this.soon(); };
      document.addEventListener("visibilitychange", this.seen);
    }

    soon() {
      this.again = this.ticking; // one question at a time
      window.clearTimeout(this.timer);
      if (!this.ticking) this.timer = window.setTimeout(() => this.tick(), 0);
    }

    async tick() {
      this.ticking = true;
      this.again = false;
      try {
        if (performance.now() - this.renewed > RENEW_MS) {
          this.renewed = performance.now();
          await this.desk.renew();
        }
        await this.desk.pulse();
        this.wait = PULSE_MS;
      } catch (error) {
        this.desk.offline = true;
        this.wait = Math.min(this.wait * 2, SLOWEST_MS);
        this.told.changed();
      }
      this.ticking = false;
      if (this.stopped) return;
      const wait = this.again ? 0 : document.hidden ? HIDDEN_MS : this.wait;
      this.timer = window.setTimeout(() => this.tick(), wait);
    }

    stop() {
      this.stopped = true;
      window.clearTimeout(this.timer);
      document.removeEventListener("visibilitychange", this.seen);
    }
  };
})(window.sunwai);
