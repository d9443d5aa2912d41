/* Draws one card. Every text goes in as a text node: nothing that a citizen wrote is markup. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  /** Segments of a text as nodes; vile words masked unless `open`. */
  function segments(text, open) {
    const nodes = text.segments.map((s) => {
      const words = s.masked && !open ? s.masked : s.text;
      const inside = s.kind === "handle" ? el("bdi", {}, words) : document.createTextNode(words);
      if (s.kind === "control") return el("span", { class: "control-mark", title: s.label }, words);
      if (!s.label) return inside;
      const name = s.said ? "why said" : s.masked ? "why vile" : "why";
      return el("mark", { class: name, title: s.label }, inside);
    });
    if (text.more) nodes.push(`… (${text.more.toLocaleString()} more characters: press h)`);
    return nodes;
  }

  function textBox(name, text, open) {
    const box = el("div", { class: name, dir: text.dir, lang: text.lang });
    box.append(...segments(text, open));
    return box;
  }

  function ago(iso, now) {
    return iso ? sunwai.span((now - Date.parse(iso)) / 1000) + " ago" : "not told";
  }

  /** A length of time in words, as dashboard/components.py writes it. */
  sunwai.span = function (seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const days = Math.floor(whole / 86400);
    const hours = Math.floor((whole % 86400) / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    if (days) return hours ? `${days} d ${hours} h` : `${days} d`;
    if (hours) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
    return minutes ? `${minutes} min` : `${whole} s`;
  };

  function badge(text, tone, title) {
    return el("span", { class: `badge tone-${tone || "plain"}`, title: title }, text);
  }

  function metaLine(card, now) {
    return el(
      "div",
      { class: "card-meta" },
      el("strong", {}, card.source),
      el("span", {}, `posted ${ago(card.posted_at, now)}`),
      card.edited ? badge("edited: h shows the old text", "info") : null,
      card.by_hand ? badge("acted on by hand", "plain") : null,
      ...card.feedback.map((f) => badge(f, "info"))
    );
  }

  function postLine(card) {
    if (!card.post) return null;
    return el(
      "div",
      { class: "card-post" },
      el("span", { class: "card-post-label" }, "Our post"),
      textBox("card-post-text", card.post, true)
    );
  }

  function parentLine(card) {
    if (!card.parent) return null;
    return el(
      "div",
      { class: "card-parent" },
      el("span", { class: "card-post-label" }, card.parent.ours ? "In reply to us" : "In reply to"),
      textBox("card-parent-text", card.parent, true)
    );
  }

  function shield(card) {
    if (!card.protected) return null;
    return el(
      "div",
      { class: "card-shield" },
      el("strong", {}, "Protected"),
      el("span", {}, card.protected_why || "A second look is needed to remove it.")
    );
  }

  function secondLook(card) {
    if (!card.second) return null;
    const s = card.second;
    const what = s.verdict === "escalate" ? "asks for a second look" : "proposes to remove this";
    return el(
      "div",
      { class: "card-second" },
      el("strong", {}, `${s.by} ${what}`),
      s.reason ? el("span", {}, `${s.reason.code}: ${s.reason.title}`) : null,
      s.text ? el("span", { class: "card-second-text", dir: "auto" }, s.text) : null
    );
  }

  function why(card) {
    if (!card.why.length) return null;
    return el(
      "div",
      { class: "card-why" },
      el("h2", {}, "Why it is here"),
      el("ul", {}, ...card.why.map((line) => el("li", {}, line)))
    );
  }

  /** The middle of the desk: the comment and what it answers. */
  sunwai.drawComment = function (card, now, open) {
    return el(
      "article",
      { class: "card", tabindex: "-1", id: "card", "aria-label": "Comment" },
      metaLine(card, now),
      postLine(card),
      parentLine(card),
      textBox("card-text", card.text, open),
      shield(card),
      secondLook(card),
      why(card)
    );
  };

  function fact(name, ...value) {
    return el("div", { class: "fact" }, el("dt", {}, name), el("dd", {}, ...value));
  }

  const BAND_TONE = { likely: "bad", possible: "warn", weak: "plain" };
  const BAND_STEPS = { likely: 3, possible: 2, weak: 1 };

  function band(card) {
    const steps = BAND_STEPS[card.band] || 0;
    const bars = [1, 2, 3].map((n) => el("i", { class: n <= steps ? "on" : "" }));
    const tone = BAND_TONE[card.band] || "info";
    return el(
      "span",
      { class: `band tone-${tone}` },
      el("span", { class: "band-bars", "aria-hidden": "true" }, ...bars),
      card.band
    );
  }

  function suggested(card) {
    const s = card.suggested;
    if (!s) return fact("Suggested", el("span", { class: "quiet" }, "no code: look and judge"));
    return fact(
      "Suggested",
      el("div", { class: "code" }, s.code, s.key ? el("kbd", {}, `d ${s.key}`) : null),
      el("div", {}, `${s.head}: ${s.title}`),
      el("div", { class: "ur-line", lang: "ur", dir: "rtl" }, `${s.head_ur}: ${s.title_ur}`)
    );
  }

  function copies(card) {
    if (card.copies < 2) return null;
    const who = card.copies_accounts ? `, ${card.copies_accounts} accounts` : "";
    const time = card.copies_time ? `, ${card.copies_time}` : "";
    return fact("Copies", `${card.copies} near-copies${who}${time}`);
  }

  /** The column beside the comment: what is known of it. */
  sunwai.drawFacts = function (card) {
    const count = card.author_count;
    return el(
      "dl",
      { class: "facts" },
      suggested(card),
      fact("Abuse score of the model", band(card)),
      fact(
        "Language",
        `${card.language}, ${card.coverage}`,
        card.coverage_note ? el("div", { class: "quiet small" }, card.coverage_note) : null
      ),
      copies(card),
      fact(
        "This author here",
        count === null ? "not told" : `${count} in 30 days`,
        card.likes ? ` · ${card.likes} likes on this` : null
      ),
      fact(
        "After a removal",
        el("div", {}, card.audience),
        card.write_back === "on" || card.by_hand
          ? null
          : el("div", { class: "quiet small" }, "Dry run: nothing is sent to the platform.")
      ),
      fact("Why this one now", el("span", { class: "small" }, card.why_now))
    );
  };

  sunwai.textBox = textBox;
  sunwai.ago = ago;
})(window.sunwai);
