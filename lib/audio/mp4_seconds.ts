import type { Mp4Track } from "./mp4_track.ts";

/**
 * How long an MP4 file says that its sound is, in seconds: its packets, as its list of edits plays them,
 * pauses in between with them.
 * (ISO/IEC 14496-12, sections 8.6.1.2 and 8.6.6)
 *
 * @returns Undefined where its clock makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Seconds } from "#lib/audio/mp4_seconds.ts";
 * import { mp4Track } from "#lib/audio/mp4_track.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.m4a");
 * const track = await mp4Track(file);
 * await file.close();
 * assert.equal(track && mp4Seconds(track), 0.4);
 * ```
 */
export function mp4Seconds(track: Mp4Track): number | undefined {
  const { durations, timescale, edits } = track;
  const ticks = durations.reduce((sum, entry) => sum + entry.count * entry.ticks, 0);
  if (timescale === 0 || ticks === 0) return undefined;
  const isSound = edits.map(({ startTicks }) => startTicks !== undefined);
  const first = isSound.indexOf(true);
  if (first < 0) return ticks / timescale;
  // Pauses at the start and at the end are not counted.
  return edits.slice(first, isSound.lastIndexOf(true) + 1).reduce((sum, { sec, startTicks }) => {
    if (startTicks === undefined) return sum + sec;
    const there = Math.max(0, ticks - startTicks) / timescale;
    return sum + (sec === 0 ? there : Math.min(sec, there));
  }, 0);
}
