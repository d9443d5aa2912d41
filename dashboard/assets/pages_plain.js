/* Draws the plain parts of pages that drawing/plain.py describes as data. Text goes in as text,
   addresses only if they lead to a page of ours or to the web. */
"use strict";

(function (sunwai) {
  const SAFE = /^(?:\/(?!\/)|#|https?:\/\/)/;

  function put(element, name, value) {
    if (name === "style") Object.assign(element.style, value);
    else if (name === "href") {
      if (SAFE.test(value)) element.setAttribute("href", value);
    } else element.setAttribute(name, value === true ? "" : String(value));
  }

  function drawn(part) {
    if (!Array.isArray(part)) return document.createTextNode(part);
    const [tag, attributes, children] = part;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) put(element, name, value);
    for (const child of children) element.append(drawn(child));
    return element;
  }

  function drawAll(root) {
    const places = [...root.querySelectorAll("[data-plain]")];
    if (root.matches && root.matches("[data-plain]")) places.push(root);
    for (const place of places) {
      const text = place.getAttribute("data-plain");
      if (place.sunwaiPlain === text) continue;
      place.sunwaiPlain = text;
      place.replaceChildren(drawn(JSON.parse(text)));
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-go]");
    if (!link || event.button !== 0 || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    sunwai.goTo(link.getAttribute("href"));
  });

  sunwai.whenReady(() => sunwai.whenDrawn("data-plain", drawAll));
})(window.sunwai);
