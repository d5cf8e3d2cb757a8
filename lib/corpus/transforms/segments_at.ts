import type { SampleSegment, SpeechSample } from "./speech_sample.ts";

/**
 * Whether a value is a list of segments: objects whose onset and offset are numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSegments } from "#lib/corpus/transforms/segments_at.ts";
 * assert.deepEqual([[], [{ onset: 0, offset: 1 }], [{ onset: 0 }], "x"].map(isSegments), [true, true, false, false]);
 * ```
 */
export function isSegments(value: unknown): value is readonly SampleSegment[] {
  return Array.isArray(value) &&
    value.every((one) => typeof one?.onset === "number" && typeof one?.offset === "number");
}

/**
 * The segments that a sample's metadata has under a name.
 *
 * @throws {RangeError} There are none of that name, or one has no finite times in order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentsAt } from "#lib/corpus/transforms/segments_at.ts";
 * const vad = [{ onset: 0, offset: 1 }];
 * const sample = { id: "a", wavId: "a", waveform: [], sampleRate: 16_000, metadata: { vad } };
 * assert.equal(segmentsAt(sample, "vad"), vad);
 * assert.throws(() => segmentsAt(sample, "vtc"), /a has no segments vtc in its metadata; it has vad/);
 * ```
 */
export function segmentsAt(sample: SpeechSample, key: string): readonly SampleSegment[] {
  const { id, metadata } = sample;
  const found = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (!isSegments(found)) {
    const names = Object.keys(metadata).join(", ") || "nothing";
    throw new RangeError(`${id} has no segments ${key} in its metadata; it has ${names}.`);
  }
  for (const { onset, offset } of found) {
    if (!Number.isFinite(onset) || !Number.isFinite(offset) || offset < onset) {
      throw new RangeError(
        `${id}: a segment of ${key} runs from ${onset} to ${offset} s; finite times in order are needed.`,
      );
    }
  }
  return found;
}
