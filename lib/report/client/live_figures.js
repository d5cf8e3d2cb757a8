import { timeTicks } from "#lib/report/client/clock_time.js";
import { startWheel } from "#lib/report/client/gestures.js";

/**
 * A chart that Plotly has taken over.
 *
 * @typedef {{ _offset: number, _length: number, l2p(value: number): number, p2l(pixel: number): number }} Axis
 * @typedef {{ xaxis: Axis, _size: { t: number, h: number } }} FullLayout
 * @typedef {HTMLElement & { _fullLayout: FullLayout, on(event: string, listener: (event: any) => void): void }} Chart
 * @typedef {{ x: unknown, y: unknown, customdata?: unknown, data: { base?: unknown } }} ChartPoint
 * @typedef {object} PlotlyLibrary
 * @property {(div: HTMLElement, data: unknown, layout: unknown, config: unknown) => Promise<Chart>} react
 * @property {(div: HTMLElement, changes: object) => Promise<Chart>} relayout
 *
 * @typedef {object} Figures
 * @property {(theme: "light" | "dark") => void} repaint Draws in another theme.
 * @property {(recording: number, labels: ReadonlySet<string>) => void} hide Draws without these speakers of a recording.
 * @property {(recording: number, timeSec: number) => void} mark Moves the playhead over all that a recording has along time.
 */

/** @typedef {import("#lib/report/client/page_data.js").FigureData} FigureData */
/** @typedef {import("#lib/report/client/view.js").View} View */

/** CSS pixels below which a chart is a phone's. */
const NARROW = 480;
/** CSS pixels for a tick of the axis of time. */
const TICK = 90;

/**
 * Makes the figures interactive when they come near the view, in the place of their pictures, and again when the theme changes.
 * What lies along a recording's time is zoomed with its wave.
 *
 * @param {readonly FigureData[]} figures
 * @param {object} page
 * @param {"light" | "dark"} page.theme
 * @param {readonly View[]} page.views Of the recordings, in their order.
 * @param {(recording: number, timeSec: number) => void} page.hear Called with the moment of a point that was clicked.
 * @returns {Figures}
 */
