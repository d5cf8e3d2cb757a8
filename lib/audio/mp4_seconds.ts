import type { Mp4Track } from "./mp4_track.ts";

/**
 * How long an MP4 file says that its sound is, in seconds: its packets, from where its list of edits begins.
 * (ISO/IEC 14496-12, sections 8.6.1.2 and 8.6.6)
 *
 * @returns Undefined where its clock makes no sense, or several edits put parts together.
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
  const { durations, timescale, boxes } = track;
  const ticks = durations.reduce((sum, entry) => sum + entry.count * entry.ticks, 0);
  const { elst } = boxes;
  if (timescale === 0 || ticks === 0) return undefined;
  if (!elst) return ticks / timescale;
  const view = new DataView(elst.buffer, elst.byteOffset, elst.byteLength);
  const isLong = view.getUint8(0) === 1;
  const starts = Array.from(
    { length: view.getUint32(4) },
    (_, i) => isLong ? Number(view.getBigInt64(16 + 20 * i)) : view.getInt32(12 + 12 * i),
  );
  // -1 is a pause before the sound.
  const edits = starts.filter((start) => start >= 0);
  if (edits.length > 1) return undefined;
  return Math.max(0, ticks - (edits[0] ?? 0)) / timescale;
}
