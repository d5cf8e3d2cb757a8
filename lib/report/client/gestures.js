/** A wheel that rests so long begins anew. */
const REST_MS = 300;
/** CSS pixels that a finger may tremble. */
const TREMBLE = 8;

/**
 * What hands do on the wave: a click or a drag seeks, the wheel and two fingers zoom, a sideways wheel pans.
 *
 * @param {HTMLElement} slider
 * @param {import("#lib/report/client/view.js").View} view
 * @param {(atSec: number) => void} go
 * @param {{ drags?: boolean }} options `drags`: whether a drag seeks, too.
 */
export function startGestures(slider, view, go, { drags = true } = {}) {
  /** @type {Map<number, number>} */
  const fingers = new Map();
  /** @type {{ range: readonly [number, number], centre: number, apart: number } | undefined} */
  let pinch;
  /** @type {{ x: number, seeks: boolean } | undefined} */
  let press;

  const share = (/** @type {number} */ clientX) => {
    const { left, width } = slider.getBoundingClientRect();
    return Math.max(0, Math.min(1, (clientX - left) / width));
  };
  const timeAt = (/** @type {number} */ clientX) => {
    const [from, to] = view.range();
    return from + (to - from) * share(clientX);
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { centre: share((a + b) / 2), apart: Math.max(10, Math.abs(a - b)) };
  };

  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event.clientX);
    try {
      slider.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that a program made up cannot be held.
    }
    if (fingers.size === 2) {
      pinch = { range: view.range(), ...spread() };
      press = undefined;
    } else if (fingers.size === 1) {
      // A finger may be the first of two, or may scroll the page: it seeks when it moves along, or leaves.
      press = { x: event.clientX, seeks: event.pointerType !== "touch" };
      if (press.seeks) go(timeAt(event.clientX));
    }
  });
  slider.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    if (pinch && fingers.size === 2) {
      const { centre, apart } = spread(), [from, to] = pinch.range;
      const span = (to - from) * pinch.apart / apart;
      const start = from + (to - from) * pinch.centre - span * centre;
      view.show(start, start + span);
    } else if (press && drags) {
      press.seeks ||= Math.abs(event.clientX - press.x) > TREMBLE;
      if (press.seeks) go(timeAt(event.clientX));
    }
  });
  slider.addEventListener("pointerup", (event) => {
    if (press && !press.seeks) go(timeAt(event.clientX));
    leave(event);
  });
  slider.addEventListener("pointercancel", (event) => leave(event));
  const leave = (/** @type {PointerEvent} */ event) => {
    fingers.delete(event.pointerId);
    press = pinch = undefined;
  };
  startWheel(slider, view, timeAt);
}

/**
 * The wheel zooms, nearer when it turns away from the hand. A wheel that began elsewhere goes on scrolling the page; with
 * Ctrl, which is also what two fingers on a touchpad give, it always zooms.
 *
 * @param {HTMLElement} target
 * @param {import("#lib/report/client/view.js").View} view
 * @param {(clientX: number) => number} timeAt
 * @param {{ onlyWithCtrl?: boolean }} options
 */
export function startWheel(target, view, timeAt, { onlyWithCtrl = false } = {}) {
  let lastMs = -Infinity, begunHere = false;
  addEventListener("wheel", (event) => {
    if (event.timeStamp - lastMs > REST_MS) begunHere = event.composedPath().includes(target);
    lastMs = event.timeStamp;
  }, { capture: true, passive: true });
  target.addEventListener("wheel", (event) => {
    const { deltaX, deltaY, ctrlKey, metaKey, shiftKey, clientX } = event;
    const unit = event.deltaMode === 0 ? 1 : 30;
    const before = view.range();
    const isSideways = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
    if (ctrlKey || metaKey) {
      view.zoom(2 ** (deltaY * unit / (Math.abs(deltaY) < 50 ? 60 : 200)), timeAt(clientX));
    } else if (isSideways && !view.isWhole()) {
      const [from, to] = before;
      view.pan((to - from) * (deltaX || deltaY) * unit / target.clientWidth);
    } else if (begunHere && !onlyWithCtrl) view.zoom(2 ** (deltaY * unit / 200), timeAt(clientX));
    else return;
    // At either end the page takes over, except that it is never magnified.
    if (ctrlKey || metaKey || view.range().some((sec, i) => sec !== before[i])) event.preventDefault();
  }, { passive: false });
}
