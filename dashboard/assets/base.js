/* What every page needs in the browser: the CSRF token, JSON requests, notices, sign-out. */
"use strict";

window.sunwai = window.sunwai || {};

(function (sunwai) {
  /** A text in the reader's tongue, with its named values put in: t("{n} left", {n: 3}).
   *  sunwai.words is the catalogue that the page brought; English needs none. */
  sunwai.t = function (text, values) {
    const said = (sunwai.words && sunwai.words[text]) || text;
    return filled(Array.isArray(said) ? said[0] : said, values);
  };

  /** The text for n things: tn("{n} comment", "{n} comments", 3). */
  sunwai.tn = function (one, many, n, values) {
    const known = sunwai.words && sunwai.words[one];
    const forms = Array.isArray(known) ? known : [one, many];
    const counted = { n: Number(n).toLocaleString("en"), ...values };
    return filled(n === 1 ? forms[0] : forms[1], counted, "n");
  };

  const here = document.documentElement;

  /** The digits of a number or date of ours as the reader chose them: Latin, or Urdu. */
  sunwai.digits = function (text) {
    if (here.dataset.digits !== "urdu") return text;
    return text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x6f0 + Number(digit)));
  };

  function filled(text, values, counted) {
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      if (!(name in values)) return whole;
      const value = values[name];
      if (typeof value === "number" || name === counted) return sunwai.digits(String(value));
      return here.lang === "ur" ? `\u2068${value}\u2069` : String(value);
    });
  }

  /** The token that each POST must carry; the server sets it with every page. */
  sunwai.token = function () {
    const found = document.cookie.match(/(?:^|; )(?:__Host-)?_csrf_token=([^;]*)/);
    return found ? decodeURIComponent(found[1]) : "";
  };

  /** POSTs JSON and gives {status, body}; throws only when the server could not be reached. */
  sunwai.post = function (path, body, options) {
    return told(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": sunwai.token() },
      body: JSON.stringify(body || {}),
      ...options,
    });
  };

  /** GETs JSON and gives {status, body}. */
  sunwai.get = function (path) {
    return told(path, {});
  };

  async function told(path, options) {
    const headers = { ...options.headers, "X-Drawn-For": here.dataset.user || "" };
    const answer = await window.fetch(path, { credentials: "same-origin", ...options, headers: headers });
    const text = await answer.text();
    try {
      return { status: answer.status, body: JSON.parse(text) };
    } catch (error) {
      // A page of somebody between us and the server: its "OK" says nothing of what we asked.
      const body = { error: sunwai.t("The server's answer was not understood.") };
      return { status: answer.ok ? 502 : answer.status, body: body };
    }
  }

  /** Makes an element: el("p", {class: "x"}, "text", child). Text is always text, never markup. */
  sunwai.el = function (name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat().filter((c) => c !== null && c !== undefined));
    return made;
  };

  /** Shows a notice for some seconds; tone is good, warn, bad or info. */
  sunwai.toast = function (text, tone) {
    const place = document.getElementById("toasts");
    if (!place) return;
    const made = sunwai.el("div", { class: `toast tone-${tone || "info"}` }, text);
    place.append(made);
    window.setTimeout(() => made.remove(), tone === "bad" ? 9000 : 5000);
  };

  sunwai.goToSignIn = function () {
    const here = window.location.pathname + window.location.search;
    window.location.assign("/sign-in?next=" + encodeURIComponent(here));
  };

  // A Dash callback that is refused shows nothing by itself: say it here.
  const plainFetch = window.fetch.bind(window);
  window.fetch = async function (target, options) {
    const answer = await plainFetch(target, options);
    const path = typeof target === "string" ? target : target.url;
    if (path.includes("/_dash-update-component") && !answer.ok) {
      if (answer.status === 401) sunwai.goToSignIn();
      else if (answer.status === 403) sunwai.toast(sunwai.t("Your role does not allow this."), "bad");
      else sunwai.toast(sunwai.t("The server could not do this. Nothing was lost."), "bad");
    }
    return answer;
  };

  async function signOut() {
    if (sunwai.unsaved && sunwai.unsaved() > 0) {
      const say = sunwai.tn(
        "{n} decision is not saved yet. Sign out all the same?",
        "{n} decisions are not saved yet. Sign out all the same?",
        sunwai.unsaved()
      );
      if (!window.confirm(say)) return;
    }
    try {
      const told = await sunwai.post("/sign-out");
      window.location.assign((told.body && told.body.go) || "/sign-in");
    } catch (error) {
      sunwai.toast(sunwai.t("The server could not be reached. Nothing was changed."), "bad");
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("#sign-out")) signOut();
  });
})(window.sunwai);

// Called by Dash (drawing/shell.py) whenever the address changes.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.sunwai = {
  mark_open_page: function (path) {
    document.querySelectorAll("#nav .nav-link").forEach((link) => {
      const to = new URL(link.href).pathname;
      const open = to === "/" ? path === "/" : path === to || path.startsWith(to + "/");
      if (open) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    return path;
  },
};
