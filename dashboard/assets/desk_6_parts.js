/* Parts of the desk around the card: the last decisions, a selection, a break, a note, the tabs. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  function verdictWord(verdict) {
    const words = {
      keep: sunwai.t("Kept"), remove: sunwai.t("Removed"), split: sunwai.t("Split in two"),
      complaint: sunwai.t("Sent to complaints"), escalate: sunwai.t("Escalated"),
      wait: sunwai.t("Put off"),
    };
    return words[verdict] || verdict;
  }

  function secondsLeft(entry, now) {
    return entry.hold_until ? Math.ceil((Date.parse(entry.hold_until) - now) / 1000) : 0;
  }

  function holdWords(entry, now) {
    const left = secondsLeft(entry, now);
    return left > 0 ? sunwai.t("held, {time} left", { time: sunwai.span(left) }) : "";
  }

  /** The last decisions, the newest first, each with its undo; counts the holds down. */
  sunwai.Recent = class {
    constructor(state, undo) {
      this.state = state;
      this.undo = undo;
      this.list = el("ol", { class: "recent-list" });
      this.count = el("span", { class: "recent-count" });
      this.box = el("details", { class: "recent" },
        el("summary", {}, el("span", {}, sunwai.t("Your last decisions")), " ", this.count), this.list);
      this.drawn = [];
      this.box.addEventListener("toggle", () => this.draw());
    }

    /** Draws what changed; a closed list costs nothing. */
    draw() {
      const entries = this.state.undoable;
      this.count.textContent = entries.length ? `(${sunwai.number(entries.length)})` : "";
      this.box.hidden = entries.length === 0;
      if (!this.box.open) return;
      const same = entries.length === this.drawn.length && entries.every((e, n) => e === this.drawn[n]);
      if (!same) {
        this.drawn = [...entries];
        this.list.replaceChildren(...[...entries].reverse().map((e) => this.row(e)));
      }
      this.tick();
    }

    row(entry) {
      const button = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Undo"));
      const word = verdictWord(entry.verdict);
      const many = entry.many ? sunwai.tn("{n} comment", "{n} comments", entry.many.length) : null;
      const words = entry.text ? sunwai.firstWords(entry.text, 60) : "";
      button.setAttribute("aria-label", sunwai.t("Undo: {what}", { what: `${word} ${words}` }));
      button.addEventListener("click", () => this.undo(entry));
      entry.place = el("span", { class: "recent-hold" });
      return el("li", {},
        el("div", { class: "recent-what" },
          el("strong", {}, word), many ? ` · ${many}` : null,
          entry.reason ? [" · ", el("bdi", {}, entry.reason)] : null, " ", entry.place),
        entry.text ? el("div", { class: "recent-text", dir: entry.text.dir, lang: entry.text.lang }, words) : null,
        button);
    }

    /** Once a second: only the words of holds that still run. */
    tick() {
      if (!this.box.open) return;
      for (const entry of this.drawn) {
        const words = holdWords(entry, this.state.now);
        if (entry.place && entry.place.textContent !== words) entry.place.textContent = words;
      }
    }

    /** What the undo button says of the newest decision: how long undo costs nothing. */
    newest() {
      const entry = this.state.undoable[this.state.undoable.length - 1];
      const left = entry ? secondsLeft(entry, this.state.now) : 0;
      return left > 0 ? sunwai.span(left) : "";
    }
  };

  /** What is selected, and what can be done with all of it. */
  sunwai.drawSelection = function (state, keys, acts) {
    const n = state.selected.size;
    const button = (act, text, kind) => el("button",
      { type: "button", class: `button ${kind}`, onclick: () => acts.run(act) },
      el("kbd", { "aria-hidden": "true" }, keys.of(act)), text);
    return el("div", { class: "desk-selection" },
      el("strong", { role: "status" }, sunwai.tn("{n} comment selected", "{n} comments selected", n)),
      button("keep", sunwai.t("Keep all"), ""),
      button("remove", sunwai.t("Remove all"), ""),
      button("wait", sunwai.t("Put all off"), ""),
      el("button", { type: "button", class: "button button-quiet", onclick: () => acts.clear() },
        el("kbd", { "aria-hidden": "true" }, sunwai.t("Esc")), sunwai.t("Select none")));
  };

  /** A break that can be passed with one key. */
  sunwai.drawRest = function (resting, go) {
    const button = el("button", { type: "button", class: "button button-primary", onclick: go },
      sunwai.t("Go on"));
    const done = sunwai.tn("{n} comment decided", "{n} comments decided", resting.cards);
    return el("section", { class: "card card-rest", id: "card", tabindex: "-1",
      "aria-label": sunwai.t("A short break?") },
      el("h2", {}, sunwai.t("A short break?")),
      el("p", {}, sunwai.t("{done} in {time}, without a pause.",
        { done: done, time: sunwai.span(resting.seconds) })),
      el("p", {}, sunwai.t("Look out of the window for a while. Everything is saved, and nothing runs away: the next comment waits for you.")),
      el("p", { class: "quiet" }, sunwai.t("Any key goes on. It decides nothing.")),
      button);
  };

  /** What the officer before wrote, until it is put away. */
  sunwai.drawNote = function (note) {
    const place = `sunwai-note-${note.id}`;
    if (window.localStorage.getItem(place)) return null;
    const away = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Put away"));
    const box = el("aside", { class: "desk-note", "aria-label": sunwai.t("Note from the last shift") },
      el("div", {},
        el("strong", {}, sunwai.t("Note from {name}, {time}:", { name: note.by, time: sunwai.instant(note.at) })),
        " ", el("span", { dir: "auto", class: "desk-note-text" }, note.text)), away);
    away.addEventListener("click", () => {
      window.localStorage.setItem(place, "1");
      box.remove();
    });
    return box;
  };

  function alike(here, drawn) {
    const same = (name) => here.getAttribute(name) === drawn.getAttribute(name);
    return here.nodeName === drawn.nodeName && ["class", "href", "data-name"].every(same);
  }

  function writeOver(here, drawn) {
    for (const { name, value } of drawn.attributes) {
      if (here.getAttribute(name) !== value) here.setAttribute(name, value);
    }
    const [olds, news] = [[...here.childNodes], [...drawn.childNodes]];
    const fits = olds.length === news.length && olds.every((o, n) =>
      o.nodeType === news[n].nodeType && (o.nodeType !== Node.ELEMENT_NODE || alike(o, news[n])));
    if (!fits) here.replaceChildren(...news);
    else olds.forEach((o, n) => {
      if (o.nodeType === Node.ELEMENT_NODE) writeOver(o, news[n]);
      else if (o.data !== news[n].data) o.data = news[n].data;
    });
  }

  /** Puts into a place what was drawn anew, and leaves every element that is still there as it
      stands: a click or the focus may just be on it. */
  sunwai.drawOver = function (place, drawn) {
    [...place.children].filter((c) => !drawn.some((d) => alike(c, d))).forEach((c) => c.remove());
    let here = place.firstElementChild;
    for (const one of drawn) {
      if (here && alike(here, one)) {
        writeOver(here, one);
        here = here.nextElementSibling;
      } else place.insertBefore(one, here);
    }
    while (place.children.length > drawn.length) place.lastElementChild.remove();
  };

  /** The named queues with what is in each; those with a page of their own are links. */
  sunwai.drawTabs = function (state, settings, change) {
    const count = (n) => (n >= state.most ? `${sunwai.number(state.most)}+` : sunwai.number(n));
    const sum = Object.values(state.counts).reduce((a, b) => a + b, 0);
    const named = [{ name: "", title: sunwai.t("All"), n: sum },
      ...settings.queues.map((q) => ({ ...q, n: state.counts[q.name] || 0 }))];
    const tabs = named
      .filter((q) => q.n || q.name === state.queue || q.name === "" || q.name === "severe")
      .map((q) => el("button", { type: "button", class: "desk-tab", "data-name": q.name,
        "aria-pressed": String(q.name === state.queue), onclick: () => change(q.name) },
        q.title, el("span", {}, count(q.n))));
    const beside = settings.beside
      .filter((q) => state.beside[q.name])
      .map((q) => el("a", { class: "desk-tab desk-tab-link", href: q.href, "data-go": "" },
        q.title, el("span", {}, count(state.beside[q.name]))));
    const kept = state.keptFromYou
      ? [el("span", { class: "desk-tab desk-tab-kept",
        title: sunwai.t("They speak of you or of your unit: another officer decides on them.") },
        sunwai.t("Held for another officer"), el("span", {}, count(state.keptFromYou)))]
      : [];
    return [...tabs, ...beside, ...kept];
  };

  /** Whether all is saved. */
  sunwai.drawSaving = function (state) {
    const n = state.unsaved;
    const box = state.outbox;
    const trouble = box.failures > 0 || state.offline || (n && box.stopped);
    const shown = (name, text) => el("span", { class: name, id: "save-state" }, text);
    if (n && trouble) return shown("badge tone-bad", sunwai.t("not saved yet ({n})", { n: n }));
    if (n) return shown("badge tone-plain", sunwai.t("saving ({n})", { n: n }));
    if (trouble) return shown("badge tone-warn", sunwai.t("connection lost"));
    return shown("desk-saved", state.done ? sunwai.t("all saved") : "");
  };

  sunwai.verdictWord = verdictWord;
})(window.sunwai);
