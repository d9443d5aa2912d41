/* Bringing in an export file: drop it, look at what it is, then take it or leave it.
   Names and texts of the file are only ever put in as text. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const count = (n) => sunwai.number(Number(n));

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

  const fileName = (name) => el("bdi", { class: "file-name" }, name);

  function labelled(text, entry, hint) {
    entry.id = `import-${entry.name}`;
    const more = hint ? el("span", { class: "hint" }, hint) : null;
    return el("div", { class: "field" }, el("label", { for: entry.id }, text), entry, more);
  }

  // ------------------------------------------------------------------------------ choosing

  function choose(place) {
    const zone = place.getAttribute("data-zone");
    const sources = JSON.parse(place.getAttribute("data-sources"));
    const file = el("input", { type: "file", name: "file", accept: ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx,.zip,.gz" });
    const source = el("select", { name: "source" }, ...sources.map(([v, t]) => el("option", { value: v }, t)));
    const captured = el("input", { type: "datetime-local", name: "captured" });
    const post = el("input", { name: "post", maxlength: 500, autocomplete: "off" });
    const pages = JSON.parse(place.getAttribute("data-encodings"));
    const encoding = el("select", { name: "encoding" }, ...pages.map(([v, t]) => el("option", { value: v }, t)));
    const say = el("output", { class: "form-answer" });
    const bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": sunwai.t("Upload") });
    const button = el("button", { type: "submit", class: "button button-primary" }, sunwai.t("Look at the file"));
    const drop = el(
      "div",
      { class: "drop" },
      labelled(
        sunwai.t("Drop an export file here, or choose one"),
        file,
        sunwai.t("CSV, XLSX, JSON or JSON lines, also in a ZIP. Of an unknown file you say what its columns are. Nothing is kept before you say so."),
      ),
    );
    const form = el(
      "form",
      { class: "import-form" },
      drop,
      el(
        "div",
        { class: "fields" },
        labelled(sunwai.t("Source"), source),
        labelled(sunwai.t("File made at"), captured, sunwai.t("Filled from the file's own date; correct it if you know better.")),
        labelled(sunwai.t("Post"), post, sunwai.t("Id or address; only for tools that leave out which post or video the file is about.")),
        labelled(sunwai.t("Code page"), encoding, sunwai.t("Only for a file that is not UTF-8.")),
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
      if (!one) return problem(sunwai.t("Choose a file first."));
      if (one.size > most) {
        const sizes = { size: count(Math.ceil(one.size / 1048576)), most: count(most / 1048576), command: "sunwai import FILE" };
        return problem(sunwai.t("The file has {size} MB; at most {most} MB come in this way. Use: {command}", sizes));
      }
      const told = { source: source.value, captured: zoned(captured.value, zone), post: post.value, encoding: encoding.value };
      button.disabled = true;
      bar.hidden = false;
      say.textContent = "";
      const answer = await upload(one, told, (share) => (bar.value = share));
      button.disabled = false;
      bar.hidden = true;
      if (answer.status === 401) return sunwai.goToSignIn();
      if (answer.status !== 200) return problem(answer.body.error || sunwai.t("The file could not be sent. Nothing was kept."));
      shown(place, answer.body, told);
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
      request.setRequestHeader("X-Drawn-For", document.documentElement.dataset.user || "");
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
      request.addEventListener("error", () => resolve({ status: 0, body: { error: sunwai.t("The server could not be reached. Nothing was kept.") } }));
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

  const PRECISIONS = {
    day: () => sunwai.t("day"),
    estimated: () => sunwai.t("estimated"),
    unknown: () => sunwai.t("unknown"),
  };

  function commentRow(c) {
    const kinds = [c.reply ? sunwai.t("reply") : "", c.ours ? sunwai.t("our own") : ""].filter(Boolean).join(", ");
    const zone = document.getElementById("import").getAttribute("data-zone");
    const at = c.posted_at ? local(Date.parse(c.posted_at), zone).replace("T", " ") : sunwai.t("not told");
    const exact = c.precision in PRECISIONS ? ` (${PRECISIONS[c.precision]()})` : "";
    return [String(c.row), at + exact, words(c.text), kinds];
  }

  const list = (texts, tone) =>
    texts.length ? el("ul", { class: `banner tone-${tone} lines` }, ...texts.map((t) => el("li", {}, t))) : null;
  const rowErrors = (errors) => list(errors.map((e) => sunwai.t("Row {n}: {why}", { n: e.row, why: e.reason })), "bad");

  /** What the server answered to a file: its first rows, or the question what its columns are. */
  function shown(place, answer, told) {
    if (answer.asked) sunwai.askColumns(place, answer, told, { shown, choose, table });
    else look(place, answer, told);
  }

  const rowsOf = (whole) =>
    [
      sunwai.tn("{n} comment", "{n} comments", whole.comments),
      whole.posts ? sunwai.tn("{n} post", "{n} posts", whole.posts) : "",
      whole.errors ? sunwai.tn("{n} row that cannot be taken", "{n} rows that cannot be taken", whole.errors) : "",
    ]
      .filter(Boolean)
      .join(", ");

  function look(place, found, told) {
    const say = el("output", { class: "form-answer" });
    const take = el("button", { type: "button", class: "button button-primary" }, sunwai.t("Import into {source}", { source: found.source }));
    const leave = el("button", { type: "button", class: "button button-plain" }, sunwai.t("Leave it"));
    const change = found.mapped ? el("button", { type: "button", class: "button button-plain" }, sunwai.t("Change the columns")) : "";
    const fail = (text) => {
      say.textContent = text;
      say.className = "form-answer tone-bad";
      leave.disabled = false;
    };
    take.addEventListener("click", async () => {
      take.disabled = leave.disabled = true;
      say.textContent = sunwai.t("Importing…");
      let answer;
      try {
        answer = await sunwai.post(`/api/import/${found.token}/confirm`, told);
      } catch (error) {
        return fail(sunwai.t("The server could not be reached. Look at the sweeps below before you try again."));
      }
      if (answer.status === 401) return sunwai.goToSignIn();
      if (answer.status !== 200) return fail(answer.body.error);
      follow(place, found, answer.body);
    });
    if (change) {
      change.addEventListener("click", async () => {
        const answer = await sunwai.post(`/api/import/${found.token}/columns`, told).catch(() => null);
        if (!answer) return fail(sunwai.t("The server could not be reached. Nothing was kept."));
        if (answer.status === 401) return sunwai.goToSignIn();
        if (answer.status !== 200) return fail(answer.body.error);
        shown(place, answer.body, told);
      });
    }
    leave.addEventListener("click", () => {
      sunwai.post(`/api/import/${found.token}/cancel`, {}).catch(() => null); // it goes by itself
      choose(place);
    });
    const columns = found.columns.map(([name, became, sample]) => [el("bdi", {}, name), became, el("bdi", { class: "sample" }, sample)]);
    const heading = el("h3", { tabindex: -1 }, ...sunwai.woven(sunwai.t("This is {kind}"), { kind: el("strong", {}, el("bdi", {}, found.title)) }));
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, ...sunwai.woven(sunwai.t("File {name}, read as {encoding}. First rows below; nothing is kept yet."), { name: fileName(found.name), encoding: el("bdi", {}, found.encoding) })),
      found.whole ? el("p", {}, sunwai.t("The whole file: {rows}.", { rows: rowsOf(found.whole) })) : "",
      list(found.warnings, "warn") || "",
      rowErrors(found.errors) || "",
      table(sunwai.t("The first comments of the file"), [sunwai.t("Row"), sunwai.t("Posted"), sunwai.t("Text"), ""], found.comments.map(commentRow)),
      found.posts.length ? table(sunwai.t("The first posts of the file"), [sunwai.t("Row"), sunwai.t("Post")], found.posts.map(([row, text]) => [String(row), el("bdi", {}, text)])) : "",
      el("details", {}, el("summary", {}, sunwai.t("What each of {n} columns becomes", { n: found.columns.length })), table(sunwai.t("Columns of the file"), [sunwai.t("Column"), sunwai.t("Becomes"), sunwai.t("First value")], columns)),
      el("div", { class: "form-foot" }, take, change, leave, say),
    );
    heading.focus();
  }

  // ------------------------------------------------------------------------------ the result

  /** The import goes on by itself; this only looks after it. */
  async function follow(place, found, begun) {
    const say = el("output", {}, sunwai.t("The file is on its way in. You may leave this page: it goes on by itself."));
    const bar = el("progress", { "aria-label": sunwai.t("Import") });
    const rows = el("span", { class: "quiet" });
    place.replaceChildren(el("h3", {}, ...sunwai.woven(sunwai.t("Importing {name}"), { name: fileName(found.name) })), say, el("div", { class: "form-foot" }, bar, rows));
    let now = begun;
    for (let wait = 150; now.state === "waiting" || now.state === "running"; wait = Math.min(wait * 1.5, 3000)) {
      rows.textContent = now.state === "waiting" ? sunwai.t("waits for its turn") : sunwai.t("{n} rows so far", { n: count(now.rows) });
      await new Promise((go) => setTimeout(go, wait));
      try {
        const answer = await sunwai.post("/api/import/running", { import: String(begun.import) });
        if (answer.status === 401) return sunwai.goToSignIn();
        if (answer.status === 200) now = answer.body;
      } catch (error) {
        rows.textContent = sunwai.t("The server cannot be reached just now; the import goes on.");
      }
      if (!place.isConnected) return;
    }
    if (now.state === "failed") refused(place, found, now);
    else result(place, found, now);
  }

  function refused(place, found, done) {
    const again = el("button", { type: "button", class: "button button-plain" }, sunwai.t("Bring in another file"));
    again.addEventListener("click", () => choose(place));
    const heading = el("h3", { tabindex: -1 }, sunwai.t("The file was not taken"));
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, el("bdi", { class: "file-name" }, found.name)),
      list([done.error], "bad"),
      el("div", { class: "form-foot" }, again),
    );
    heading.focus();
  }

  function result(place, found, done) {
    const counts = [
      [sunwai.t("Read"), done.read],
      [sunwai.t("New"), done.new],
      [sunwai.t("Revised"), done.revised],
      [sunwai.t("Unchanged"), done.unchanged],
      [sunwai.t("Rejected"), done.rejected],
    ];
    if (done.posts) counts.push([sunwai.t("Posts"), done.posts]);
    if (done.missing) counts.push([sunwai.t("Gone since"), done.missing]);
    const tiles = counts.map(([name, n]) =>
      el("div", { class: "tile tone-plain" }, el("span", { class: "tile-label" }, name), el("span", { class: "tile-value" }, count(n))),
    );
    const again = el("button", { type: "button", class: "button button-plain" }, sunwai.t("Bring in another file"));
    again.addEventListener("click", () => {
      choose(place);
      sunwai.redraw();
    });
    const rows = done.rejected_csv ? el("a", { href: done.rejected_csv, download: "", class: "button button-plain" }, sunwai.t("Rejected rows as CSV")) : "";
    const heading = el("h3", { tabindex: -1 }, done.already ? sunwai.t("This file is in already") : sunwai.t("The file is in"));
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, ...sunwai.woven(sunwai.t("{name} into {source}, sweep {n}"), { name: fileName(found.name), source: el("bdi", {}, found.source), n: String(done.sweep) })),
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
