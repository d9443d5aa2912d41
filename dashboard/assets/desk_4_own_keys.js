/* The keys of the desk: which act a pressed key does, the list of keys, and an officer's own. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const URDU_DIGITS = "۰۱۲۳۴۵۶۷۸۹";
  const ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩";

  /** What the acts are called. */
  function names() {
    return {
      keep: sunwai.t("keep"),
      remove: sunwai.t("remove, then 1-8: with that code; 9 or x: with OM-5-X"),
      split: sunwai.t("split: remove the remark, file the complaint"),
      complaint: sunwai.t("send to complaints"),
      escalate: sunwai.t("escalate: ask for a second look"),
      wait: sunwai.t("wait: put it off"),
      undo: sunwai.t("undo, up to 20"),
      next: sunwai.t("next, without deciding"),
      previous: sunwai.t("previous, without deciding"),
      select: sunwai.t("select; with Shift: select all its copies"),
      open: sunwai.t("open on the platform"),
      old: sunwai.t("the text before the edit"),
      history: sunwai.t("history and thread"),
      policy: sunwai.t("policy"),
      search: sunwai.t("search"),
      help: sunwai.t("this list"),
    };
  }

  /** A pressed key as one character that means the same on every keyboard. */
  function plain(event) {
    if (event.key.length !== 1) return event.key;
    const digit = Math.max(URDU_DIGITS.indexOf(event.key), ARABIC_DIGITS.indexOf(event.key));
    if (digit >= 0) return String(digit);
    return event.key === "؟" ? "?" : event.key.toLowerCase();
  }

  /** The letter that stands at the pressed place on a Latin keyboard; for other layouts. */
  function physical(event) {
    const found = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code || "");
    if (found) return (found[1] || found[2]).toLowerCase();
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return "";
  }

  class Keys {
    constructor(own, on) {
      this.take(own, on);
    }

    take(own, on) {
      this.own = own;
      this.on = on;
      this.acts = Object.fromEntries(Object.entries(own).map(([act, key]) => [key, act]));
    }

    are(own, on) {
      return on === this.on && Object.entries(own).every(([act, key]) => this.own[act] === key);
    }

    of(act) {
      return this.own[act];
    }

    /** {key, act, shift} of an event; act is undefined for a key that does nothing here. */
    read(event) {
      const key = plain(event);
      const latin = key.length === 1 && key.charCodeAt(0) < 128;
      const there = latin ? key : physical(event);
      const act = this.acts[key] || (latin ? undefined : this.acts[there]);
      // What a window hears: digits and letters of the place, whatever the layout.
      return { key: latin ? key : there || key, act: act, shift: event.shiftKey };
    }
  }

  function row(act, name, own) {
    const input = el("input", { type: "text", class: "key-input", maxlength: "1", size: "2",
      autocomplete: "off", spellcheck: "false", value: own, dir: "ltr", "data-act": act });
    input.addEventListener("focus", () => input.select());
    return el("label", { class: "key-row" }, input, el("span", {}, name));
  }

  function listed(keys) {
    const fixed = [
      [sunwai.t("Space"), sunwai.t("hold: show masked words")],
      [sunwai.t("Esc"), sunwai.t("close a window or a notice, let a selection go")],
    ];
    const own = Object.entries(names()).map(([act, name]) => [keys.of(act), name]);
    return [...own, ...fixed].map(([key, does]) =>
      el("div", { class: "key-row" }, el("kbd", {}, el("bdi", {}, key)), el("span", {}, does)));
  }

  /** `?`: all keys, one's own keys, and the switch that turns single keys off (WCAG 2.1.4).
      `kept(keys, on)` is given what the server has kept. */
  sunwai.showKeys = function (keys, standard, kept) {
    const said = el("p", { class: "quiet small", role: "status" });
    const box = el("input", { type: "checkbox", id: "keys-on" });
    box.checked = keys.on;
    const list = el("div", { class: "key-list" }, ...listed(keys));
    const change = el("button", { type: "button", class: "button" }, sunwai.t("Change the keys"));
    const save = el("button", { type: "button", class: "button button-primary" }, sunwai.t("Save the keys"));
    const reset = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Standard keys"));
    const tools = el("div", { class: "key-tools" }, change);

    const sent = async (own, on) => {
      const answer = await sunwai.post("/api/queue/keys", { keys: own, on: on }).catch(() => null);
      if (!answer || answer.status !== 200) {
        said.textContent = answer && answer.body.error
          ? answer.body.error : sunwai.t("The server cannot be reached just now.");
        said.className = "small tone-bad";
        return false;
      }
      kept(answer.body.keys, answer.body.on);
      said.textContent = sunwai.t("Kept for you on the server.");
      said.className = "small tone-good";
      return true;
    };
    // One after the other: what was chosen last is what stays.
    let line = Promise.resolve();
    const send = (own, on) => {
      line = line.then(() => sent(own, on));
      return line;
    };
    const show = () => {
      list.replaceChildren(...listed(keys));
      tools.replaceChildren(change);
    };
    const edit = (own) => {
      const rows = Object.entries(names()).map(([act, name]) => row(act, name, own[act]));
      list.replaceChildren(...rows);
      tools.replaceChildren(save, reset);
      rows[0].querySelector("input").focus();
    };
    change.addEventListener("click", () => edit(keys.own));
    reset.addEventListener("click", () => edit(standard));
    save.addEventListener("click", async () => {
      const inputs = [...list.querySelectorAll("input[data-act]")];
      const own = Object.fromEntries(inputs.map((i) => [i.dataset.act, i.value]));
      if (await send(own, keys.on)) show();
    });
    box.addEventListener("change", () => {
      kept(keys.own, box.checked); // at once: a switch that waits for a server is none
      send(keys.own, box.checked);
    });
    const body = el("div", { class: "window-body" }, list, tools,
      el("label", { class: "check" }, box,
        sunwai.t("Single keys are on. Switched off, no letter alone does anything; every button still works.")),
      said);
    sunwai.openWindow(sunwai.t("Keys"), body, { wide: true, focus: change });
  };

  sunwai.Keys = Keys;
})(window.sunwai);