export function startFigures(figures, { theme, views, hear }) {
  /** @type {Map<HTMLElement, FigureData>} */
  const live = new Map();
  /** @type {Map<number, ReadonlySet<string>>} */
  const hidden = new Map();
  /** @type {Map<number, number>} */
  const at = new Map();
  let current = theme;

  /** What a figure along a recording's time shows of it; others have no view but their own. */
  const viewOf = (/** @type {FigureData} */ { timeAxis, recording }) =>
    timeAxis === "x" && recording !== null ? views[recording] : undefined;

  const draw = (/** @type {HTMLElement} */ target) => {
    const figure = live.get(target);
    if (figure === undefined) return;
    const { data, layout, config } = inTheme(figure, current);
    const size = target.clientWidth < NARROW ? narrowed(figure) : {};
    target.style.height = `${size.height ?? layout.height}px`;
    const range = viewOf(figure)?.range();
    const fitted = {
      ...layout,
      ...size,
      ...(figure.timeAxis === "x"
        ? { xaxis: { ...layout.xaxis, ...alongTime(target, range ?? layout.xaxis?.range) } }
        : {}),
      width: undefined,
      autosize: true,
      // Where a finger scrolls the page, it must not draw boxes into the chart.
      ...(matchMedia("(pointer: coarse)").matches ? { dragmode: false } : {}),
    };
    const absent = hidden.get(figure.recording ?? -1);
    const traces = data.filter(({ legendgroup, name }) => !absent?.has(`${legendgroup ?? name}`));
    return plotly().react(target, traces, fitted, { ...config, displayModeBar: false, responsive: true });
  };
  const mark = (/** @type {HTMLElement} */ target, /** @type {FigureData} */ figure) => {
    const playhead = target.parentElement?.querySelector(".playhead");
    const axis = /** @type {Chart} */ (target)._fullLayout?.xaxis, timeSec = at.get(figure.recording ?? -1);
    if (!(playhead instanceof HTMLElement) || !axis || timeSec === undefined) return;
    const x = axis.l2p(timeSec), { t, h } = /** @type {Chart} */ (target)._fullLayout._size;
    playhead.hidden = !(x >= 0 && x <= axis._length);
    Object.assign(playhead.style, { left: `${axis._offset + x}px`, top: `${t}px`, height: `${h}px` });
  };
  /** Gives a chart the stretch of time that is to be in view. */
  const zoom = async (/** @type {HTMLElement} */ target, /** @type {readonly [number, number]} */ range) => {
    const { tickvals, ticktext } = alongTime(target, range);
    await plotly().relayout(target, {
      "xaxis.range": range,
      "xaxis.tickvals": tickvals,
      "xaxis.ticktext": ticktext,
    });
  };

  const bringToLife =
    (/** @type {HTMLElement} */ target, /** @type {FigureData} */ figure) => (/** @type {Chart} */ chart) => {
      const { timeAxis, recording } = figure;
      const view = viewOf(figure);
      target.parentElement?.classList.add("live");
      if (timeAxis === "x") {
        const whole = figure.light.layout.xaxis?.range;
        const show = (/** @type {[number, number]} */ range) =>
          view ? view.show(...range) : zoom(target, range);
        chart.on("plotly_relayout", (changes) => {
          const [from, to] = [changes["xaxis.range[0]"], changes["xaxis.range[1]"]];
          if (Number.isFinite(from) && Number.isFinite(to)) show([from, to]);
        });
        chart.on(
          "plotly_doubleclick",
          () => view ? view.show(0, view.durationSec) : whole && zoom(target, whole),
        );
        chart.on("plotly_afterplot", () => mark(target, figure));
      }
      if (view) {
        const timeAt = (/** @type {number} */ clientX) => {
          const { xaxis } = chart._fullLayout;
          return xaxis.p2l(clientX - target.getBoundingClientRect().left - xaxis._offset);
        };
        startWheel(target, view, timeAt, { onlyWithCtrl: true });
        mark(target, figure);
      }
      if (timeAxis === null || recording === null) return;
      chart.on("plotly_click", ({ points: [point] }) => {
        const timeSec = point && timeOf(point, timeAxis);
        if (timeSec !== undefined) hear(recording, timeSec);
      });
    };

  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      seen.unobserve(target);
      const figure = figures[Number(target.dataset.figure)];
      live.set(target, figure);
      draw(target)?.then(bringToLife(target, figure));
    }
  }, { rootMargin: "400px" });
  for (const target of document.querySelectorAll(".chart")) seen.observe(target);
  for (const view of views) {
    let waiting = 0;
    view.watch(() => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        for (const [target, figure] of live) if (viewOf(figure) === view) zoom(target, view.range());
      });
    });
  }

  return {
    repaint(changed) {
      current = changed;
      for (const target of live.keys()) draw(target);
    },
    hide(recording, labels) {
      hidden.set(recording, labels);
      for (const [target, figure] of live) if (figure.recording === recording) draw(target);
    },
    mark(recording, timeSec) {
      at.set(recording, timeSec);
      for (const [target, figure] of live) if (viewOf(figure) === views[recording]) mark(target, figure);
    },
  };
}

/** @returns {PlotlyLibrary} */
function plotly() {
  return /** @type {{ Plotly: PlotlyLibrary }} */ (/** @type {unknown} */ (globalThis)).Plotly;
}

/**
 * An axis of time over a stretch of it; without one, whatever Plotly makes of it.
 *
 * @param {HTMLElement} target
 * @param {readonly [number, number] | undefined} range
 */
function alongTime(target, range) {
  if (range === undefined) return {};
  const ticks = timeTicks(...range, Math.max(2, target.clientWidth / TICK));
  return {
    range,
    tickmode: "array",
    tickvals: ticks.map(({ at }) => at),
    ticktext: ticks.map(({ text }) => text),
  };
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
