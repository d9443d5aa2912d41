/* A reader's own choices: each button names a choice and a value; it is kept, and the page is drawn
 * anew in it. The button that was pressed has the focus again afterwards. */
"use strict";

(function (sunwai) {
  const KEPT = "sunwai-chosen";

  function otherTheme() {
    const chosen = document.documentElement.dataset.theme;
    const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    return chosen === "dark" || (chosen !== "light" && dark) ? "light" : "dark";
  }

  async function choose(button) {
    if (sunwai.unsaved && sunwai.unsaved() > 0) {
      sunwai.toast(sunwai.t("Decisions are still being saved. Try again in a moment."), "warn");
      return;
    }
    const value = button.dataset.value === "other" ? otherTheme() : button.dataset.value;
    const asked = { name: button.dataset.choice, value: value };
    try {
      const answer = await sunwai.post("/api/me/choices", asked);
      if (answer.status === 401) return sunwai.goToSignIn();
      if (answer.status !== 200) return sunwai.toast(answer.body.error, "bad");
      window.sessionStorage.setItem(KEPT, button.id);
      window.location.reload();
    } catch (error) {
      sunwai.toast(sunwai.t("The server could not be reached. Nothing was changed."), "bad");
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-choice]");
    if (button && button.getAttribute("aria-pressed") !== "true") choose(button);
  });

  const wanted = window.sessionStorage.getItem(KEPT);
  if (!wanted) return;
  window.sessionStorage.removeItem(KEPT);
  const watch = new MutationObserver(() => {
    const button = document.getElementById(wanted);
    if (!button) return;
    watch.disconnect();
    button.focus();
    sunwai.toast(sunwai.t("Your choice is kept."), "good");
  });
  watch.observe(document, { childList: true, subtree: true });
})(window.sunwai);
