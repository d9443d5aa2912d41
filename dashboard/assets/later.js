/* What only some pages need, fetched when the first of it is drawn: plotly.js for charts. */
"use strict";

// Dash would fetch the whole of plotly.js, three times as much; charts here need its plane half.
// It writes the address once, when it starts: ours stays.
Object.defineProperty(window, "_dashPlotlyJSURL", {
  get: () => "/assets/vendor/plotly-cartesian-4.1.1.min.js",
  set: () => undefined,
});
