/* The small windows of the desk: reason, split, complaint, question, history, policy, help. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;

  /** Opens a window; gives {close}. `keys(key)` returns true for a key that it has used. */
  function open(title, content, options) {
    const wanted = options || {};
    const close = el("button", { class: "button button-quiet", type: "button" }, sunwai.t("Close"));
    const box = el(
      "dialog",
      { class: `window ${wanted.wide ? "window-wide" : ""}`, "aria-label": title },
      el("header", {}, el("h2", {}, title), close),
      content
    );
    // At once, not by the dialog's own event: the next key may come before that event does.
    const shut = () => {
      if (!box.isConnected) return;
      box.close();
      box.remove();
      if (sunwai.window === made) sunwai.window = null;
      if (wanted.closed) wanted.closed();
    };
    close.addEventListener("click", shut);
    box.addEventListener("close", shut);
    document.body.append(box);
    const made = { close: shut, keys: wanted.keys || (() => false), box: box };
    sunwai.window = made;
    box.showModal();
    if (wanted.focus) wanted.focus.focus();
    return made;
  }

  function reasonButton(reason, suggestedCode, choose) {
    const mine = reason.code === suggestedCode;
    return el(
      "button",
      { class: `reason ${mine ? "reason-suggested" : ""}`, type: "button",
        onclick: () => choose(reason) },
      el("kbd", {}, reason.key || "x"),
      el("span", { class: "reason-code" }, el("bdi", {}, reason.code)),
      el("span", { class: "reason-title" },
        el("span", { lang: "en", dir: "ltr" }, `${reason.head}: ${reason.title}`), mine ? " " : null,
        mine ? el("span", { class: "badge tone-info" }, sunwai.t("suggested")) : null),
      el("span", { class: "reason-ur", lang: "ur", dir: "rtl" }, `${reason.head_ur}: ${reason.title_ur}`)
    );
  }

  function paragraph5(settings) {
    return el(
      "div",
      { class: "para5" },
      el("p", { lang: "en", dir: "ltr" }, settings.para5),
      el("p", { lang: "ur", dir: "rtl" }, settings.para5_ur)
    );
  }

  function suggestedOf(card) {
    if (card.second && card.second.reason) return card.second.reason.code;
    return card.suggested ? card.suggested.code : null;
  }

  function chosenBy(key, settings) {
    const wanted = key === "9" ? "x" : key;
    return settings.reasons.find((r) => (r.key || "x") === wanted);
  }

  function notes(card) {
    const lines = [];
    const proposed = card.second && card.second.verdict !== "escalate";
    if (proposed) lines.push(["protected", sunwai.t("Your key confirms the removal that was proposed.")]);
    else if (card.protected) {
      lines.push(["protected", sunwai.t("Protected: your choice is a proposal. A senior officer looks next.")]);
    }
    const urdu = document.documentElement.lang === "ur" && card.audience_ur;
    lines.push(["info", urdu ? card.audience_ur : card.audience]);
    return lines.map(([tone, line]) => el("p", { class: `note tone-${tone}` }, line));
  }

  /** `d`: the codes with the words of para 5; a number key chooses and confirms. With `many` the
      choice is for that many comments, and only codes that need no written reason stand there. */
  sunwai.askReason = function (card, settings, chosen, many) {
    let made = null;
    const choose = (reason) => {
      made.close();
      if (reason.key) chosen({ reason: reason.code });
      else sunwai.askText(card, reason, chosen);
    };
    const offered = many ? settings.reasons.filter((r) => r.key) : settings.reasons;
    const list = offered.map((r) => reasonButton(r, suggestedOf(card), choose));
    const body = el(
      "div",
      { class: "window-body" },
      ...(many ? [el("p", { class: "note tone-info" },
        sunwai.t("One decision for each, on the same ground. What is protected stays out."))] : notes(card)),
      el("div", { class: "reasons" }, ...list),
      el("details", {}, el("summary", {}, sunwai.t("Para 5, word for word")), paragraph5(settings))
    );
    const keys = (key) => {
      const reason = chosenBy(key, settings);
      if (reason && offered.includes(reason)) choose(reason);
      return Boolean(reason);
    };
    const first = list.find((b) => b.classList.contains("reason-suggested")) || list[0];
    const title = many
      ? sunwai.tn("Remove {n} comment: on which ground?", "Remove {n} comments: on which ground?", many)
      : sunwai.t("Remove: on which ground?");
    made = open(title, body, { keys: keys, focus: first, wide: true });
  };

  function form(fields, label, submitted) {
    const send = el("button", { class: "button button-primary", type: "submit" }, label);
    const made = el("form", { class: "window-body", method: "dialog" }, ...fields, send);
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      submitted();
    });
    return made;
  }

  function field(label, input) {
    return el("label", { class: "desk-field" }, el("span", {}, label), input);
  }

  /** A text of its own: OM-5-X, a question, a reason to wait. */
  function askWords(title, label, least, given, button) {
    const box = el("textarea", { rows: "3", maxlength: "2000", dir: "auto", required: true });
    const hint = el("p", { class: "quiet small", role: "status" });
    let made = null;
    const send = () => {
      const words = box.value.trim();
      if (words.length < least) {
        hint.textContent = sunwai.t("At least {least} characters; these are {n}.",
          { least: least, n: words.length });
        return;
      }
      made.close();
      given(words);
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      }
    });
    made = open(title, form([field(label, box), hint], button, send), { focus: box });
  }

  sunwai.askText = function (card, reason, chosen) {
    const title = sunwai.t("OM-5-X: say which remark and why it offends");
    askWords(title, sunwai.t("Reason (a senior officer confirms it)"), 15, (words) =>
      chosen({ reason: reason.code, reason_text: words }), sunwai.t("Propose the removal"));
  };
  sunwai.askQuestion = function (given) {
    askWords(sunwai.t("Ask for a second look"), sunwai.t("Your question"), 1, given,
      sunwai.t("Send to a senior officer"));
  };
  sunwai.askWhyWait = function (given) {
    askWords(sunwai.t("Put off again"), sunwai.t("Why does it wait?"), 1, given,
      sunwai.t("Put off"));
  };

  function themeChoice(settings, card) {
    const options = settings.themes.map((t) =>
      el("option", { value: t.key }, t.title_ur ? `${t.title} · ${t.title_ur}` : t.title));
    const choice = el("select", {}, el("option", { value: "" }, sunwai.t("No theme yet")), ...options);
    if (card.theme) choice.value = card.theme;
    return choice;
  }

  function caseFields(settings, card) {
    const inputs = {
      theme: themeChoice(settings, card),
      office: el("input", { maxlength: "200", dir: "auto",
        placeholder: sunwai.t("e.g. Water supply, tehsil office") }),
      place: el("input", { maxlength: "200", dir: "auto",
        placeholder: sunwai.t("e.g. Ward 7, near the old tank") }),
    };
    const boxes = [
      field(sunwai.t("Theme"), inputs.theme),
      field(sunwai.t("Office it goes to"), inputs.office),
      field(sunwai.t("Place"), inputs.place),
    ];
    const values = () => Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, input.value.trim()]));
    return { boxes: boxes, values: values, first: inputs.theme };
  }

  /** `c`: the complaint goes to an office; the comment stays. */
  sunwai.askComplaint = function (card, settings, chosen) {
    const fields = caseFields(settings, card);
    let made = null;
    const send = () => {
      made.close();
      chosen(fields.values());
    };
    made = open(sunwai.t("Send to complaints"), form(fields.boxes, sunwai.t("File the complaint"), send), {
      focus: fields.first,
    });
  };

  sunwai.openWindow = open;
  sunwai.caseFields = caseFields;
  sunwai.reasonButton = reasonButton;
  sunwai.suggestedOf = suggestedOf;
  sunwai.chosenBy = chosenBy;
  sunwai.paragraph5 = paragraph5;
})(window.sunwai);
