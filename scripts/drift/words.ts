/** Numbers, places and times as `drift` prints them. */
import type { DriftSpot } from "#lib/parity/drift/run_difference.ts";

/** A number in at most eight characters; "-" for none, "inf/NaN" for what JSON has no number for. */
export function short(value: number | null | undefined, digits = 4): string {
  if (value === undefined) return "-";
  if (value === null) return "inf/NaN";
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return `${value}`;
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? `${Number(value.toPrecision(digits))}` : value.toExponential(1);
}

/** Minutes and seconds, or hours too: "1:02.345". */
export function clock(seconds: number): string {
  const whole = Math.round(seconds * 1000);
  const parts = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60];
  const rest = (whole % 60_000 / 1000).toFixed(3).padStart(6, "0");
  return parts[0] > 0 ? `${parts[0]}:${`${parts[1]}`.padStart(2, "0")}:${rest}` : `${parts[1]}:${rest}`;
}

/** "chunk 184, slot 1, embedding 161", and when. */
export function place({ at, startSec, endSec }: DriftSpot): string {
  const words = Object.entries(at).map(([axis, index]) => `${axis} ${index}`).join(", ");
  return startSec === undefined ? words : `${words} ${when({ startSec, endSec })}`;
}

/** "at 1:02.345", "in 0:03.000 to 0:13.000". */
export function when({ startSec, endSec }: { startSec?: number; endSec?: number }): string {
  if (startSec === undefined) return "";
  return endSec === undefined || endSec - startSec < 0.1
    ? `at ${clock(startSec)}`
    : `in ${clock(startSec)} to ${clock(endSec)}`;
}

/** A share as percent. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "0 %";
  const share = 100 * part / whole;
  return `${share < 0.01 ? share.toExponential(0) : share.toPrecision(share >= 10 ? 3 : 2)} %`;
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * Values as a row of blocks, the largest of each stretch; the height is the logarithm over `decades`, nothing where all are 0.
 *
 * @param values Not negative; null for infinite.
 */
export function sparkline(values: readonly (number | null)[], width: number, decades = 4): string {
  const cells = Array.from(
    { length: Math.min(width, values.length) },
    (_, i, n = Math.min(width, values.length)) =>
      values.slice(Math.floor(i * values.length / n), Math.floor((i + 1) * values.length / n))
        .reduce((most: number, value) => Math.max(most, value ?? Infinity), 0),
  );
  const top = cells.reduce((most, cell) => Number.isFinite(cell) ? Math.max(most, cell) : most, 0);
  return cells.map((cell) => {
    if (cell === 0) return "·";
    if (cell === Infinity) return "!";
    const height = Math.max(0, Math.log10(cell / top) + decades) / decades;
    return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(height * BLOCKS.length))];
  }).join("");
}

/** Text cut at spaces into lines of so many columns; those after the first begin with `indent`. */
export function wrapped(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [word] of text.matchAll(/ *[^ ]+/g)) {
    if (line.length + word.length > columns) {
      lines.push(line);
      line = indent + word.trimStart();
    } else line += word;
  }
  return [...lines, line];
}
