/* Forms that drawing/fields.py describes as data: filters that change the page's address, and
   buttons that POST. Everything is put in as text, never as markup. */
"use strict";

(function (sunwai) {
  let made = 0;

  /** A text cut at its names, each replaced by an element or a text: woven(t("File {name}"), {name}). */
  sunwai.woven = function (text, pieces) {
    return text
      .split(/\{(\w+)\}/)
      .map((part, i) => (i % 2 === 1 && part in pieces ? pieces[part] : part))
      .filter((part) => part !== "");
  };

  /** Goes to an address of ours without loading the program anew. */
  sunwai.goTo = function (href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };

  /** Draws the open page anew, with what the server holds now. */
  sunwai.redraw = function () {
    window.dash_clientside.set_props("_pages_location", { search: window.location.search });
  };

  function valuesOf(field) {
    return Array.isArray(field.value) ? field.value : [field.value];
  }

  function chooser(field, id) {
    const many = field.kind === "many";
    const options = field.options.map(([value, text]) =>
      sunwai.el("option", { value, selected: valuesOf(field).includes(value) }, text),
    );
    const size = many ? Math.min(field.options.length, 5) : null;
    return sunwai.el("select", { id, name: field.name, multiple: many, size }, ...options);
  }

  function area(field, id) {
    const given = { id, name: field.name, rows: 3, maxlength: field.longest, dir: "auto" };
    return sunwai.el("textarea", { ...given, required: field.needed }, field.value);
  }

  const TYPES = { date: "date", number: "number", search: "search", instant: "datetime-local" };

  function input(field, id) {
    return sunwai.el("input", {
      id,
      name: field.name,
      type: TYPES[field.kind] || "text",
      value: field.value || null,
      maxlength: field.longest,
      required: field.needed,
      autocomplete: "off",
      dir: field.kind === "text" || field.kind === "search" ? "auto" : null,
    });
  }

  function drawField(field) {
    if (field.kind === "hidden") {
      return valuesOf(field).map((value) =>
        sunwai.el("input", { type: "hidden", name: field.name, value }),
      );
    }
    made += 1;
    const id = `field-${made}`;
    const chooses = field.kind === "choice" || field.kind === "many";
    const entry = chooses ? chooser(field, id) : field.kind === "area" ? area(field, id) : input(field, id);
    const hint = field.hint ? sunwai.el("span", { class: "hint", id: `${id}-hint` }, field.hint) : null;
    if (hint) entry.setAttribute("aria-describedby", hint.id);
    const label = sunwai.el("label", { for: id }, field.label);
    return [sunwai.el("div", { class: field.wide ? "field wide" : "field" }, label, entry, hint)];
  }

  function fold(told) {
    if (told.more.length === 0) return null;
    const used = told.more.some((f) => f.kind !== "hidden" && valuesOf(f).some((v) => v !== ""));
    const fields = told.more.flatMap(drawField);
    const inside = sunwai.el("div", { class: "fields" }, ...fields);
    return sunwai.el("details", { open: used }, sunwai.el("summary", {}, sunwai.t("More filters")), inside);
  }

  function draw(place, told) {
    const tone = told.look === "filters" ? "primary" : told.tone;
    const send = sunwai.el("button", { type: "submit", class: `button button-${tone}` }, told.submit);
    const fields = told.fields.filter((f) => f.kind !== "hidden").flatMap(drawField);
    const hidden = told.fields.filter((f) => f.kind === "hidden").flatMap(drawField);
    const clear =
      told.look === "filters"
        ? sunwai.el("button", { type: "button", class: "button button-quiet", onclick: () => sunwai.goTo(told.action) }, sunwai.t("Clear"))
        : null;
    const answer = sunwai.el("output", { class: "form-answer" });
    const foot = sunwai.el("div", { class: "form-foot" }, send, clear, answer);
    const shown = fields.length ? sunwai.el("div", { class: "fields" }, ...fields) : null;
    const form = sunwai.el("form", {}, hidden, shown, fold(told), foot);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (told.method === "get") show(form, told);
      else send_(form, told, send, answer);
    });
    place.replaceChildren(form);
  }

  /** A filter form: its filled fields become the page's address. */
  function show(form, told) {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") asked.append(name, value);
    const query = asked.toString();
    sunwai.goTo(query ? `${told.action}?${query}` : told.action);
  }

  function body(form) {
    const found = {};
    for (const [name, value] of new FormData(form)) found[name] = value;
    return found;
  }

  async function send_(form, told, button, answer) {
    if (told.confirm && !window.confirm(told.confirm)) return;
    button.disabled = true;
    answer.textContent = "…";
    try {
      const got = await sunwai.post(told.action, body(form));
      if (got.status === 401) return sunwai.goToSignIn();
      const good = got.status < 300;
      const say = good ? got.body.told || sunwai.t("Done.") : got.body.error || sunwai.t("The server refused this.");
      answer.textContent = told.stay || !good ? say : "";
      answer.className = `form-answer tone-${got.body.tone || (good ? "good" : "bad")}`;
      if (!told.stay) sunwai.toast(say, good ? got.body.tone || "good" : "bad");
      if (good && !told.stay) sunwai.redraw();
    } catch (error) {
      answer.textContent = sunwai.t("The server could not be reached. Nothing was done; try again.");
      answer.className = "form-answer tone-bad";
    } finally {
      button.disabled = false;
    }
  }

  // -------------------------------------------------------------------------------- finding them

  function drawAll(root) {
    const places = [...root.querySelectorAll("[data-form]")];
    if (root.matches && root.matches("[data-form]")) places.push(root);
    for (const place of places) {
      const text = place.getAttribute("data-form");
      if (place.sunwaiForm === text) continue;
      place.sunwaiForm = text;
      draw(place, JSON.parse(text));
    }
  }

  /** Calls back for every element that comes into the page or whose description changed. */
  sunwai.whenDrawn = function (attribute, run) {
    const watcher = new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") run(change.target);
        for (const added of change.addedNodes) if (added.nodeType === 1) run(added);
      }
    });
    watcher.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: [attribute] });
    run(document.body);
  };

  /** Runs once the document is there. */
  sunwai.whenReady = function (run) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
    else run();
  };

  // ------------------------------------------------------------------------------------ countdown

  function left(until) {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds <= 0) return sunwai.t("hold is over");
    const minutes = Math.floor(seconds / 60);
    if (minutes > 0) return sunwai.t("{minutes} min {seconds} s left", { minutes, seconds: seconds % 60 });
    return sunwai.t("{seconds} s left", { seconds });
  }

  function tick() {
    for (const place of document.querySelectorAll("[data-until]")) {
      const text = left(Date.parse(place.getAttribute("data-until")));
      const inner = place.firstElementChild || place;
      if (inner.textContent !== text) inner.textContent = text;
    }
    if (window.location.pathname === "/outbox") lookAgain();
  }

  const LOOK_AGAIN = 10; // seconds after which a page with an ended hold asks how it went on
  let waited = 0;

  /** Draws the outbox anew while a hold is over there and nobody is in the middle of something. */
  function lookAgain() {
    const over = [...document.querySelectorAll("article [data-until]")].some((p) => Date.parse(p.getAttribute("data-until")) <= Date.now());
    const busy = document.hidden || document.querySelector("article details[open]") || document.querySelector("article form :focus");
    waited = over && !busy ? waited + 1 : 0;
    if (waited < LOOK_AGAIN) return;
    waited = 0;
    sunwai.redraw();
  }

  sunwai.whenReady(() => {
    sunwai.whenDrawn("data-form", drawAll);
    window.setInterval(tick, 1000);
  });
})((window.sunwai = window.sunwai || {}));
