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
          word = { start: at, end: at, text: "" };
          words.push(word);
        }
        word.end = at + 1;
        word.text += letter;
      });
    }
    return words;
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
        onclick: () => pick(n) }, el("bdi", {}, w.text)));
    const said = el("p", { class: "quiet small", role: "status" });
    function draw() {
      marks.forEach((m, n) => m.setAttribute("aria-pressed", n >= from && n <= to));
      const remark = words.slice(from, to + 1).map((w) => w.text).join(" ");
      said.replaceChildren("The remark: ", el("bdi", { lang: card.text.lang }, remark));
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
      tabindex: "0", role: "group", "aria-label": "The remark to remove" });
    marks.forEach((m) => text.append(m, " "));
    text.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      const flip = card.text.dir === "rtl" && event.key === "ArrowLeft";
      const back = card.text.dir === "rtl" && event.key === "ArrowRight";
      move(flip ? "ArrowRight" : back ? "ArrowLeft" : event.key, event.shiftKey);
    });
    const body = el("div", { class: "window-body" },
      el("p", {}, "Click the first and the last word of the remark. Arrow keys move its start, ",
        "with Shift its end. A number key chooses the code and confirms."),
      text, said,
      el("div", { class: "case-fields" }, ...fields.boxes),
      el("div", { class: "reasons" },
        ...coded.map((r) => sunwai.reasonButton(r, sunwai.suggestedOf(card), choose))));
    const keys = (key) => {
      const reason = sunwai.chosenBy(key, settings);
      if (reason && reason.key) choose(reason);
      return Boolean(reason);
    };
    made = sunwai.openWindow("Split: the remark goes, the complaint is filed", body,
      { keys: keys, focus: text, wide: true });
    draw();
  };

  function when(iso) {
    return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  }

  function historyLines(told) {
    const texts = told.revisions.map((r) =>
      el("li", {}, el("div", { class: "quiet small" }, `Text ${r.no}, seen ${when(r.seen_at)}`),
        sunwai.textBox("history-text", r, true)));
    const decided = told.decisions.map((d) =>
      el("li", {}, `${when(d.at)}: ${d.by}: ${d.verdict}`, d.reason ? `, ${d.reason}` : "",
        d.awaits_second ? ", waits for a second officer" : "",
        d.text ? el("div", { dir: "auto", class: "small" }, d.text) : null));
    const acted = told.actions.map((a) =>
      el("li", {}, `${when(a.at)}: ${a.kind}: ${a.state.replace("_", " ")}`,
        a.detail ? el("div", { class: "small quiet" }, a.detail) : null));
    const part = (title, lines) =>
      [el("h3", {}, title), lines.length ? el("ul", {}, ...lines) : el("p", { class: "quiet" }, "none")];
    return [...part("Texts", texts), ...part("Decisions", decided), ...part("Actions", acted)];
  }

  /** `h`: every text it had, who decided what, what was done. */
  sunwai.showHistory = async function (card) {
    const body = el("div", { class: "window-body history" }, el("p", { class: "quiet" }, "Fetching…"));
    sunwai.openWindow("History", body, { wide: true });
    try {
      const told = await sunwai.get("/api/queue/history?comment=" + encodeURIComponent(card.id));
      if (told.status === 200) body.replaceChildren(...historyLines(told.body));
      else body.replaceChildren(el("p", {}, told.body.error));
    } catch (error) {
      body.replaceChildren(el("p", {}, "The server cannot be reached just now."));
    }
  };

  /** `p`: the words of para 5, the codes, and what is never a ground. */
  sunwai.showPolicy = function (settings) {
    const rows = settings.reasons.map((r) =>
      el("li", {}, el("strong", {}, `${r.code} `), `${r.head}: ${r.title}`,
        el("div", { lang: "ur", dir: "rtl" }, r.title_ur)));
    const never = settings.non_reasons.map((n) =>
      el("li", {}, el("strong", {}, `${n.code} `), n.title, el("div", { lang: "ur", dir: "rtl" },
        n.title_ur)));
    const body = el("div", { class: "window-body" }, sunwai.paragraph5(settings),
      el("div", { class: "policy-columns" },
        el("section", {}, el("h3", {}, "Grounds"), el("ul", {}, ...rows)),
        el("section", {}, el("h3", {}, "Never a ground"), el("ul", {}, ...never))));
    sunwai.openWindow("Policy", body, { wide: true });
  };

  /** `/`: finds among everything that was collected and decided. */
  sunwai.askSearch = function () {
    const box = el("input", { type: "search", maxlength: "200", dir: "auto" });
    const send = el("button", { class: "button button-primary", type: "submit" }, "Search");
    const made = el("form", { class: "window-body", action: "/comments", method: "get" },
      el("label", { class: "desk-field" }, el("span", {}, "Words, in any script"), box), send);
    box.name = "words";
    sunwai.openWindow("Search", made, { focus: box });
  };

  const KEYS = [
    ["f", "keep"], ["d 1-8", "remove with that code"], ["d 9, d x", "remove with OM-5-X"],
    ["s", "split"], ["c", "send to complaints"], ["e", "escalate"], ["w", "wait"],
    ["u", "undo, up to 20"], ["j k", "next, previous"], ["o", "open on the platform"],
    ["h", "history"], ["p", "policy"], ["Space", "hold: show masked words"], ["/", "search"],
    ["?", "this list"], ["Esc", "close a window or a notice"],
  ];

  /** `?`: all keys, and the switch that turns single keys off (WCAG 2.1.4). */
  sunwai.showKeys = function (on, switched) {
    const box = el("input", { type: "checkbox", id: "keys-on" });
    box.checked = on;
    box.addEventListener("change", () => switched(box.checked));
    const rows = KEYS.map(([key, does]) =>
      el("div", { class: "key-row" }, el("kbd", {}, key), el("span", {}, does)));
    const body = el("div", { class: "window-body" }, el("div", { class: "key-list" }, ...rows),
      el("label", { class: "check" }, box, "Single keys are on in this browser"));
    sunwai.openWindow("Keys", body, { wide: true });
  };
})(window.sunwai);
