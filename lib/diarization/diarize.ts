import { basename, extname } from "node:path";
import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { Audio } from "#lib/audio/audio.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { assertSettings } from "./assert_settings.ts";
import { Diarizer, type DiarizerOptions, type DiarizeSettings, type Heard } from "./diarizer.ts";
import { gatherProvenance } from "./gather_provenance.ts";
import { withinRecording } from "./within_recording.ts";

/** A diarized recording. */
export interface Diarization {
  /** Who speaks when, as far as the recording goes. `stages.diarization` has the turns as pyannote has them, up to a second beyond its end. */
  readonly annotation: Annotation;
  /** The same with one speaker at most at a time; uncut in `stages.exclusive`. */
  readonly exclusive: Annotation;
  /** (chunks, slots, D). */
  readonly embeddings: ArrayOf<"f4">;
  /** Every artefact of every stage. */
  readonly stages: Partial<Artefacts>;
  /** Length of the recording: of the samples that were decoded. */
  readonly durationSec: number;
  /** Seconds of both networks together, of every stage, and `total`. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Faults of the recording that did not stop it, which preset was taken where none was named, weights that are not those of their card (told by
   * `Diarizer.warnings` where a diarizer was given), hints that were not met. */
  readonly warnings: readonly string[];
  /** What the result depends on, so that it can be told, saved, and repeated (`wouldRepeat`). */
  readonly provenance: RunProvenance;
}

/**
 * Diarize a recording: decode it, run the networks of a preset over it, cluster.
 *
 * @param file Any format that `openAudio` reads.
 * @param options A preset's name and settings, or a `diarizer` that is open already and serves many recordings.
 * @throws {AudioFileError} when the recording cannot be read.
 * @throws {ModelNotFoundError} when weights are missing; the message says how to get them.
 * @throws {OptionsError} when there is no such setting, or a setting is wrong.
 * @throws {TypeError} when the file is no path.
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
  if (typeof file !== "string") {
    const kind = Object.prototype.toString.call(file).slice(8, -1);
    throw new TypeError(`diarize takes a file's path, not ${kind}; samples become a file by writeWav.`);
  }
  assertSettings(options);
  const { diarizer: given } = options;
  const diarizer = given ?? await Diarizer.open(options);
  try {
    const start = performance.now();
    await using audio = await openAudio(file);
    // The file is summed up while it is heard; what fails is told where it is awaited.
    const provenance = gatherProvenance(file, { diarizer, settings: options });
    provenance.catch(() => {});
    const uri = options.uri ?? recordingName(file);
    const heard = await diarizer.hear(audio, options);
    const networks = (performance.now() - start) / 1000;
    // Those with which it was opened here are the diarizer's own by now.
    const own = given === undefined ? undefined : options.options;
    const { artefacts, seconds, warnings } = await diarizer.cluster(heard, { ...options, options: own, uri });
    const durationSec = lengthSec(audio, heard);
    const annotation = withinRecording(artefacts.diarization!, durationSec);
    return {
      annotation,
      exclusive: withinRecording(artefacts.exclusive!, durationSec),
      embeddings: heard.embeddings,
      stages: artefacts,
      durationSec,
      seconds: { networks, ...seconds, total: (performance.now() - start) / 1000 },
      provenance: await provenance,
      warnings: [
        ...audio.warnings,
        ...heard.warnings,
        ...(given === undefined ? [...(diarizer.note ? [diarizer.note] : []), ...diarizer.warnings] : []),
        ...warnings,
        ...speakersCut(artefacts.diarization!, annotation),
      ],
    };
  } finally {
    if (given === undefined) await diarizer[Symbol.asyncDispose]();
  }
}

/** To the sample where what was announced is what was decoded, else to one at the networks' rate. */
function lengthSec({ frames, sampleRate }: Audio, { durationSec }: Heard): number {
  const announced = frames === undefined ? NaN : frames / sampleRate;
  return Math.abs(announced - durationSec) <= 1 / NETWORK_SAMPLE_RATE ? announced : durationSec;
}

function speakersCut(whole: Annotation, within: Annotation): string[] {
  const all = whole.labels().length, lost = all - within.labels().length;
  if (lost === 0) return [];
  return [
    `${lost} of ${all} speakers ${
      lost === 1 ? "is" : "are"
    } heard behind the recording's end only, and left out.`,
  ];
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
