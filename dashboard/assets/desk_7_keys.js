/* The desk as it is worked: turns keys and buttons into decisions, comes and goes with the page. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const KEYS_PLACE = "sunwai-keys";
  const BUFFER_MOST = 60;
  const KEYS = "fdsceuwjkohp/?";
  const CODES = "123456789x";

  class Desk extends sunwai.DeskView {
    // ---------------------------------------------------------------- deciding

    decide(verdict, fields, card) {
      const shown = this.state.card;
      // The same text in a fresher card (an undo was answered meanwhile) is the same question.
      const same = shown && (!card || (card.id === shown.id && card.revision_id === shown.revision_id));
      if (!same) {
        sunwai.toast("The card changed meanwhile: look again.", "warn");
        return;
      }
      this.state.decide(verdict, fields || {});
      this.clearBar();
      this.draw();
      this.say(`${verdict}. ${this.state.card ? "Next comment." : "No more."}`);
    }

    undo() {
      if (!this.state.undo()) sunwai.toast("Nothing to undo.", "info");
      else {
        this.say("Undone.");
        this.draw();
      }
    }

    wait(card) {
      if (card.waits > 0) sunwai.askWhyWait((words) => this.decide("wait", { reason_text: words }, card));
      else this.decide("wait", {}, card);
    }

    reveal(open) {
      const card = this.state.card;
      if (!card || open === this.open) return;
      this.open = open;
      const box = this.middle.querySelector(".card-text");
      if (box) box.replaceWith(sunwai.textBox("card-text", card.text, open));
    }

    /** One key or button. Those that decide need a card that was seen. */
    run(key) {
      const s = this.state;
      const card = s.card;
      if (key === "u") return this.undo();
      if (key === "p") return sunwai.showPolicy(this.settings);
      if (key === "/") return sunwai.askSearch();
      if (key === "?") return sunwai.showKeys(this.keysOn, (on) => this.switchKeys(on));
      if (!card) return undefined;
      const acts = {
        f: () => this.decide("keep", {}, card),
        d: () => sunwai.askReason(card, this.settings, (f) => this.decide("remove", f, card)),
        s: () => sunwai.askSplit(card, this.settings, (f) => this.decide("split", f, card)),
        c: () => sunwai.askComplaint(card, this.settings, (f) => this.decide("complaint", f, card)),
        e: () => sunwai.askQuestion((q) => this.decide("escalate", { reason_text: q }, card)),
        w: () => this.wait(card),
        j: () => s.move(1) && this.draw(),
        k: () => s.move(-1) && this.draw(),
        o: () => this.openThere(card),
        h: () => sunwai.showHistory(card),
      };
      return acts[key] ? acts[key]() : undefined;
    }

    openThere(card) {
      if (!card.link) sunwai.toast("The platform told no address of this comment.", "info");
      else window.open(card.link, "_blank", "noopener,noreferrer");
    }

    switchKeys(on) {
      this.keysOn = on;
      window.localStorage.setItem(KEYS_PLACE, on ? "on" : "off");
    }

    // ---------------------------------------------------------------- keys

    keyDown(event) {
      const typing = event.target.closest
        && event.target.closest("input, textarea, select, [contenteditable]");
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Escape") return sunwai.window ? this.shut(event) : this.clearBar();
      if (typing) return;
      if (!this.keysOn && event.key !== "?") return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (event.shiftKey && key !== "?" && key !== "/") return;
      if (sunwai.window && !this.buffer.length) {
        if (!event.repeat && sunwai.window.keys(key)) event.preventDefault();
        return;
      }
      if (key === " ") return this.space(event);
      // While keys wait for a card to be painted, the code that follows a "d" waits behind it.
      const known = this.buffer.length ? KEYS + CODES : KEYS;
      if (!known.includes(key) || key.length !== 1) return;
      event.preventDefault();
      if (event.repeat && key !== "j" && key !== "k") return;
      this.take(key);
    }

    shut(event) {
      event.preventDefault();
      sunwai.window.close();
      this.focusCard();
    }

    space(event) {
      if (event.target.closest && event.target.closest("button, a, summary")) return;
      event.preventDefault();
      this.reveal(true);
    }

    take(key) {
      const waits = this.buffer.length || (this.state.card && this.painted !== this.state.card);
      if (!waits) this.press(key);
      else if (this.buffer.length < BUFFER_MOST) this.buffer.push(key);
    }

    /** A key that is due: to the window that lies open, or to the desk. */
    press(key) {
      if (sunwai.window) sunwai.window.keys(key);
      else this.run(key);
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
