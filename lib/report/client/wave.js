import { timeTicks } from "#lib/report/client/clock_time.js";
import { decodePeaks, element } from "#lib/report/client/page_data.js";
import { paintVoices, stretchesOf } from "#lib/report/client/voices.js";

/** CSS pixels from one bar to the next, of a bar, and free above the loudest. */
const STEP = 3, BAR = 2, FREE = 5;
/** CSS pixels for a tick of the axis. */
const TICK = 84;

/**
 * The wave of a recording: its loudness in the colours of who speaks, the axis of time, the playhead, and, zoomed, where in the
 * whole the view is.
 *
 * @typedef {object} Wave
 * @property {(atSec: number) => void} mark Moves the playhead.
 * @property {(speakers: ReadonlySet<number>) => void} hide Paints without these speakers.
 * @property {() => void} paint Takes the theme's colours.
 */

/**
 * @param {HTMLElement} root The player's element.
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {import("#lib/report/client/view.js").View} view
 * @returns {Wave}
 */
export function startWave(root, recording, view) {
  const slider = element(root, ".wave"),
    ruler = element(root, ".ruler"),
    overview = element(root, ".overview");
  const playhead = element(slider, ".playhead"), pane = element(overview, ".pane");
  const peaks = decodePeaks(recording.peaks);
  const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0) || 1;
  let stretches = stretchesOf(recording.turns, new Set());
  let at = 0;

  const place = () => {
    const [from, to] = view.range();
    playhead.hidden = at < from || at > to;
    playhead.style.left = `${100 * (at - from) / (to - from)}%`;
  };
  const drawRuler = () => {
    const [from, to] = view.range(), width = ruler.clientWidth;
    const ticks = timeTicks(from, to, Math.max(2, width / TICK));
    ruler.replaceChildren(...ticks.map(({ at, text }) => {
      const tick = document.createElement("span");
      const share = (at - from) / (to - from);
      tick.style.left = `${100 * share}%`;
      tick.textContent = text;
      // What would stick out at the end stands before its line.
      if (share * width > width - 8 * text.length) tick.className = "last";
      return tick;
    }));
  };
  const drawWave = () => {
    const canvas = sized(slider, ".voices");
    if (canvas === undefined) return;
    const { context, width, height } = canvas;
    const range = view.range(), colours = coloursOf(root);
    const { color: quiet } = getComputedStyle(slider);
    const voices = { range, width, height, colours };
    // Bars alone, first all quiet, then where somebody speaks in that colour.
    const bars = document.createElement("canvas");
    [bars.width, bars.height] = [context.canvas.width, context.canvas.height];
    const pen = /** @type {CanvasRenderingContext2D} */ (bars.getContext("2d"));
    pen.setTransform(context.getTransform());
    pen.fillStyle = quiet;
    const [from, to] = range, perPixel = (to - from) / width * peaks.length / recording.durationSec;
    const first = from * peaks.length / recording.durationSec;
    for (let x = 0; recording.peaks !== null && x < width; x += STEP) {
      const start = Math.floor(first + x * perPixel), end = first + (x + STEP) * perPixel;
      let peak = 0;
      for (let i = start; i < Math.max(start + 1, end); i++) peak = Math.max(peak, peaks[i] ?? 0);
      const size = Math.max(1, peak / loudest * (height - 2 * FREE));
      pen.fillRect(x, (height - size) / 2, BAR, size);
    }
    pen.globalCompositeOperation = "source-atop";
    paintVoices(pen, stretches, voices);
    context.globalAlpha = recording.peaks === null ? 0.8 : 0.26;
    paintVoices(context, stretches, voices);
    context.globalAlpha = 1;
    context.drawImage(bars, 0, 0, width, height);
  };
  const drawOverview = () => {
    overview.hidden = view.isWhole();
    const canvas = overview.hidden ? undefined : sized(overview, ".voices");
    if (canvas === undefined) return;
    const { durationSec } = recording, [from, to] = view.range();
    paintVoices(canvas.context, stretches, {
      ...canvas,
      range: [0, durationSec],
      colours: coloursOf(root),
    });
    pane.style.left = `${100 * from / durationSec}%`;
    pane.style.width = `${100 * (to - from) / durationSec}%`;
  };

  let waiting = 0;
  const paint = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      drawWave();
      drawRuler();
      drawOverview();
      place();
    });
  };
  view.watch(paint);
  new ResizeObserver(paint).observe(slider);
  startOverview(overview, view);
  return {
    mark(atSec) {
      at = atSec;
      place();
    },
    hide(speakers) {
      stretches = stretchesOf(recording.turns, speakers);
      paint();
    },
    paint,
  };
}

/**
 * Each speaker's colour in the theme that is shown; a canvas knows no `light-dark()`.
 *
 * @param {HTMLElement} root
 */
export function coloursOf(root) {
  return Array.from(
    root.querySelectorAll(":is(.legend, .lanes) .swatch"),
    (swatch) => getComputedStyle(swatch).borderTopColor,
  );
}

/**
 * An empty canvas of its parent's size, sharp on every screen; undefined where nothing is shown.
 *
 * @param {HTMLElement} parent
 * @param {string} selector
 */
export function sized(parent, selector) {
  const canvas = parent.querySelector(selector);
  const { clientWidth: width, clientHeight: height } = parent;
  if (!(canvas instanceof HTMLCanvasElement) || width === 0) return undefined;
  const scale = devicePixelRatio;
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  return { context, width, height };
}

/**
 * Dragging the pane in the strip of the whole recording, or a click beside it, moves what is in view.
 *
 * @param {HTMLElement} overview
 * @param {import("#lib/report/client/view.js").View} view
 */
function startOverview(overview, view) {
  const centre = (/** @type {PointerEvent} */ event) => {
    const { left, width } = overview.getBoundingClientRect(), [from, to] = view.range();
    view.pan(view.durationSec * (event.clientX - left) / width - (from + to) / 2);
  };
  overview.addEventListener("pointerdown", (event) => {
    overview.setPointerCapture(event.pointerId);
    centre(event);
  });
  overview.addEventListener("pointermove", (event) => {
    if (overview.hasPointerCapture(event.pointerId)) centre(event);
  });
}
