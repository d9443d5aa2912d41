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
    if (text.more) {
      const more = text.more.toLocaleString("en");
      nodes.push(" ", sunwai.t("… ({n} more characters: see its history)", { n: more }));
    }
    return nodes;
  }

  function textBox(name, text, open) {
    const box = el("div", { class: name, dir: text.dir, lang: text.lang });
    box.append(...segments(text, open));
    return box;
  }

  /** The words of a text, masked, for a list. */
  function firstWords(text, most) {
    const words = text.segments.map((s) => s.masked || s.text).join("");
    return words.length > most || text.more ? words.slice(0, most).trimEnd() + "…" : words;
  }

  function since(iso, now) {
    return sunwai.span((now - Date.parse(iso)) / 1000);
  }

  function badge(text, tone, title) {
    return el("span", { class: `badge tone-${tone || "plain"}`, title: title }, text);
  }

  function posted(card, now) {
    if (!card.posted_at) return sunwai.t("posted at a time not told");
    return sunwai.t("posted {time} ago", { time: since(card.posted_at, now) });
  }

  function metaLine(card, now) {
    const key = sunwai.keyOf ? sunwai.keyOf("old") : "t";
    return el(
      "div",
      { class: "card-meta" },
      el("strong", {}, el("bdi", {}, card.source)),
      el("span", {}, posted(card, now)),
      card.edited ? badge(sunwai.t("edited: {key} shows the old text", { key: key }), "info") : null,
      card.by_hand ? badge(sunwai.t("acted on by hand"), "plain") : null,
      card.between ? badge(sunwai.t("a calmer one, put between"), "good") : null,
      ...(card.feedback || []).map((f) => badge(f, "info")),
      el("span", { class: "card-picked" })
    );
  }

  function postLine(card) {
    if (!card.post) return null;
    return el(
      "div",
      { class: "card-post" },
      el("span", { class: "card-post-label" }, sunwai.t("Our post")),
      textBox("card-post-text", card.post, true)
    );
  }

  function parentLine(card) {
    if (!card.parent) return null;
    return el(
      "div",
      { class: "card-parent" },
      el("span", { class: "card-post-label" },
        card.parent.ours ? sunwai.t("In reply to us") : sunwai.t("In reply to")),
      textBox("card-parent-text", card.parent, true)
    );
  }

  function shield(card) {
    if (!card.protected) return null;
    return el(
      "div",
      { class: "card-shield" },
      el("strong", {}, sunwai.t("Protected")),
      el("span", {}, card.protected_why || sunwai.t("A second look is needed to remove it."))
    );
  }

  function secondLook(card) {
    if (!card.second) return null;
    const s = card.second;
    const asks = s.verdict === "escalate"
      ? sunwai.t("{name} asks for a second look", { name: s.by })
      : sunwai.t("{name} proposes to remove this", { name: s.by });
    return el(
      "div",
      { class: "card-second" },
      el("strong", {}, asks),
      s.reason ? el("span", {}, el("bdi", {}, s.reason.code), ": ", sunwai.titleOf(s.reason)) : null,
      s.text ? el("span", { class: "card-second-text", dir: "auto" }, s.text) : null
    );
  }

  function why(card) {
    if (!card.why.length) return null;
    return el(
      "div",
      { class: "card-why" },
      el("h2", {}, sunwai.t("Why it is here")),
      el("ul", {}, ...card.why.map((line) => el("li", {}, el("bdi", {}, line))))
    );
  }

  /** What is not well covered is said over the text, not only beside it. */
  function uncovered(card) {
    const kind = card.coverage_kind;
    if (!kind || kind === "covered") return null;
    return el(
      "div",
      { class: "card-coverage" },
      el("strong", {}, card.coverage),
      el("span", {}, sunwai.t("The machine says little or nothing of this text: read it yourself."))
    );
  }

  /** The middle of the desk: the comment and what it answers. */
  sunwai.drawComment = function (card, now, open) {
    return el(
      "article",
      { class: "card", tabindex: "-1", id: "card", "aria-label": sunwai.t("Comment") },
      metaLine(card, now),
      postLine(card),
      parentLine(card),
      textBox("card-text", card.text, open),
      uncovered(card),
      shield(card),
      secondLook(card),
      why(card)
    );
  };

  /** The text before the edit, under the one that stands. */
  sunwai.drawOld = function (card, now, open) {
    return el(
      "div",
      { class: "card-old" },
      el("span", { class: "card-post-label" },
        sunwai.t("Before the edit, seen {time} ago", { time: since(card.old.seen_at, now) })),
      textBox("card-old-text", card.old, open)
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
      card.band_word || card.band
    );
  }

  /** A code's title in the reader's tongue first. */
  sunwai.titleOf = function (reason) {
    return document.documentElement.lang === "ur"
      ? `${reason.head_ur}: ${reason.title_ur}`
      : `${reason.head}: ${reason.title}`;
  };

  function both(reason) {
    const en = el("div", { lang: "en", dir: "ltr", class: "en-line" }, `${reason.head}: ${reason.title}`);
    const ur = el("div", { class: "ur-line", lang: "ur", dir: "rtl" }, `${reason.head_ur}: ${reason.title_ur}`);
    return document.documentElement.lang === "ur" ? [ur, en] : [en, ur];
  }

  function suggested(card) {
    const s = card.suggested;
    const name = sunwai.t("Suggested");
    if (!s) return fact(name, el("span", { class: "quiet" }, sunwai.t("no code: look and judge")));
    const key = sunwai.keyOf ? sunwai.keyOf("remove") : "d";
    return fact(
      name,
      el("div", { class: "code" }, el("bdi", {}, s.code), s.key ? el("kbd", {}, `${key} ${s.key}`) : null),
      ...both(s)
    );
  }

  function copies(card) {
    if (card.copies < 2) return null;
    return fact(
      sunwai.t("Copies"),
      sunwai.tn("{n} near-copy", "{n} near-copies", card.copies),
      card.copies_accounts
        ? [" · ", sunwai.tn("{n} account", "{n} accounts", card.copies_accounts)] : null,
      card.copies_time ? ` · ${card.copies_time}` : null
    );
  }

  function author(card) {
    const count = card.author_count;
    const likes = card.likes
      ? [" · ", sunwai.tn("{n} like on this", "{n} likes on this", card.likes)] : null;
    const told = count === null || count === undefined
      ? sunwai.t("not told")
      : sunwai.tn("{n} comment in 30 days", "{n} comments in 30 days", count);
    return fact(sunwai.t("This author here"), told, likes);
  }

  function afterwards(card) {
    const urdu = document.documentElement.lang === "ur" && card.audience_ur;
    return fact(
      sunwai.t("Who can still see it after a removal"),
      el("div", {}, urdu ? card.audience_ur : card.audience),
      card.write_back === "on" || card.by_hand
        ? null
        : el("div", { class: "quiet small" },
          sunwai.t("Dry run: nothing is sent to the platform."))
    );
  }

  function whyNow(card) {
    if (!card.why_now) return null;
    const lines = Array.isArray(card.why_now) ? card.why_now : [card.why_now];
    return fact(
      sunwai.t("Why this one now"),
      el("ul", { class: "small why-now" }, ...lines.map((line) => el("li", {}, line)))
    );
  }

  /** The column beside the comment: what is known of it. */
  sunwai.drawFacts = function (card) {
    return el(
      "dl",
      { class: "facts" },
      suggested(card),
      fact(sunwai.t("Abuse score of the model"), band(card)),
      fact(
        sunwai.t("Language"),
        el("span", {}, card.language), " · ", el("span", {}, card.coverage),
        card.coverage_note ? el("div", { class: "quiet small", dir: "auto" }, card.coverage_note) : null
      ),
      copies(card),
      author(card),
      afterwards(card),
      whyNow(card)
    );
  };

  sunwai.textBox = textBox;
  sunwai.firstWords = firstWords;
  sunwai.since = since;
})(window.sunwai);
