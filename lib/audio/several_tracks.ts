/**
 * What to say of a file with more tracks of sound than are read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { severalTracks } from "#lib/audio/several_tracks.ts";
 *
 * assert.match(severalTracks(2), /^has 2 tracks of sound; only the first was read/);
 * ```
 */
export function severalTracks(tracks: number): string {
  return `has ${tracks} tracks of sound; only the first was read (ffmpeg -i FILE -map 0:a:1 OUT.wav takes the second)`;
}
