/* Charts: a point opens the comments behind it. */
"use strict";

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.sunwai_pages = {
  /** links[point][line] is the address behind one point of one line. */
  open_point: function (clicked, links) {
    const point = clicked && clicked.points && clicked.points[0];
    const href = point && links && links[point.pointIndex] && links[point.pointIndex][point.curveNumber];
    if (href) window.sunwai.goTo(href);
  },
};
