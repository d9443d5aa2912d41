/* The dialog of a bulk: on which ground, what would happen and what is left out and why, then what
   was done and what was not, and undo. The server is asked about every comment, twice. */
"use strict";

(function (sunwai) {
  const WORDS = {
    keep: {
      title: () => sunwai.t("Keep the chosen comments"),
      go: (n) => sunwai.tn("Keep {n} comment", "Keep {n} comments", n),
      done: (n) => sunwai.tn("{n} comment is kept.", "{n} comments are kept.", n),
    },
    remove: {
      title: () => sunwai.t("Remove the chosen comments"),
      go: (n) => sunwai.tn("Remove {n} comment", "Remove {n} comments", n),
      done: (n) => sunwai.tn("{n} comment is removed.", "{n} comments are removed.", n),
    },
    complaint: {
      title: () => sunwai.t("Send the chosen comments to complaints"),
      go: (n) => sunwai.tn("File {n} complaint", "File {n} complaints", n),
      done: (n) => sunwai.tn("{n} complaint is filed.", "{n} complaints are filed.", n),
    },
  };
  let open = null; // the dialog that stands

  function parts(items, most) {
    const found = [];
    for (let i = 0; i < items.length; i += most) found.push(items.slice(i, i + most));
    return found;
  }

  class Refused extends Error {}

  /** POSTs each part and gives the answers; throws Refused with the server's sentence. */
  async function send(path, bodies) {
    const answers = [];
    for (const body of bodies) {
      const got = await sunwai.post(path, body);
      if (got.status === 401) sunwai.goToSignIn();
      if (got.status >= 300) throw new Refused(got.body.error || sunwai.t("The server refused this."));
      answers.push(got.body);
    }
    return answers;
  }

  function bodies(asked, items) {
    const most = sunwai.bulk.told().most;
    return parts(items, most).map((part, i) => ({ ...asked, key: `${asked.key}-${i}`, items: part }));
  }

  const sum = (answers, name) => answers.reduce((n, a) => n + a[name], 0);

  /** What was left out of all parts, by sentence. */
  function leftOut(answers, name) {
    const found = new Map();
    for (const one of answers.flatMap((a) => a[name])) found.set(one.sentence, (found.get(one.sentence) || 0) + one.n);
    return [...found];
  }

  // -------------------------------------------------------------------------------- pieces

  function dialog(title) {
    const heading = sunwai.el("h2", { id: "bulk-title", tabindex: "-1" }, title);
    const body = sunwai.el("div", { class: "bulk-body" });
    const made = sunwai.el("dialog", { class: "bulk-dialog", "aria-labelledby": "bulk-title" }, heading, body);
    const back = document.activeElement;
    made.addEventListener("close", () => {
      made.remove();
      open = null;
      if (made.sunwaiDone) sunwai.redraw();
      else if (back && back.isConnected) back.focus();
    });
    document.body.append(made);
    made.showModal();
    open = { all: made, body, heading };
    return open;
  }

  function button(text, run, kind) {
    const type = run === null ? "submit" : "button";
    return sunwai.el("button", { type, class: `button button-${kind}`, onclick: run }, text);
  }

  function close(box) {
    return button(sunwai.t("Close"), () => box.all.close(), "quiet");
  }

  function cancel(box) {
    return button(sunwai.t("Cancel"), () => box.all.close(), "quiet");
  }

  function show(box, ...pieces) {
    box.body.replaceChildren(...pieces.filter(Boolean));
  }

  function problem(text) {
    return sunwai.el("p", { class: "bulk-problem tone-bad", role: "alert" }, text);
  }

  let made = 0;

  function field(label, entry, hint) {
    made += 1;
    entry.id = `bulk-field-${made}`;
    const told = hint ? sunwai.el("span", { class: "hint", id: `${entry.id}-hint` }, hint) : null;
    if (told) entry.setAttribute("aria-describedby", told.id);
    return sunwai.el("div", { class: "field" }, sunwai.el("label", { for: entry.id }, label), entry, told);
  }

  function chooser(name, first, options) {
    const told = options.map(([value, text]) => sunwai.el("option", { value }, text));
    return sunwai.el("select", { name, required: true }, sunwai.el("option", { value: "" }, first), ...told);
  }

  /** Tells what came of it to somebody who shut the dialog before the answer was there. */
  function tellLater(sentences, groups) {
    const lines = groups.map(([sentence, n]) => `${n} · ${sentence}`);
    sunwai.toast([...sentences, ...lines].filter(Boolean).join(" "), groups.length ? "warn" : "good");
    sunwai.redraw();
  }

  function listed(heading, groups) {
    if (groups.length === 0) return null;
    const lines = groups.map(([sentence, n]) => sunwai.el("li", {}, sunwai.el("bdi", {}, String(n)), " · ", sentence));
    return sunwai.el("div", {}, sunwai.el("h3", {}, heading), sunwai.el("ul", { class: "bulk-left" }, ...lines));
  }

  // -------------------------------------------------------------------------------- the ground

  function ground(verdict) {
    const told = sunwai.bulk.told();
    if (verdict === "remove") {
      const text = sunwai.el("textarea", { name: "reason_text", rows: 2, maxlength: 2000, dir: "auto" });
      const hint = sunwai.t("{code} needs 15 characters or more, and a second officer.", { code: told.free });
      return [
        field(sunwai.t("Reason code"), chooser("reason", sunwai.t("Choose a code"), told.reasons)),
        field(sunwai.t("Written reason"), text, hint),
      ];
    }
    const office = sunwai.el("input", { name: "office", maxlength: 200, dir: "auto", autocomplete: "off" });
    const where = sunwai.el("input", { name: "place", maxlength: 200, dir: "auto", autocomplete: "off" });
    return [
      field(sunwai.t("Theme"), chooser("theme", sunwai.t("Choose a theme"), told.themes)),
      field(sunwai.t("Office"), office),
      field(sunwai.t("Place"), where),
    ];
  }

  sunwai.bulk.ask = function (verdict) {
    if (open || sunwai.bulk.chosen.size === 0) return;
    const words = WORDS[verdict];
    const box = dialog(words.title());
    const items = [...sunwai.bulk.chosen.values()].map(({ id, revision, expected }) => ({ id, revision, expected }));
    const asked = { verdict, key: sunwai.newKey() };
    if (verdict === "keep") return check(box, asked, items, null);
    const foot = sunwai.el("div", { class: "form-foot" }, button(sunwai.t("Check"), null, "primary"), cancel(box));
    const form = sunwai.el("form", {}, ...ground(verdict), foot);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      check(box, { ...asked, ...Object.fromEntries(new FormData(form)) }, items, form);
    });
    show(box, form);
    form.querySelector("select").focus();
  };

  sunwai.newKey = sunwai.newKey || (() => {
    const numbers = window.crypto.getRandomValues(new Uint32Array(3));
    return `bulk-${[...numbers].map((n) => n.toString(36)).join("")}`;
  });

  // -------------------------------------------------------------------------------- check, do, undo

  function failed(box, error, again) {
    const refused = error instanceof Refused;
    const text = refused ? error.message : sunwai.t("The server could not be reached. Try again: nothing is done twice.");
    if (!box.all.open) {
      sunwai.toast(text, "bad");
      return sunwai.redraw();
    }
    const retry = button(sunwai.t("Try again"), again, "primary");
    show(box, problem(text), sunwai.el("div", { class: "form-foot" }, retry, cancel(box)));
    return retry.focus();
  }

  function waiting(box, text) {
    show(box, sunwai.el("p", { role: "status" }, text));
  }

  async function check(box, asked, items, form) {
    waiting(box, sunwai.t("The rules are asked about each comment…"));
    let answers;
    try {
      answers = await send("/api/grid/check", bodies(asked, items));
    } catch (error) {
      return box.all.open && failed(box, error, () => (form ? show(box, form) : check(box, asked, items, null)));
    }
    if (!box.all.open) return undefined; // nothing was decided, and nobody asks any more
    const fits = sum(answers, "fits");
    const proposals = sum(answers, "proposals");
    const go = button(WORDS[asked.verdict].go(fits), () => act(box, asked, items), asked.verdict === "remove" ? "danger" : "primary");
    go.disabled = fits === 0;
    const will = sunwai.tn("{n} of {all} chosen will be decided.", "{n} of {all} chosen will be decided.", fits, { all: items.length });
    const second = proposals === 0 ? null : sunwai.el("p", {}, sunwai.tn("{n} of them waits for a second officer.", "{n} of them wait for a second officer.", proposals));
    show(
      box,
      sunwai.el("p", { role: "status" }, will),
      asked.reason ? sunwai.el("p", {}, sunwai.t("Ground: {code}", { code: asked.reason })) : null,
      second,
      listed(sunwai.t("Left out"), leftOut(answers, "left_out")),
      sunwai.el("div", { class: "form-foot" }, go, cancel(box)),
    );
    return (fits === 0 ? box.heading : go).focus();
  }

  async function act(box, asked, items) {
    waiting(box, sunwai.t("Each decision is recorded…"));
    let answers;
    box.all.sunwaiDone = true; // even if no answer comes: some may be recorded then
    try {
      answers = await send("/api/grid/bulk", bodies(asked, items));
    } catch (error) {
      return failed(box, error, () => act(box, asked, items));
    }
    const decisions = answers.flatMap((a) => a.done);
    for (const id of answers.flatMap((a) => a.ids)) sunwai.bulk.chosen.delete(id);
    sunwai.bulk.refresh();
    const proposals = sum(answers, "proposals");
    const done = WORDS[asked.verdict].done(decisions.length - proposals);
    const second = proposals === 0 ? null : sunwai.tn("{n} is proposed and waits for a second officer.", "{n} are proposed and wait for a second officer.", proposals);
    const not = leftOut(answers, "not_done");
    if (!box.all.open) return tellLater([done, second], not);
    const undo = button(sunwai.t("Undo"), () => takeBack(box, decisions, `${asked.key}-undo`), "plain");
    undo.disabled = decisions.length === 0;
    show(
      box,
      sunwai.el("p", { role: "status", class: "bulk-done" }, done),
      second && sunwai.el("p", {}, second),
      listed(sunwai.t("Not done"), not),
      sunwai.el("div", { class: "form-foot" }, close(box), undo),
    );
    return box.heading.focus();
  }

  async function takeBack(box, decisions, key) {
    waiting(box, sunwai.t("Each decision is taken back…"));
    const most = sunwai.bulk.told().most;
    const newest = [...decisions].sort((a, b) => b - a);
    let answers;
    try {
      answers = await send("/api/grid/undo", parts(newest, most).map((part, i) => ({ key: `${key}-${i}`, decisions: part })));
    } catch (error) {
      return failed(box, error, () => takeBack(box, decisions, key));
    }
    const back = sunwai.tn("{n} decision is taken back.", "{n} decisions are taken back.", sum(answers, "done"));
    const not = leftOut(answers, "not_done");
    if (!box.all.open) return tellLater([back], not);
    show(
      box,
      sunwai.el("p", { role: "status" }, back),
      listed(sunwai.t("Not done"), not),
      sunwai.el("div", { class: "form-foot" }, close(box)),
    );
    return box.heading.focus();
  }
})(window.sunwai);
