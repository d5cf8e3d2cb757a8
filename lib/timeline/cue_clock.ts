import { formatFixed } from "#lib/numerics/format_fixed.ts";

/**
 * A time as subtitles write it, `HH:MM:SS,mmm` in SRT and `HH:MM:SS.mmm` in WebVTT: milliseconds rounded half to even, hours of two
 * digits or more.
 *
 * @param sec From the recording's start; not negative.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { cueClock } from "#lib/timeline/cue_clock.ts";
 *
 * deepStrictEqual([cueClock(5.0625, ","), cueClock(3661.5, ".")], ["00:00:05,062", "01:01:01.500"]);
 * ```
 */
export function cueClock(sec: number, separator: "," | "."): string {
  const [whole, millis] = formatFixed(sec, 3).split(".");
  const seconds = Number(whole);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return `${clock}${separator}${millis}`;
}
