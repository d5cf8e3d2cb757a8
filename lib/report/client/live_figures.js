/**
 * A chart that Plotly has taken over.
 *
 * @typedef {HTMLElement & { on(event: string, listener: (event: { points: ChartPoint[] }) => void): void }} Chart
 * @typedef {{ x: unknown, y: unknown, customdata?: unknown, data: { base?: unknown } }} ChartPoint
 * @typedef {object} PlotlyLibrary
 * @property {(div: HTMLElement, data: unknown, layout: unknown, config: unknown) => Promise<Chart>} react
 *
 * @typedef {object} Figures
 * @property {(theme: "light" | "dark") => void} repaint Draws in another theme.
 * @property {(recording: number, labels: ReadonlySet<string>) => void} hide Draws without these speakers of a recording.
 */

/** @typedef {import("#lib/report/client/page_data.js").FigureData} FigureData */

/** CSS pixels below which a chart is a phone's. */
const NARROW = 480;

/**
 * Makes the figures interactive when they come near the view, and again when the theme changes.
 *
 * @param {readonly FigureData[]} figures
 * @param {"light" | "dark"} theme
 * @param {(recording: number, timeSec: number) => void} hear Called with the moment of a point that was clicked.
 * @returns {Figures}
 */
export function startFigures(figures, theme, hear) {
  /** @type {Map<HTMLElement, FigureData>} */
  const live = new Map();
  /** @type {Map<number, ReadonlySet<string>>} */
  const hidden = new Map();
  let current = theme;

  const draw = (/** @type {HTMLElement} */ target) => {
    const figure = live.get(target);
    if (figure === undefined) return;
    const { data, layout, config } = inTheme(figure, current);
    const size = target.clientWidth < NARROW ? narrowed(figure) : {};
    target.style.height = `${size.height ?? layout.height}px`;
    const fitted = {
      ...layout,
      ...size,
      width: undefined,
      autosize: true,
      // Where a finger scrolls the page, it must not draw boxes into the chart.
      ...(matchMedia("(pointer: coarse)").matches ? { dragmode: false } : {}),
    };
    const absent = hidden.get(figure.recording ?? -1);
    const traces = data.filter(({ legendgroup, name }) => !absent?.has(`${legendgroup ?? name}`));
    return plotly().react(target, traces, fitted, { ...config, displayModeBar: false, responsive: true });
  };

  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      seen.unobserve(target);
      const figure = figures[Number(target.dataset.figure)];
      live.set(target, figure);
      draw(target)?.then((chart) => {
        const { timeAxis, recording } = figure;
        if (timeAxis === null || recording === null) return;
        chart.on("plotly_click", ({ points: [point] }) => {
          const timeSec = point && timeOf(point, timeAxis);
          if (timeSec !== undefined) hear(recording, timeSec);
        });
      });
    }
  }, { rootMargin: "400px" });
  for (const target of document.querySelectorAll(".chart")) seen.observe(target);

  return {
    repaint(changed) {
      current = changed;
      for (const target of live.keys()) draw(target);
    },
    hide(recording, labels) {
      hidden.set(recording, labels);
      for (const [target, figure] of live) if (figure.recording === recording) draw(target);
    },
  };
}

/** @returns {PlotlyLibrary} */
function plotly() {
  return /** @type {{ Plotly: PlotlyLibrary }} */ (/** @type {unknown} */ (globalThis)).Plotly;
}

/**
 * The start of a bar that lies along time, which tells it in its custom data; of anything else its place on that axis.
 *
 * @param {ChartPoint} point
 * @param {"x" | "y"} timeAxis
 */
function timeOf(point, timeAxis) {
  const { customdata, data } = point;
  const timeSec = data.base !== undefined && Array.isArray(customdata) ? customdata[0] : point[timeAxis];
  return typeof timeSec === "number" && Number.isFinite(timeSec) ? timeSec : undefined;
}

/**
 * On a narrow page a legend has a line for each name: the chart gets higher by that, or does without it where the player's
 * legend says the same.
 *
 * @param {FigureData} figure
 * @returns {{ height?: number, showlegend?: boolean }}
 */
function narrowed({ light: { data, layout }, recording }) {
  if (recording !== null) return { showlegend: false };
  const names = data.filter(({ showlegend, name }) => showlegend !== false && name).length;
  return { height: Number(layout.height) + (names > 1 ? 19 * names : 0) };
}

/**
 * @param {FigureData} figure
 * @param {"light" | "dark"} theme
 */
function inTheme({ light, dark }, theme) {
  const spec = structuredClone(light);
  if (theme === "light") return spec;
  for (const [path, value] of dark) {
    const parent = path.slice(0, -1).reduce(child, spec);
    Object.assign(parent, { [path[path.length - 1]]: value });
  }
  return spec;
}

/**
 * @param {object} parent
 * @param {string | number} key
 * @returns {object}
 */
function child(parent, key) {
  return /** @type {Record<string, object>} */ (parent)[key];
}
