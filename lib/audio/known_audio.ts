import type { Audio } from "./audio.ts";
import { compressedAudio } from "./compressed_audio.ts";
import { flacEndIsThere } from "./flac_end.ts";
import { flacRuns } from "./flac_runs.ts";
import { mp3Track } from "./mp3_track.ts";
import { oggFrames, oggRuns } from "./ogg_runs.ts";
import type { OpenFile } from "./open_file.ts";

/** What {@linkcode knownAudio} is told about a file. */
export interface KnownAudioOptions {
  readonly decoder: "flac" | "mp3" | "vorbis" | "opus";
  /** The format in words. */
  readonly name: string;
}

/**
 * The audio in an open file of FLAC, MP3, or Ogg with Vorbis, Opus or FLAC.
 *
 * @throws {AudioFileError} Nothing in it can be decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { knownAudio } from "#lib/audio/known_audio.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * await using audio = await knownAudio(await openFile("tests/audio/samples/stereo.mp3"), { decoder: "mp3", name: "MP3" });
 * assert.deepEqual([audio.sampleRate, audio.channels, audio.frames], [44100, 2, 17640]);
 * ```
 */
export async function knownAudio(source: OpenFile, options: KnownAudioOptions): Promise<Audio> {
  const { decoder, name } = options;
  if (decoder === "mp3") return await compressedAudio(source, { name, ...await mp3Track(source) });
  const mark = await source.read(new Uint8Array(4), 0);
  if (decoder === "flac" && String.fromCharCode(...mark) !== "OggS") {
    const isEndThere = await flacEndIsThere(source);
    return await compressedAudio(source, { name, isEndThere, runs: () => flacRuns(source) });
  }
  const frames = await oggFrames(source);
  return await compressedAudio(source, { name, frames, runs: (warn) => oggRuns(source, warn) });
}
