/** Nobody hears more in less. */
const LEAST_SEC = 1;

/**
 * What of a recording is in view, by its wave and its figures alike.
 *
 * @typedef {object} View
 * @property {number} durationSec
 * @property {() => readonly [fromSec: number, toSec: number]} range
 * @property {() => boolean} isWhole
 * @property {(fromSec: number, toSec: number) => void} show
 * @property {(factor: number, atSec: number) => void} zoom Nearer where `factor` is below 1; `atSec` stays where it is.
 * @property {(bySec: number) => void} pan
 * @property {(atSec: number) => void} follow Turns the leaf when `atSec` is out of view.
 * @property {(changed: () => void) => void} watch
 */

/**
 * @param {number} durationSec
 * @returns {View}
 */
export function startView(durationSec) {
  const least = Math.min(LEAST_SEC, durationSec);
  let [from, to] = [0, durationSec];
  /** @type {(() => void)[]} */
  const watching = [];
  const show = (/** @type {number} */ fromSec, /** @type {number} */ toSec) => {
    const span = Math.min(durationSec, Math.max(least, toSec - fromSec));
    const start = Math.max(0, Math.min(durationSec - span, fromSec));
    if (start === from && start + span === to) return;
    [from, to] = [start, start + span];
    for (const changed of watching) changed();
  };
  return {
    durationSec,
    range: () => [from, to],
    isWhole: () => to - from >= durationSec,
    show,
    zoom(factor, atSec) {
      const span = Math.min(durationSec, Math.max(least, (to - from) * factor));
      const start = atSec - (atSec - from) * span / (to - from);
      show(start, start + span);
    },
    pan: (bySec) => show(from + bySec, to + bySec),
    follow(atSec) {
      if (atSec >= from && atSec <= to) return;
      const start = atSec - (to - from) / 20;
      show(start, start + to - from);
    },
    watch: (changed) => void watching.push(changed),
  };
}
