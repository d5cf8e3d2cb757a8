/**
 * A stretch in which the same speakers speak.
 *
 * @typedef {{ startSec: number, endSec: number, speakers: readonly number[] }} Stretch
 */

/**
 * Who speaks when, overlaps as stretches of several.
 *
 * @param {readonly import("#lib/report/client/page_data.js").TurnRow[]} turns
 * @param {ReadonlySet<number>} hidden Speakers that are left out.
 * @returns {Stretch[]} In order and apart from each other.
 */
export function stretchesOf(turns, hidden) {
  const bounds = turns.filter(([, , speaker]) => !hidden.has(speaker)).flatMap((
    [startSec, endSec, speaker],
  ) => [
    { sec: startSec, speaker, change: 1 },
    { sec: endSec, speaker, change: -1 },
  ]).sort((a, b) => a.sec - b.sec);
  /** @type {Map<number, number>} */
  const speaking = new Map();
  /** @type {Stretch[]} */
  const stretches = [];
  for (let i = 0; i < bounds.length; i++) {
    const { sec, speaker, change } = bounds[i];
    const count = (speaking.get(speaker) ?? 0) + change;
    if (count > 0) speaking.set(speaker, count);
    else speaking.delete(speaker);
    const endSec = bounds[i + 1]?.sec ?? sec;
    if (speaking.size === 0 || endSec <= sec) continue;
    stretches.push({ startSec: sec, endSec, speakers: [...speaking.keys()].sort((a, b) => a - b) });
  }
  return stretches;
}

/**
 * Paints stretches, each speaker of an overlap with a share of the height.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Stretch[]} stretches
 * @param {{ range: readonly [number, number], width: number, height: number, colours: readonly string[] }} options
 */
export function paintVoices(context, stretches, { range: [from, to], width, height, colours }) {
  const scale = width / (to - from);
  for (let i = firstAfter(stretches, from); i < stretches.length && stretches[i].startSec < to; i++) {
    const { startSec, endSec, speakers } = stretches[i];
    const left = Math.max(0, (startSec - from) * scale), right = Math.min(width, (endSec - from) * scale);
    const share = height / speakers.length;
    speakers.forEach((speaker, place) => {
      context.fillStyle = colours[speaker];
      context.fillRect(left, place * share, Math.max(1, right - left), share);
    });
  }
}

/**
 * The first stretch that ends after `sec`.
 *
 * @param {readonly Stretch[]} stretches
 * @param {number} sec
 */
function firstAfter(stretches, sec) {
  let low = 0, high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].endSec > sec) high = middle;
    else low = middle + 1;
  }
  return low;
}
