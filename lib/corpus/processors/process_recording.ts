import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import type { Compute } from "#lib/compute/compute.ts";
import type { Hook } from "#lib/pipeline/run_stages.ts";
import { programVersion } from "#lib/places/program_version.ts";
import type { ListedRecording } from "../recordings/recording_list.ts";
import type { Feature, StoredFeature } from "./feature.ts";
import type { FeatureProcessor } from "./feature_processor.ts";
import type { HearingParts } from "./hearing.ts";
import { SharedRecording } from "./shared_recording.ts";

/** What processors share. */
export interface ProcessRecordingOptions {
  readonly processors: readonly FeatureProcessor[];
  readonly compute: Compute;
  /** The networks that they need (`openHearing`); undefined where they need none. */
  readonly hearing?: HearingParts;
  readonly signal?: AbortSignal;
  /** Hears how far the networks are. */
  readonly hook?: Hook;
}

/**
 * Runs processors over one recording, which is decoded once. A fault is a feature of its own: `success` is false and `error` says why, of
 * all of them where the recording cannot be read, of one where that one fails.
 *
 * @returns Of each processor its feature, in their order. Nothing is saved.
 * @throws What `signal` was aborted with.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SCALAR } from "#lib/compute/scalar_compute.ts";
 * import { processRecording } from "#lib/corpus/processors/process_recording.ts";
 * import { processorNamed } from "#lib/corpus/processors/registry.ts";
 * const recording = { wavId: "a", path: "a.wav", file: "/no such/a.wav", durationSec: 1 };
 * const [feature] = await processRecording(recording, { processors: [processorNamed("loudness")], compute: SCALAR });
 * assert.deepEqual([feature.success, feature.error], [false, "/no such/a.wav: there is no such file"]);
 * ```
 */
export async function processRecording(
  recording: ListedRecording,
  options: ProcessRecordingOptions,
): Promise<StoredFeature[]> {
  const { processors, compute, hearing, signal, hook } = options;
  const { wavId, path, file } = recording;
  const row = {
    wavId,
    path,
    audioSha256: await fileSha256(file).catch(() => null),
    dialab: programVersion().version,
  };
  const failed = (error: unknown): StoredFeature => {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    const nothing = { durationSec: null, originalSr: null, scalars: {}, segments: [], warnings: [] };
    return { ...row, ...nothing, success: false, error: message };
  };
  let audio;
  try {
    audio = await openAudio(file);
  } catch (error) {
    return processors.map(() => failed(error));
  }
  await using _open = audio;
  const needs = [...new Set(processors.flatMap((one) => one.needs))];
  const shared = new SharedRecording(audio, { wavId, file, compute, needs, hearing, signal, hook });
  const running = processors.map(async (processor): Promise<Feature | Failed> => {
    const { input, close } = shared.input(processor.needs);
    try {
      return await processor.process(input);
    } catch (error) {
      return new Failed(error);
    } finally {
      close();
    }
  });
  let durationSec: number;
  try {
    durationSec = await shared.run();
  } catch (error) {
    await Promise.all(running);
    return processors.map(() => failed(error));
  }
  const features = await Promise.all(running);
  const { sampleRate: originalSr } = audio;
  return features.map((feature, i) => {
    if (feature instanceof Failed) return failed(feature.error);
    const { scalars, segments = [], arrays, warnings = [] } = feature;
    // Every column is there, null where nothing was said, as it will be read again.
    const cells = Object.keys(processors[i].columns).map((name) => [name, scalars[name] ?? null] as const);
    return {
      ...{ ...row, success: true, error: "", durationSec, originalSr },
      ...{ scalars: Object.fromEntries(cells), segments, warnings: [...shared.warnings, ...warnings] },
      ...(processors[i].arrays && { arrays }),
    };
  });
}

class Failed {
  constructor(readonly error: unknown) {}
}
