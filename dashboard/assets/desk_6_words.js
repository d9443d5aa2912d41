/* What the desk says: nothing left, not decided, session ended. */
"use strict";

(function (sunwai) {
  const el = sunwai.el;
  const view = sunwai.DeskView.prototype;

  /** Why no card is there, while nobody knows yet whether there is one. */
  view.waiting = function () {
    return {
      fetching: sunwai.t("Fetching the next comments…"),
      saving: sunwai.t("Saving your decisions; then the next comments are fetched…"),
      offline: sunwai.t("The server cannot be reached. Trying again…"),
      failed: sunwai.t("The next comments could not be fetched. Trying again…"),
      refused: sunwai.t("The next comments could not be fetched."),
      signedOut: sunwai.t("Sign in again to go on."),
    };
  };

  view.nothing = function () {
    const s = this.state;
    if (s.waits || s.asking) {
      return el("div", { class: "empty" }, el("p", { class: "empty-text" }, view.waiting()[s.waits || "fetching"]));
    }
    const swept = s.lastSweep
      ? sunwai.t("Last sweep ended {time} ago.", { time: sunwai.since(s.lastSweep, s.now) })
      : sunwai.t("No sweep yet.");
    const others = s.elsewhere
      ? sunwai.tn("{n} lies on another officer's desk.", "{n} lie on other officers' desks.", s.elsewhere)
      : null;
    const clear = s.elsewhere
      ? sunwai.t("Nothing left for you")
      : s.queue ? sunwai.t("This queue is clear") : sunwai.t("Queue is clear");
    return el("div", { class: "empty" },
      el("div", { class: "empty-mark", "aria-hidden": "true" }, "✓"),
      el("p", { class: "empty-text" }, clear),
      others ? el("p", { class: "quiet" }, others) : null,
      el("p", { class: "quiet" }, swept, " ", sunwai.t("New comments appear here by themselves.")),
      el("p", { class: "empty-ways" },
        el("a", { class: "button", href: "/shift", "data-go": "" }, sunwai.t("End of shift")), " ",
        el("a", { class: "button button-quiet", href: "/grid", "data-go": "" }, sunwai.t("Grid"))));
  };

  view.refused = function (text) {
    if (this.state.left) {
      sunwai.toast(`${sunwai.t("Not decided.")} ${text}`, "bad");
      return;
    }
    const shut = el("button", { type: "button", class: "button button-quiet" }, sunwai.t("Close"));
    shut.addEventListener("click", () => this.clearBar());
    this.bar.replaceChildren(
      el("span", {}, el("strong", {}, sunwai.t("Not decided."), " "), el("span", { dir: "auto" }, text)), shut);
    this.bar.hidden = false;
    this.draw();
  };

  view.clearBar = function () {
    this.bar.hidden = true;
    this.bar.replaceChildren();
  };

  view.signedOut = function () {
    if (this.signingIn) return;
    this.signingIn = true;
    const n = this.state.unsaved;
    const kept = n
      ? sunwai.tn(
        "{n} decision is kept in this window and sent once you have signed in.",
        "{n} decisions are kept in this window and sent once you have signed in.", n)
      : "";
    const go = el("button", { class: "button button-primary", type: "button" }, sunwai.t("Sign in"));
    go.addEventListener("click", () => {
      sunwai.leaving = true;
      sunwai.goToSignIn();
    });
    this.asksToSignIn = sunwai.openWindow(sunwai.t("Your session has ended"),
      el("div", { class: "window-body" },
        el("p", {}, sunwai.t("Sign in again to go on."), " ", kept), go),
      { focus: go, closed: () => { this.signingIn = false; } });
  };

  /** The officer did, in another window. */
  view.signedIn = function () {
    if (this.signingIn) this.asksToSignIn.close();
  };

  view.othersUnsent = function () {
    this.refused(sunwai.t("Decisions of another user lie unsent in this window. They are not sent under your name; ask that user to sign in here, or close this notice to discard them."));
    this.bar.querySelector("button").addEventListener("click",
      () => this.state.outbox.discardKept());
  };

  view.say = function (text) {
    sunwai.whenPainted(() => { this.live.textContent = text; });
  };
})(window.sunwai);
