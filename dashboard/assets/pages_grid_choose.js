/* Rows that can be chosen: boxes, the bar that says how many, keys. What is chosen stays chosen from
   page to page of one list, and is forgotten when the list becomes another one. */
"use strict";

(function (sunwai) {
  const chosen = new Map(); // comment id -> what a decision must name
  let list = null; // which list the choice belongs to
  let place = null; // the open page's [data-bulk]

  sunwai.bulk = { chosen, told: () => JSON.parse(place.getAttribute("data-bulk")), refresh };

  function listNow(told) {
    const asked = new URLSearchParams(window.location.search);
    asked.delete("after");
    asked.delete("page");
    return `${window.location.pathname}?${asked}#${told.group}`;
  }

  function rows() {
    return place ? [...place.querySelectorAll("tr[data-choose]")] : [];
  }

  const item = (row) => JSON.parse(row.getAttribute("data-choose"));
  const box = (row) => row.querySelector("input[type=checkbox]");

  function choose(row, on) {
    const one = item(row);
    if (on) chosen.set(one.id, one);
    else chosen.delete(one.id);
  }

  // -------------------------------------------------------------------------------- the bar

  function bar() {
    const keep = button(sunwai.t("Keep"), () => sunwai.bulk.ask("keep"), "plain");
    const remove = button(sunwai.t("Remove…"), () => sunwai.bulk.ask("remove"), "danger");
    const file = button(sunwai.t("Send to complaints…"), () => sunwai.bulk.ask("complaint"), "plain");
    const copies = button(sunwai.t("Choose all copies"), chooseCopies, "plain");
    const none = button(sunwai.t("Choose none"), chooseNone, "quiet");
    const said = sunwai.el("span", { class: "bulk-said", role: "status" });
    const made = { keep, remove, file, copies, none, said };
    const buttons = sunwai.el("div", { class: "bulk-buttons" }, keep, remove, file, copies, none);
    const name = sunwai.t("What to do with the chosen comments");
    made.all = sunwai.el("div", { class: "bulk-bar", role: "group", "aria-label": name }, said, buttons);
    return made;
  }

  function button(text, run, kind) {
    return sunwai.el("button", { type: "button", class: `button button-${kind}`, onclick: run }, text);
  }

  function words() {
    if (chosen.size === 0) return sunwai.t("Nothing is chosen.");
    const all = sunwai.tn("{n} comment is chosen.", "{n} comments are chosen.", chosen.size);
    const alone = [...chosen.values()].filter((one) => one.protected).length;
    if (alone === 0) return all;
    const shielded = sunwai.tn("{n} is protected and is decided alone.", "{n} are protected and are decided alone.", alone);
    return `${all} ${shielded}`;
  }

  function refresh() {
    if (!place || !place.sunwaiBar) return;
    const parts = place.sunwaiBar;
    for (const row of rows()) {
      const on = chosen.has(item(row).id);
      box(row).checked = on;
      row.classList.toggle("is-chosen", on);
    }
    const here = rows();
    const on = here.filter((row) => chosen.has(item(row).id)).length;
    const all = place.querySelector(".choose-all");
    if (all) {
      all.checked = on > 0 && on === here.length;
      all.indeterminate = on > 0 && on < here.length;
    }
    parts.said.textContent = words();
    const nothing = chosen.size === 0;
    parts.all.classList.toggle("is-empty", nothing);
    for (const one of [parts.keep, parts.remove, parts.file, parts.none]) one.disabled = nothing;
    parts.copies.disabled = nothing && !sunwai.bulk.told().group;
  }

  function chooseNone() {
    chosen.clear();
    refresh();
    const first = place.querySelector(".choose-all");
    if (first) first.focus();
  }

  /** All copies of each chosen comment; on the page of one group, all of the group. */
  async function chooseCopies() {
    const group = sunwai.bulk.told().group;
    const asked = group ? [{ group }] : [...chosen.keys()].slice(0, 20).map((comment) => ({ comment }));
    const before = chosen.size;
    const asking = list;
    const found = [];
    let more = false;
    try {
      for (const body of asked) {
        const got = await sunwai.post("/api/grid/copies", body);
        if (got.status === 401) return sunwai.goToSignIn();
        if (got.status >= 300) return sunwai.toast(got.body.error, "bad");
        found.push(...got.body.items);
        more = more || got.body.more;
      }
    } catch (error) {
      return sunwai.toast(sunwai.t("The server could not be reached. Nothing was chosen."), "bad");
    }
    if (asking !== list) return undefined; // they belong to a list that was left meanwhile
    for (const one of found) chosen.set(one.id, one);
    refresh();
    const added = chosen.size - before;
    if (more) sunwai.toast(sunwai.t("There are more copies than can be chosen at once: decide these first."), "warn");
    else if (added === 0) sunwai.toast(sunwai.t("There are no other copies to decide."), "info");
    else sunwai.toast(sunwai.tn("{n} copy more is chosen.", "{n} copies more are chosen.", added), "info");
  }

  // -------------------------------------------------------------------------------- the boxes

  let last = null; // the row clicked before: Shift chooses all between

  function clicked(event, row) {
    const on = event.target.checked;
    const here = rows();
    const from = last ? here.indexOf(last) : -1;
    const to = here.indexOf(row);
    const span = event.shiftKey && from >= 0 ? here.slice(Math.min(from, to), Math.max(from, to) + 1) : [row];
    for (const one of span) choose(one, on);
    last = row;
    refresh();
  }

  function boxFor(row) {
    const text = row.querySelector(".comment-text");
    const start = (text ? text.textContent : "").trim().slice(0, 60);
    const label = sunwai.t("Choose: {text}", { text: start });
    return sunwai.el("input", { type: "checkbox", "aria-label": label, onclick: (event) => clicked(event, row) });
  }

  function boxForAll() {
    const run = (event) => {
      for (const row of rows()) choose(row, event.target.checked);
      refresh();
    };
    return sunwai.el("input", { type: "checkbox", class: "choose-all", "aria-label": sunwai.t("Choose all on this page"), onclick: run });
  }

  function draw(found) {
    if (found.sunwaiBar) return;
    place = found;
    last = null;
    const told = sunwai.bulk.told();
    if (list !== listNow(told)) chosen.clear();
    list = listNow(told);
    for (const row of rows()) row.querySelector("td.choose").append(boxFor(row));
    const head = found.querySelector("th.choose");
    if (head && rows().length > 0) {
      const words = sunwai.el("span", { class: "choose-words", "aria-hidden": "true" }, sunwai.t("Choose all on this page"));
      head.append(boxForAll(), words);
    }
    found.sunwaiBar = bar();
    found.append(found.sunwaiBar.all);
    refresh();
  }

  function drawAll(root) {
    const found = [...root.querySelectorAll("[data-bulk]")];
    if (root.matches && root.matches("[data-bulk]")) found.push(root);
    found.forEach(draw);
  }

  // -------------------------------------------------------------------------------- keys

  const TYPED = "textarea, select, input:not([type=checkbox]), [contenteditable]";

  function current() {
    const here = document.activeElement && document.activeElement.closest("tr[data-choose]");
    return rows().indexOf(here);
  }

  function goTo(index) {
    const row = rows()[Math.max(0, Math.min(index, rows().length - 1))];
    if (!row) return;
    box(row).focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    if (!place || !place.isConnected || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]") || event.target.closest(TYPED)) return;
    if (sunwai.bulk.told().keys === "off") return;
    const at = current();
    if (event.key === "j") goTo(at + 1);
    else if (event.key === "k") goTo(at - 1);
    else if (event.key === "x" && at >= 0) box(rows()[at]).click();
    else if (event.key === "X" && at >= 0) {
      choose(rows()[at], true);
      chooseCopies();
    } else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", pressed);
  sunwai.whenReady(() => sunwai.whenDrawn("data-bulk", drawAll));
})(window.sunwai);
