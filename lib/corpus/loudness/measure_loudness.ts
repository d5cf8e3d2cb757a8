import type { Audio } from "#lib/audio/audio.ts";
import { type Loudness, LoudnessMeter } from "./loudness_meter.ts";

/**
 * The loudness of a recording, read in blocks; see {@linkcode LoudnessMeter}.
 *
 * @throws {AudioFileError} when it cannot be read.
 * @throws {RangeError} when its rate is below 4000 Hz.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { measureLoudness } from "#lib/corpus/loudness/measure_loudness.ts";
 * const silence = audioFromSamples(new Float32Array(16_000), { sampleRate: 16_000 });
 * assert.deepEqual(await measureLoudness(silence), { integratedLufs: null, rangeLu: null, truePeakDbtp: null });
 * ```
 */
export async function measureLoudness(
  audio: Pick<Audio, "sampleRate" | "channels" | "blocks">,
): Promise<Loudness> {
  const meter = new LoudnessMeter(audio);
  for await (const block of audio.blocks()) meter.push(block);
  return meter.end();
}
