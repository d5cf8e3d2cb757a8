/**
 * A moment as lib/timeline/clock_time.ts writes it: `0:07.46`, `12:03.00`, `1:02:03.40`; rounded half to even.
 *
 * @param {number} sec
 * @param {number} decimals
 * @returns {string}
 */
export function clockTime(sec, decimals = 2) {
  const [whole, fraction] = fixed(Math.abs(sec), decimals).split(".");
  const seconds = Number(whole);
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const sign = sec < 0 && (seconds > 0 || Number(fraction) > 0) ? "-" : "";
  const rest = fraction === undefined ? pair(seconds % 60) : `${pair(seconds % 60)}.${fraction}`;
  return hours > 0 ? `${sign}${hours}:${pair(minutes)}:${rest}` : `${sign}${minutes}:${rest}`;
}

/**
 * A length, as lib/numerics/format_seconds.ts writes it.
 *
 * @param {number} sec
 */
export function seconds(sec) {
  return `${fixed(sec, 3)} s`;
}

/** Seconds between the ticks of an axis; those of lib/plots/time_axis.ts. */
const STEPS = [
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
];

/**
 * Where an axis of time has its ticks, and what they say; as lib/plots/time_axis.ts has it.
 *
 * @param {number} startSec
 * @param {number} endSec
 * @param {number} count About how many there may be.
 * @returns {{ at: number, text: string }[]}
 */
export function timeTicks(startSec, endSec, count) {
  const wanted = (endSec - startSec) / count;
  const step = STEPS.find((candidate) => candidate >= wanted * 0.99) ?? Math.ceil(wanted / 3600) * 3600;
  const first = Math.ceil(startSec / step - 1e-9), last = Math.floor(endSec / step + 1e-9);
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: clockTime(at, decimals) };
  });
}

/**
 * As lib/numerics/format_fixed.ts: what lies in the middle of two goes to the even one, where `toFixed` goes up.
 *
 * @param {number} x Not negative.
 * @param {number} decimals
 */
function fixed(x, decimals) {
  if ((x * 2 ** (decimals + 1)) % 2 === 1) {
    const below = x.toFixed(decimals + 1).slice(0, decimals > 0 ? -1 : -2);
    if (Number(below.at(-1)) % 2 === 0) return below;
  }
  return x.toFixed(decimals);
}

/** @param {number} x */
function pair(x) {
  return `${x}`.padStart(2, "0");
}
