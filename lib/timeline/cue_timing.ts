const CLOCK = "(?:(\\d+):)?(\\d{1,2}):(\\d{1,2})(?:[,.](\\d{1,9}))?";
/** Coordinates (`X1:40 ...`) or settings (`align:start`) may follow. */
const TIMING = new RegExp(`^\\s*${CLOCK}\\s*-->\\s*${CLOCK}(?:\\s.*)?$`);
const EXACT = /^\s*\d{2,}:\d{2}:\d{2}[,.]\d{3}\s*-->\s*\d{2,}:\d{2}:\d{2}[,.]\d{3}(?:\s.*)?$/;

/** From when to when a cue is shown. */
export interface CueTiming {
  readonly startSec: number;
  readonly endSec: number;
  /** Whether both times read 00:00:00,000 in full. */
  readonly exact: boolean;
}

/**
 * The times of a subtitle's cue, `HH:MM:SS,mmm --> HH:MM:SS,mmm`; the hours or the fraction may be missing, and digits. Undefined for any
 * other line.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { cueTiming } from "#lib/timeline/cue_timing.ts";
 *
 * const timing = cueTiming("00:00:01,500 --> 01:00:02,000 X1:40");
 * deepStrictEqual(timing, { startSec: 1.5, endSec: 3602, exact: true });
 * strictEqual(cueTiming("00:01.5 --> 00:02.0")?.startSec, 1.5);
 * strictEqual(cueTiming("1 --> 2"), undefined);
 * ```
 */
export function cueTiming(line: string): CueTiming | undefined {
  const found = TIMING.exec(line);
  if (found === null) return undefined;
  const [startSec, endSec] = [seconds(found.slice(1, 5)), seconds(found.slice(5, 9))];
  if (startSec === undefined || endSec === undefined) return undefined;
  return { startSec, endSec, exact: EXACT.test(line) };
}

/** Milliseconds first, so that the sum is the double nearest to what is written. */
function seconds([hours, minutes, secs, fraction]: readonly (string | undefined)[]): number | undefined {
  if (hours === undefined && fraction === undefined) return undefined;
  const [h, m, s] = [hours ?? "0", minutes, secs].map(Number);
  if (m > 59 || s > 59) return undefined;
  const digits = Math.max(3, fraction?.length ?? 0);
  const scale = 10 ** digits;
  return (((h * 60 + m) * 60 + s) * scale + Number((fraction ?? "").padEnd(digits, "0"))) / scale;
}
