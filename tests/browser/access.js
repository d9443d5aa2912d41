/* What axe does not see: told as sentences, one a barrier. Evaluated in the page by access.py. */
() => {
  const found = [];
  const said = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const seen = (e) => e.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && e.getClientRects().length;

  /* 2.5.8: 24 by 24, or nothing else within 24 of its middle; links within a sentence are let off */
  const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(
    (e) => seen(e) && !e.disabled && !e.closest(".sr-only, .skip"),
  );
  const boxes = new Map(controls.map((e) => [e, e.getBoundingClientRect()]));
  for (const [e, box] of boxes) {
    if (box.width >= 23.5 && box.height >= 23.5) continue;
    const inline = e.tagName === "A" && getComputedStyle(e).display === "inline";
    if (inline || (e.labels && e.labels.length && e.labels[0].getBoundingClientRect().height >= 23.5)) continue;
    found.push(`smaller than 24 px (${Math.round(box.width)} x ${Math.round(box.height)}): ${said(e)}`);
  }

  /* 2.4.7, 2.4.11: what has the focus shows it, and something of it is seen */
  const own = document.activeElement;
  for (const e of controls.slice(0, 70)) {
    e.focus({ focusVisible: true });
    if (document.activeElement !== e) continue;
    const style = getComputedStyle(e);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) found.push(`focus not shown: ${said(e)}`);
    const whole = e.getClientRects()[0];
    if (!whole || !whole.width) continue;
    const box = { // what of it lies in the window
      left: Math.max(whole.left, 0), right: Math.min(whole.right, innerWidth),
      top: Math.max(whole.top, 0), bottom: Math.min(whole.bottom, innerHeight),
    };
    const at = (from, to, share) => from + share * (to - from);
    const points = [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [at(box.left, box.right, x), at(box.top, box.bottom, y)]));
    const free = points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (e.contains(top) || top.contains(e) || (e.labels && [...e.labels].some((l) => l.contains(top))));
    });
    if (!free) found.push(`focus hidden: ${said(e)}`);
  }
  if (own && own.focus) own.focus({ preventScroll: true });
  window.scrollTo(0, 0);

  /* Nothing moves for whoever asked for stillness. */
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches && document.getAnimations().length)
    found.push("something moves in spite of reduced motion");

  /* Of the two directions only one is the page's; comments carry their own. */
  const root = document.documentElement;
  if (root.dir !== (root.lang === "ur" ? "rtl" : "ltr")) found.push(`direction ${root.dir} in ${root.lang}`);
  return found;
}
