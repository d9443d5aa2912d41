/* Bringing in an export file: drop it, look at what it is, then take it or leave it.
   Names and texts of the file are only ever put in as text. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const count = (n) => Number(n).toLocaleString("en");

  function pad(n) {
    return String(n).padStart(2, "0");
  }

  /** An instant as a datetime-local field wants it, in the organisation's zone ("+0500"). */
  function local(milliseconds, zone) {
    const sign = zone.startsWith("-") ? -1 : 1;
    const minutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
    const d = new Date(milliseconds + minutes * 60000);
    const day = `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}`;
    return `${day}T${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`;
  }

  const zoned = (value, zone) => (value ? `${value}:00${zone.slice(0, 3)}:${zone.slice(3)}` : "");

  function labelled(text, entry, hint) {
    entry.id = `import-${entry.name}`;
    const more = hint ? el("span", { class: "hint" }, hint) : null;
    return el("div", { class: "field" }, el("label", { for: entry.id }, text), entry, more);
  }

  // ------------------------------------------------------------------------------ choosing

  function choose(place) {
    const zone = place.getAttribute("data-zone");
    const sources = JSON.parse(place.getAttribute("data-sources"));
    const file = el("input", { type: "file", name: "file", accept: ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx" });
    const source = el("select", { name: "source" }, ...sources.map(([v, t]) => el("option", { value: v }, t)));
    const captured = el("input", { type: "datetime-local", name: "captured" });
    const post = el("input", { name: "post", maxlength: 200, autocomplete: "off" });
    const say = el("output", { class: "form-answer" });
    const bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": "Upload" });
    const button = el("button", { type: "submit", class: "button button-primary" }, "Look at the file");
    const drop = el(
      "div",
      { class: "drop" },
      labelled("Drop an export file here, or choose one", file, "CSV, XLSX, JSON or JSON lines of a known export tool. Nothing is kept before you say so."),
    );
    const form = el(
      "form",
      { class: "import-form" },
      drop,
      el(
        "div",
        { class: "fields" },
        labelled("Source", source),
        labelled("File made at", captured, "Filled from the file's own date; correct it if you know better."),
        labelled("Post id", post, "Only for tools that leave out which post or video the file is about."),
      ),
      el("div", { class: "form-foot" }, button, bar, say),
    );
    const problem = (text) => {
      say.textContent = text;
      say.className = "form-answer tone-bad";
    };
    const chosen = () => {
      const one = file.files[0];
      if (one) captured.value = local(Math.min(one.lastModified, Date.now()), zone);
      say.textContent = "";
    };
    file.addEventListener("change", chosen);
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files.length === 0) return;
      file.files = event.dataTransfer.files;
      chosen();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const one = file.files[0];
      const most = Number(place.getAttribute("data-most"));
      if (!one) return problem("Choose a file first.");
      if (one.size > most) {
        return problem(`The file has ${count(Math.ceil(one.size / 1048576))} MB; at most ${count(most / 1048576)} MB come in this way. Use: sunwai import FILE`);
      }
      const told = { source: source.value, captured: zoned(captured.value, zone), post: post.value };
      button.disabled = true;
      bar.hidden = false;
      say.textContent = "";
      const answer = await upload(one, told, (share) => (bar.value = share));
      button.disabled = false;
      bar.hidden = true;
      if (answer.status === 401) return sunwai.goToSignIn();
      if (answer.status !== 200) return problem(answer.body.error || "The file could not be sent. Nothing was kept.");
      look(place, answer.body, told);
    });
    place.replaceChildren(form);
  }

  function upload(file, told, progress) {
    const body = new FormData();
    for (const [name, value] of Object.entries(told)) body.append(name, value);
    body.append("file", file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/api/import");
      request.setRequestHeader("X-CSRFToken", sunwai.token());
      request.upload.addEventListener("progress", (e) => progress(e.lengthComputable ? e.loaded / e.total : null));
      const done = () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch (error) {
          answer = {};
        }
        resolve({ status: request.status, body: answer });
      };
      request.addEventListener("load", done);
      request.addEventListener("error", () => resolve({ status: 0, body: { error: "The server could not be reached. Nothing was kept." } }));
      request.send(body);
    });
  }

  // ------------------------------------------------------------------------------ looking

  function table(caption, heads, rows) {
    return el(
      "div",
      { class: "table-wrap", tabindex: 0, role: "region", "aria-label": caption },
      el(
        "table",
        { class: "table" },
        el("caption", { class: "sr-only" }, caption),
        el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))),
        el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))),
      ),
    );
  }

  function words(text) {
    const pieces = text.segments.map((s) => (s.kind === "handle" ? el("bdi", {}, s.text) : s.text));
    return el("div", { class: "comment-text", dir: text.dir, lang: text.lang }, ...pieces, text.more ? "…" : "");
  }

  function commentRow(c) {
    const kinds = [c.reply ? "reply" : "", c.ours ? "our own" : ""].filter(Boolean).join(", ");
    const zone = document.getElementById("import").getAttribute("data-zone");
    const at = c.posted_at ? local(Date.parse(c.posted_at), zone).replace("T", " ") : "not told";
    const exact = c.precision === "second" || c.precision === "minute" ? "" : ` (${c.precision})`;
    return [String(c.row), at + exact, words(c.text), kinds];
  }

  const list = (texts, tone) =>
    texts.length ? el("ul", { class: `banner tone-${tone} lines` }, ...texts.map((t) => el("li", {}, t))) : null;
  const rowErrors = (errors) => list(errors.map((e) => `Row ${e.row}: ${e.reason}`), "bad");

  function look(place, found, told) {
    const say = el("output", { class: "form-answer" });
    const take = el("button", { type: "button", class: "button button-primary" }, `Import into ${found.source}`);
    const leave = el("button", { type: "button", class: "button button-plain" }, "Leave it");
    take.addEventListener("click", async () => {
      take.disabled = leave.disabled = true;
      say.textContent = "Importing…";
      try {
        const answer = await sunwai.post(`/api/import/${found.token}/confirm`, told);
        if (answer.status === 401) return sunwai.goToSignIn();
        if (answer.status === 200) return result(place, found, answer.body);
        say.textContent = answer.body.error;
      } catch (error) {
        say.textContent = "The server could not be reached. Look at the sweeps below before you try again.";
      }
      say.className = "form-answer tone-bad";
      leave.disabled = false;
    });
    leave.addEventListener("click", () => {
      sunwai.post(`/api/import/${found.token}/cancel`, {});
      choose(place);
    });
    const columns = found.columns.map(([name, became, sample]) => [el("bdi", {}, name), became, el("bdi", { class: "sample" }, sample)]);
    const heading = el("h3", { tabindex: -1 }, "This is ", el("strong", {}, found.title));
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, "File ", el("bdi", { class: "file-name" }, found.name), `, read as ${found.encoding}. First rows below; nothing is kept yet.`),
      list(found.warnings, "warn") || "",
      rowErrors(found.errors) || "",
      table("The first comments of the file", ["Row", "Posted", "Text", ""], found.comments.map(commentRow)),
      el("details", {}, el("summary", {}, `What each of ${found.columns.length} columns becomes`), table("Columns of the file", ["Column", "Becomes", "First value"], columns)),
      el("div", { class: "form-foot" }, take, leave, say),
    );
    heading.focus();
  }

  // ------------------------------------------------------------------------------ the result

  function result(place, found, done) {
    const counts = [
      ["Read", done.read],
      ["New", done.new],
      ["Revised", done.revised],
      ["Unchanged", done.unchanged],
      ["Rejected", done.rejected],
    ];
    const tiles = counts.map(([name, n]) =>
      el("div", { class: "tile tone-plain" }, el("span", { class: "tile-label" }, name), el("span", { class: "tile-value" }, count(n))),
    );
    const again = el("button", { type: "button", class: "button button-plain" }, "Bring in another file");
    again.addEventListener("click", () => {
      choose(place);
      sunwai.redraw();
    });
    const rows = done.rejected_csv ? el("a", { href: done.rejected_csv, download: "", class: "button button-plain" }, "Rejected rows as CSV") : "";
    const heading = el("h3", { tabindex: -1 }, done.already ? "This file is in already" : "The file is in");
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, el("bdi", { class: "file-name" }, found.name), ` into ${found.source}, sweep ${done.sweep}`),
      el("div", { class: "tiles" }, ...tiles),
      list(done.warnings, "warn") || "",
      rowErrors(done.errors) || "",
      el("div", { class: "form-foot" }, again, rows),
    );
    heading.focus();
  }

  function drawAll(root) {
    const place = root.id === "import" ? root : root.querySelector("#import");
    if (place && place.childElementCount === 0 && place.hasAttribute("data-sources")) choose(place);
  }

  sunwai.whenReady(() => sunwai.whenDrawn("data-sources", drawAll));
})(window.sunwai);
