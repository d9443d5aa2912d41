/* What is each column? Asked for a file that no reader knows; the answer is kept for its header.
   Names and values of the file are only ever put in as text. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const options = (pairs, chosen) =>
    pairs.map(([value, label]) => {
      const one = el("option", { value }, label);
      one.selected = value === chosen;
      return one;
    });

  function field(id, text, entry, hint) {
    entry.id = id;
    return el("div", { class: "field" }, el("label", { for: id }, text), entry, hint ? el("span", { class: "hint" }, hint) : null);
  }

  /** One column as a block: its name, what it is, its first values. */
  function column(one, index, meanings) {
    const choice = el("select", { name: `column-${index}`, "data-column": index }, ...options(meanings, one.meaning));
    const values = el("ul", { class: "samples" }, ...one.samples.map((s) => el("li", {}, el("bdi", { class: "sample" }, s))));
    const name = el("bdi", { class: "column-name" }, one.name);
    choice.id = `column-${index}`;
    return { choice, block: el("div", { class: "column" }, el("label", { for: choice.id }, name), choice, values) };
  }

  function mappingOf(asked, columns, dates, zone) {
    const chosen = {};
    asked.asked.forEach((one, index) => (chosen[one.name] = columns[index].choice.value));
    return { columns: chosen, date_format: dates.value, zone: zone.value.trim() || null };
  }

  /** The same meaning twice, or no text at all: said before anything is sent. */
  function problemIn(mapping, meanings) {
    const used = Object.values(mapping.columns).filter((m) => m !== "ignore");
    if (!used.includes("text")) return sunwai.t("Say which column is the comment's text.");
    const twice = meanings.find(([value]) => used.filter((m) => m === value).length > 1);
    return twice ? sunwai.t("Two columns are “{meaning}”: choose one.", { meaning: twice[1] }) : "";
  }

  const noId = () =>
    sunwai.t("No column is the comment id, so each comment gets one made of author, time and text. Such comments can be read and judged, but acted on only by hand.");

  sunwai.askColumns = function (place, asked, told, page) {
    const columns = asked.asked.map((one, index) => column(one, index, asked.meanings));
    const dates = el("select", { name: "dates" }, ...options(asked.date_formats, asked.date_format));
    const zone = el("input", { name: "zone", value: asked.zone, maxlength: 60, autocomplete: "off" });
    const say = el("output", { class: "form-answer" });
    const note = el("p", { class: "quiet" });
    const go = el("button", { type: "submit", class: "button button-primary" }, sunwai.t("Show the first rows so"));
    const leave = el("button", { type: "button", class: "button button-plain" }, sunwai.t("Leave it"));
    const read = () => mappingOf(asked, columns, dates, zone);
    const problem = (text) => {
      say.textContent = text;
      say.className = "form-answer tone-bad";
    };
    const noted = () => {
      const used = Object.values(read().columns);
      say.textContent = "";
      note.textContent = used.includes("id") || used.includes("permalink") ? "" : noId();
      for (const { choice, block } of columns) block.classList.toggle("left-out", choice.value === "ignore");
    };
    leave.addEventListener("click", () => {
      sunwai.post(`/api/import/${asked.token}/cancel`, {}).catch(() => null); // it goes by itself
      page.choose(place);
    });
    const heading = el("h3", { tabindex: -1 }, sunwai.t("What is each column?"));
    const form = el(
      "form",
      { class: "import-form" },
      el("div", { class: "columns" }, ...columns.map((c) => c.block)),
      el(
        "div",
        { class: "fields how" },
        field("columns-dates", sunwai.t("Dates are written"), dates),
        field("columns-zone", sunwai.t("Time zone of dates that name none"), zone, sunwai.t("Such as Asia/Karachi.")),
      ),
      note,
      el("div", { class: "form-foot" }, go, leave, say),
    );
    form.addEventListener("change", noted);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const mapping = read();
      const wrong = problemIn(mapping, asked.meanings);
      if (wrong) return problem(wrong);
      go.disabled = true;
      say.textContent = "";
      const whole = { ...told, mapping };
      let answer;
      try {
        answer = await sunwai.post(`/api/import/${asked.token}/look`, whole);
      } catch (error) {
        answer = { status: 0, body: { error: sunwai.t("The server could not be reached. Nothing was kept.") } };
      }
      go.disabled = false;
      if (answer.status === 401) return sunwai.goToSignIn();
      if (answer.status !== 200) return problem(answer.body.error);
      page.shown(place, answer.body, whole);
    });
    place.replaceChildren(
      heading,
      el("p", { class: "quiet" }, ...sunwai.woven(sunwai.t("File {name} for {source}. Your answer is kept for files of this source with the same header."), { name: el("bdi", { class: "file-name" }, asked.name), source: el("bdi", {}, asked.source) })),
      el("p", {}, asked.reason),
      form,
    );
    noted();
    heading.focus();
  };
})(window.sunwai);
