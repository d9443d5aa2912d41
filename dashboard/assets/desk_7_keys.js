/* The desk as it is worked: turns keys and buttons into decisions, comes and goes with the page. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const BUFFER_MOST = 60;
  const CODES = "123456789x";

  class Desk extends sunwai.DeskView {
    // ---------------------------------------------------------------- deciding

    decide(verdict, fields, card) {
      const shown = this.state.card;
      // The same text in a fresher card (an undo was answered meanwhile) is the same question.
      const same = shown && (!card || (card.id === shown.id && card.revision_id === shown.revision_id));
      if (!same) {
        sunwai.toast(sunwai.t("The card changed meanwhile: look again."), "warn");
        return;
      }
      this.state.decide(verdict, fields || {});
      this.decided(sunwai.verdictWord(verdict));
    }

    decided(word) {
      this.clearBar();
      this.draw();
      const next = this.state.card ? sunwai.t("Next comment.") : sunwai.t("No more.");
      this.say(`${word}. ${next}`);
    }

    decideMany(verdict, fields) {
      const n = this.state.selected.size;
      if (!n) return;
      this.state.decideMany(verdict, fields || {});
      this.decided(`${sunwai.verdictWord(verdict)}: ${sunwai.tn("{n} comment", "{n} comments", n)}`);
    }

    undo(entry) {
      if (!this.state.undo(entry)) sunwai.toast(sunwai.t("Nothing to undo."), "info");
      else {
        this.say(sunwai.t("Undone."));
        this.draw();
      }
    }

    wait(card) {
      if (card.waits > 0) sunwai.askWhyWait((words) => this.decide("wait", { reason_text: words }, card));
      else this.decide("wait", {}, card);
    }

    reveal(open) {
      const card = this.state.card;
      if (!card || open === this.open || this.state.resting) return;
      this.open = open;
      const box = this.middle.querySelector(".card-text");
      if (box) box.replaceWith(sunwai.textBox("card-text", card.text, open));
      const old = this.middle.querySelector(".card-old-text");
      if (old) old.replaceWith(sunwai.textBox("card-old-text", card.old, open));
    }

    goOn() {
      this.state.calm.rested();
      this.draw();
    }

    // ---------------------------------------------------------------- selecting

    select(card) {
      const picked = this.state.selected;
      if (picked.has(card.id)) picked.delete(card.id);
      else if (card.protected || card.queue === "second_look") {
        sunwai.toast(sunwai.t("Protected comments are decided one by one, never in a selection."), "info");
      } else {
        picked.set(card.id, { comment_id: card.id, revision_id: card.revision_id, expected: card.expected });
      }
      this.drawPicked();
    }

    async selectCopies(card) {
      const path = "/api/queue/copies?comment=" + encodeURIComponent(card.id);
      const answer = await sunwai.get(path).catch(() => null);
      if (!answer || answer.status !== 200) {
        sunwai.toast(sunwai.t("The server cannot be reached just now."), "warn");
        return;
      }
      const told = answer.body;
      const gone = this.state.gone;
      told.items.filter((i) => !gone.has(i.comment_id))
        .forEach((i) => this.state.selected.set(i.comment_id, i));
      if (!told.items.length) sunwai.toast(sunwai.t("It has no copies that can be selected."), "info");
      if (told.protected) {
        sunwai.toast(sunwai.tn("{n} protected copy left out.", "{n} protected copies left out.",
          told.protected), "info");
      }
      if (told.elsewhere) {
        sunwai.toast(sunwai.tn("{n} copy lies on another officer's desk.",
          "{n} copies lie on other officers' desks.", told.elsewhere), "info");
      }
      this.drawPicked();
    }

    clearSelection() {
      this.state.selected = new Map();
      this.drawPicked();
      this.focusCard();
    }

    /** The acts of a selection; others act on the shown card alone. */
    runOnSelection(act) {
      const n = this.state.selected.size;
      const acts = {
        keep: () => this.decideMany("keep"),
        wait: () => this.decideMany("wait"),
        remove: () => sunwai.askReason(this.state.card || {}, this.settings,
          (f) => this.decideMany("remove", f), n),
      };
      if (!n || !acts[act]) return false;
      acts[act]();
      return true;
    }

    // ---------------------------------------------------------------- acts

    /** One act, by key or button. Those that decide need a card that was seen. */
    run(act, pressed) {
      const s = this.state;
      if (s.resting) return this.goOn();
      const card = s.card;
      const always = {
        undo: () => this.undo(),
        policy: () => sunwai.showPolicy(this.settings),
        search: () => sunwai.askSearch(),
        help: () => sunwai.showKeys(this.keys, this.settings.standard_keys,
          (keys, on) => this.rekeyed(keys, on)),
      };
      if (always[act]) return always[act]();
      if (this.runOnSelection(act) || !card) return undefined;
      const acts = {
        keep: () => this.decide("keep", {}, card),
        remove: () => sunwai.askReason(card, this.settings, (f) => this.decide("remove", f, card)),
        split: () => sunwai.askSplit(card, this.settings, (f) => this.decide("split", f, card)),
        complaint: () => sunwai.askComplaint(card, this.settings, (f) => this.decide("complaint", f, card)),
        escalate: () => sunwai.askQuestion((q) => this.decide("escalate", { reason_text: q }, card)),
        wait: () => this.wait(card),
        next: () => s.move(1) && this.draw(),
        previous: () => s.move(-1) && this.draw(),
        select: () => (pressed.shift ? this.selectCopies(card) : this.select(card)),
        open: () => this.openThere(card),
        old: () => this.showOld(card),
        history: () => sunwai.showHistory(card),
      };
      return acts[act] ? acts[act]() : undefined;
    }

    openThere(card) {
      if (!card.link) sunwai.toast(sunwai.t("The platform told no address of this comment."), "info");
      else window.open(card.link, "_blank", "noopener,noreferrer");
    }

    showOld(card) {
      const there = this.middle.querySelector(".card-old");
      if (there) there.remove();
      else if (!card.old) sunwai.toast(sunwai.t("This comment was not edited since it was first seen."), "info");
      else this.middle.querySelector(".card-text").after(sunwai.drawOld(card, this.state.now, this.open));
    }

    // ---------------------------------------------------------------- keys

    keyDown(event) {
      const typing = event.target.closest
        && event.target.closest("input, textarea, select, [contenteditable]");
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return undefined;
      if (event.key === "Escape") return this.escape(event);
      if (typing) return undefined;
      const pressed = this.keys.read(event);
      if (!this.keys.on && pressed.act !== "help") return undefined;
      if (sunwai.window && !this.buffer.length) {
        if (!event.shiftKey && !event.repeat && sunwai.window.keys(pressed.key)) event.preventDefault();
        return undefined;
      }
      if (pressed.key === " ") return this.space(event);
      if (this.state.resting && !this.buffer.length) return this.anyKey(event);
      if (!this.due(pressed, event)) return undefined;
      event.preventDefault();
      const step = pressed.act === "next" || pressed.act === "previous";
      if (!event.repeat || step) this.take(pressed);
      return undefined;
    }

    /** Whether the key means something here. Shift only where the sign needs it, or for copies. */
    due(pressed, event) {
      const letter = pressed.key.toLowerCase() !== pressed.key.toUpperCase();
      if (event.shiftKey && letter && pressed.act !== "select") return false;
      // While keys wait for a card to be painted, the code that follows a "d" waits behind it.
      return Boolean(pressed.act) || (this.buffer.length > 0 && CODES.includes(pressed.key));
    }

    anyKey(event) {
      const onControl = event.target.closest && event.target.closest("button, a, summary");
      if (onControl || event.repeat || (event.key.length > 1 && event.key !== "Enter")) return;
      event.preventDefault();
      this.goOn();
    }

    escape(event) {
      if (sunwai.window) this.shut(event);
      else if (!this.bar.hidden) this.clearBar();
      else if (this.state.selected.size) this.clearSelection();
      else if (this.state.resting) this.goOn();
    }

    shut(event) {
      event.preventDefault();
      sunwai.window.close();
      this.focusCard();
    }

    space(event) {
      if (event.target.closest && event.target.closest("button, a, summary")) return;
      event.preventDefault();
      if (this.state.resting) {
        if (!event.repeat) this.goOn();
      } else this.reveal(true);
    }

    take(pressed) {
      const shown = this.state.resting || this.state.card;
      const waits = this.buffer.length || (shown && this.painted !== shown);
      if (!waits) this.press(pressed);
      else if (this.buffer.length < BUFFER_MOST) this.buffer.push(pressed);
    }

    /** A key that is due: to the window that lies open, or to the desk. */
    press(pressed) {
      if (sunwai.window) sunwai.window.keys(pressed.key);
      else if (pressed.act) this.run(pressed.act, pressed);
    }

    keyUp(event) {
      if (event.key === " ") this.reveal(false);
    }
  }

  // ------------------------------------------------------------------ coming and going

  let desk = null;
  let settling = null;

  async function settle(place) {
    settling = place;
    place.replaceChildren(el("p", { class: "desk-fetching" }, sunwai.t("Fetching the next comments…")));
    try {
      const answer = await sunwai.get("/api/queue/desk");
      if (settling !== place || !place.isConnected) return;
      if (answer.status === 401) sunwai.goToSignIn();
      else if (answer.status === 200) desk = new Desk(place, answer.body);
      else place.replaceChildren(el("div", { class: "empty" }, answer.body.error));
    } catch (error) {
      window.setTimeout(() => { if (settling === place) settle(place); }, 2000);
    }
  }

  function look() {
    const place = document.getElementById("desk");
    if (place && place !== settling) settle(place);
    if (!place && settling) {
      if (desk) desk.leave();
      desk = null;
      settling = null;
    }
  }

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => desk && desk.keyDown(event));
  document.addEventListener("keyup", (event) => desk && desk.keyUp(event));
  window.addEventListener("blur", () => desk && desk.reveal(false));
  window.addEventListener("online", () => desk && desk.state.outbox.resume());
  window.addEventListener("pagehide", () => desk && !desk.state.unsaved && desk.release());
  window.addEventListener("beforeunload", (event) => {
    if (sunwai.leaving || !sunwai.unsaved || !sunwai.unsaved()) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // Today: Enter starts the queue.
  document.addEventListener("keydown", (event) => {
    const today = document.getElementById("today");
    const free = event.target === document.body || event.target.id === "main";
    if (event.key === "Enter" && free && today && today.dataset.start) {
      window.location.assign(today.dataset.start);
    }
  });
})(window.sunwai);
