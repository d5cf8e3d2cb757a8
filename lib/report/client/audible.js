/**
 * Who is to be heard: with somebody soloed, only stretches in which one of them speaks; those in which only muted ones speak, never.
 *
 * @typedef {{ soloed: ReadonlySet<number>, muted: ReadonlySet<number> }} Choice
 */

/**
 * From when on there is something to hear: `timeSec` itself, or a later time; null where nothing follows.
 *
 * @param {readonly import("#lib/report/client/voices.js").Stretch[]} stretches In order and apart.
 * @param {number} timeSec
 * @param {Choice} choice
 * @returns {number | null}
 */
export function nextAudible(stretches, timeSec, { soloed, muted }) {
  if (soloed.size === 0 && muted.size === 0) return timeSec;
  const isHeard = (/** @type {number} */ speaker) =>
    !muted.has(speaker) && (soloed.size === 0 || soloed.has(speaker));
  let at = timeSec;
  for (const { startSec, endSec, speakers } of stretches) {
    if (endSec <= at) continue;
    // A pause is heard unless somebody is soloed.
    if (startSec > at && soloed.size === 0) return at;
    if (speakers.some(isHeard)) return Math.max(at, startSec);
    at = endSec;
  }
  return soloed.size === 0 ? at : null;
}

/**
 * Speakers that are not heard.
 *
 * @param {number} count Of all speakers.
 * @param {Choice} choice
 * @returns {Set<number>}
 */
export function unheard(count, { soloed, muted }) {
  const all = Array.from({ length: count }, (_, i) => i);
  return new Set(all.filter((i) => muted.has(i) || soloed.size > 0 && !soloed.has(i)));
}
