/* What only some pages need, fetched when the first of it is drawn: plotly.js for charts, the grid. */
"use strict";

// Dash would fetch the whole of plotly.js, three times as much; charts here need its plane half.
// It writes the address once, when it starts: ours stays.
Object.defineProperty(window, "_dashPlotlyJSURL", {
  get: () => "/assets/vendor/plotly-cartesian-4.1.1.min.js",
  set: () => undefined,
});

// A stand-in for the grid's component until its library (1.3 MB) has come and taken its place.
(function () {
  const told = document.querySelector('meta[name="sunwai-grid"]');
  if (!told) return;
  let coming = null;

  function fetched() {
    coming =
      coming ||
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = told.content;
        script.onload = done;
        script.onerror = failed;
        document.head.append(script);
      });
    return coming;
  }

  function Later(props) {
    const [come, setCome] = window.React.useState(window.dash_ag_grid.AgGrid !== Later);
    window.React.useEffect(() => {
      if (!come) fetched().then(() => setCome(true));
    }, [come]);
    if (come) return window.React.createElement(window.dash_ag_grid.AgGrid, props);
    return window.React.createElement("div", { id: props.id, className: "grid-coming", "aria-busy": "true" });
  }

  window.dash_ag_grid = { AgGrid: Later };
})();
