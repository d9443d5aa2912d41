/* More windows of the desk: split, history, policy, search, help with the key switch. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  /** The words of a text with their places, counted in characters as the server counts them. */
  function wordsOf(text) {
    const words = [];
    let word = null;
    for (const segment of text.segments) {
      Array.from(segment.text).forEach((letter, n) => {
        const at = segment.start + n;
        if (/\s/.test(letter)) {
          word = null;
          return;
        }
        if (!word) {
          word = { start: at, end: at, text: "", vile: false };
          words.push(word);
        }
        word.end = at + 1;
        word.text += letter;
        word.vile = word.vile || Boolean(segment.masked);
      });
    }
    return words;
  }

  /** A word as it is read until it is unmasked: its first letter and dots. */
  function masked(word) {
    if (!word.vile) return word.text;
    const letters = Array.from(word.text);
    return letters[0] + "•".repeat(Math.min(Math.max(letters.length - 1, 2), 12));
  }

  function firstRange(words, span) {
    if (!span) return [0, 0];
    const from = words.findIndex((w) => w.end > span[0]);
    const to = words.findIndex((w) => w.end >= span[1]);
    return [Math.max(0, from), to < 0 ? words.length - 1 : Math.max(to, from)];
  }

  /** `s`: mark the remark by words, choose the code, file the rest as a complaint. */
  sunwai.askSplit = function (card, settings, chosen) {
    const words = wordsOf(card.text);
    let [from, to] = firstRange(words, card.suggested_span);
    let made = null;
    let last = null;
    const fields = sunwai.caseFields(settings, card);
    const marks = words.map((w, n) =>
      el("button", { type: "button", class: "split-word", tabindex: "-1",
        onclick: () => pick(n) }, el("bdi", {}, masked(w))));
    const reveal = el("button", { type: "button", class: "button button-quiet", "aria-pressed": "false" },
      el("kbd", { "aria-hidden": "true" }, "m"), sunwai.t("Show words"));
    let open = false;
    const unmask = () => {
      open = !open;
      reveal.setAttribute("aria-pressed", String(open));
      marks.forEach((m, n) => { m.firstChild.textContent = open ? words[n].text : masked(words[n]); });
      draw();
    };
    reveal.addEventListener("click", unmask);
    const said = el("p", { class: "quiet small", role: "status" });
    function draw() {
      marks.forEach((m, n) => m.setAttribute("aria-pressed", n >= from && n <= to));
      const remark = words.slice(from, to + 1).map((w) => (open ? w.text : masked(w))).join(" ");
      said.replaceChildren(sunwai.t("The remark:"), " ", el("bdi", { lang: card.text.lang }, remark));
    }
    function pick(n) {
      if (last === null) [from, to, last] = [n, n, n];
      else [from, to, last] = [Math.min(last, n), Math.max(last, n), null];
      draw();
    }
    function move(key, shift) {
      const step = key === "ArrowRight" ? 1 : -1;
      if (shift) to = Math.min(words.length - 1, Math.max(from, to + step));
      else from = Math.max(0, Math.min(to, from + step));
      draw();
    }
    const choose = (reason) => {
      if (!reason.key) return;
      made.close();
      const span = [words[from].start, words[to].end];
      chosen({ reason: reason.code, span: span, ...fields.values() });
    };
    const coded = settings.reasons.filter((r) => r.key);
    const text = el("div", { class: "split-text", dir: card.text.dir, lang: card.text.lang,
      tabindex: "0", role: "group", "aria-label": sunwai.t("The remark to remove") });
    marks.forEach((m) => text.append(m, " "));
    text.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      const flip = card.text.dir === "rtl" && event.key === "ArrowLeft";
      const back = card.text.dir === "rtl" && event.key === "ArrowRight";
      move(flip ? "ArrowRight" : back ? "ArrowLeft" : event.key, event.shiftKey);
    });
    const body = el("div", { class: "window-body" },
      el("p", {}, sunwai.t("Click the first and the last word of the remark. Arrow keys move its start, with Shift its end. A number key chooses the code and confirms.")),
      text, said, reveal,
      el("div", { class: "case-fields" }, ...fields.boxes),
      el("div", { class: "reasons" },
        ...coded.map((r) => sunwai.reasonButton(r, sunwai.suggestedOf(card), choose))));
    const keys = (key) => {
      if (key === "m") {
        unmask();
        return true;
      }
      const reason = sunwai.chosenBy(key, settings);
      if (reason && reason.key) choose(reason);
      return Boolean(reason);
    };
    made = sunwai.openWindow(sunwai.t("Split: the remark goes, the complaint is filed"), body,
      { keys: keys, focus: text, wide: true });
    draw();
  };

  function threadLines(thread) {
    return thread.map((c) =>
      el("li", { class: c.here ? "thread-here" : "" },
        el("div", { class: "quiet small" }, sunwai.instant(c.at),
          c.ours ? ` · ${sunwai.t("ours")}` : "", c.here ? ` · ${sunwai.t("this one")}` : ""),
        sunwai.textBox("history-text", c, false)));
  }

  function historyLines(told) {
    const texts = told.revisions.map((r) =>
      el("li", {}, el("div", { class: "quiet small" },
        sunwai.t("Text {n}, seen {time}", { n: r.no, time: sunwai.instant(r.seen_at) })),
        sunwai.textBox("history-text", r, true)));
    const decided = told.decisions.map((d) =>
      el("li", {}, sunwai.instant(d.at), " · ", el("bdi", {}, d.by), " · ", d.verdict,
        d.reason ? [" · ", el("bdi", {}, d.reason)] : null,
        d.awaits_second ? ` · ${sunwai.t("waits for a second officer")}` : "",
        d.text ? el("div", { dir: "auto", class: "small" }, d.text) : null));
    const acted = told.actions.map((a) =>
      el("li", {}, sunwai.instant(a.at), " · ", kindOf(a.kind), " · ", stateOf(a.state),
        a.detail ? el("div", { class: "small quiet", dir: "auto" }, a.detail) : null));
    const part = (title, lines) => [el("h3", {}, title),
      lines.length ? el("ul", {}, ...lines) : el("p", { class: "quiet" }, sunwai.t("none"))];
    return [
      ...(told.thread.length ? part(sunwai.t("Thread"), threadLines(told.thread)) : []),
      ...part(sunwai.t("Texts"), texts),
      ...part(sunwai.t("Decisions"), decided),
      ...part(sunwai.t("Actions"), acted),
    ];
  }

  function kindOf(kind) {
    const words = {
      hide: sunwai.t("hide"), unhide: sunwai.t("put back"), remove: sunwai.t("delete for good"),
    };
    return words[kind] || kind;
  }

  function stateOf(state) {
    const words = {
      held: sunwai.t("held"), sent: sunwai.t("sent"), accepted: sunwai.t("accepted"),
      verified: sunwai.t("verified"), refused: sunwai.t("refused"), gone: sunwai.t("gone"),
      by_hand: sunwai.t("by hand"), confirmed: sunwai.t("confirmed"),
      cancelled: sunwai.t("cancelled"), dry_run: sunwai.t("dry run: nothing was sent"),
      failed: sunwai.t("failed, tried again"), text_changed: sunwai.t("text changed meanwhile"),
    };
    return words[state] || state.replace("_", " ");
  }

  /** `h`: every text it had, who decided what, what was done. */
  sunwai.showHistory = async function (card) {
    const body = el("div", { class: "window-body history" }, el("p", { class: "quiet" }, sunwai.t("Fetching…")));
    sunwai.openWindow(sunwai.t("History"), body, { wide: true });
    try {
      const told = await sunwai.get("/api/queue/history?comment=" + encodeURIComponent(card.id));
      if (told.status === 200) body.replaceChildren(...historyLines(told.body));
      else body.replaceChildren(el("p", {}, told.body.error));
    } catch (error) {
      body.replaceChildren(el("p", {}, sunwai.t("The server cannot be reached just now.")));
    }
  };

  /** `p`: the words of para 5, the codes, and what is never a ground. */
  sunwai.showPolicy = function (settings) {
    const rows = settings.reasons.map((r) =>
      el("li", {}, el("strong", {}, el("bdi", {}, r.code), " "),
        el("span", { lang: "en", dir: "ltr" }, `${r.head}: ${r.title}`),
        el("div", { lang: "ur", dir: "rtl" }, `${r.head_ur}: ${r.title_ur}`)));
    const never = settings.non_reasons.map((n) =>
      el("li", {}, el("strong", {}, el("bdi", {}, n.code), " "),
        el("span", { lang: "en", dir: "ltr" }, n.title), el("div", { lang: "ur", dir: "rtl" },
        n.title_ur)));
    const body = el("div", { class: "window-body" }, sunwai.paragraph5(settings),
      el("div", { class: "policy-columns" },
        el("section", {}, el("h3", {}, sunwai.t("Grounds")), el("ul", {}, ...rows)),
        el("section", {}, el("h3", {}, sunwai.t("Never a ground")), el("ul", {}, ...never))));
    sunwai.openWindow(sunwai.t("Policy"), body, { wide: true });
  };

  /** `/`: finds among everything that was collected and decided. */
  sunwai.askSearch = function () {
    const box = el("input", { type: "search", maxlength: "200", dir: "auto" });
    const send = el("button", { class: "button button-primary", type: "submit" }, sunwai.t("Search"));
    const made = el("form", { class: "window-body", action: "/comments", method: "get" },
      el("label", { class: "desk-field" }, el("span", {}, sunwai.t("Words, in any script")), box), send);
    box.name = "words";
    sunwai.openWindow(sunwai.t("Search"), made, { focus: box });
  };
})(window.sunwai);
