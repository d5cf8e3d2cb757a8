import { basename, extname } from "node:path";
import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { Diarizer, type DiarizerOptions, type DiarizeSettings } from "./diarizer.ts";

/** A diarized recording. */
export interface Diarization {
  /** Who speaks when. */
  readonly annotation: Annotation;
  /** The same with one speaker at most at a time. */
  readonly exclusive: Annotation;
  /** (chunks, slots, D). */
  readonly embeddings: ArrayOf<"f4">;
  /** Every artefact of every stage. */
  readonly stages: Partial<Artefacts>;
  /** Length of the recording. */
  readonly durationSec: number;
  /** Seconds of both networks together, of every stage, and `total`. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Faults of the recording that did not stop it. */
  readonly warnings: readonly string[];
}

/**
 * Diarize a recording: decode it, run the networks of a preset over it, cluster.
 *
 * @param file Any format that `openAudio` reads.
 * @param options A preset's name and settings, or a `diarizer` that is open already and serves many recordings.
 * @throws {AudioFileError} when the recording cannot be read.
 * @throws {ModelNotFoundError} when weights are missing; the message says how to get them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diarize } from "#lib/diarization/diarize.ts";
 * await assert.rejects(diarize("meeting.wav", { preset: "no such preset" }), /There is no preset/);
 * ```
 */
export async function diarize(
  file: string,
  options: DiarizerOptions & DiarizeSettings & { readonly diarizer?: Diarizer } = {},
): Promise<Diarization> {
  const { diarizer: given } = options;
  const diarizer = given ?? await Diarizer.open(options);
  try {
    const start = performance.now();
    await using audio = await openAudio(file);
    const uri = options.uri ?? recordingName(file);
    const heard = await diarizer.hear(audio, options);
    const networks = (performance.now() - start) / 1000;
    const { artefacts, seconds } = await diarizer.cluster(heard, { ...options, uri });
    return {
      annotation: artefacts.diarization!,
      exclusive: artefacts.exclusive!,
      embeddings: heard.embeddings,
      stages: artefacts,
      durationSec: audio.frames === undefined ? heard.durationSec : audio.frames / audio.sampleRate,
      seconds: { networks, ...seconds, total: (performance.now() - start) / 1000 },
      warnings: [...audio.warnings],
    };
  } finally {
    if (given === undefined) await diarizer[Symbol.asyncDispose]();
  }
}

/**
 * The name that a recording gets in RTTM: its file's, without folder, ending and spaces.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recordingName } from "#lib/diarization/diarize.ts";
 * assert.equal(recordingName("talks/my talk.wav"), "my_talk");
 * ```
 */
export function recordingName(file: string): string {
  return basename(file, extname(file)).replace(/\s+/gu, "_");
}
