import { segmentsAt } from "./segments_at.ts";
import type { SpeechTransform } from "./speech_sample.ts";

/** Options of {@linkcode labelEncoder}. */
export interface LabelEncoderOptions {
  /** Where in the metadata the segments stand. Default `vtc_segments`. */
  readonly segmentsKey?: string;
  /** The number of labels that are not in the list, and of segments without a label. Default: the former are refused, the latter are -1. */
  readonly unknownId?: number;
}

/**
 * A transform that gives each segment the number of its label: its place in a list.
 *
 * @param labels All different.
 * @throws {RangeError} A label stands twice, `unknownId` is no integer; of the transform: a label is not in the list, or the metadata has no
 *   such segments.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { labelEncoder } from "#lib/corpus/transforms/label_encoder.ts";
 * const metadata = { vtc_segments: [{ onset: 0, offset: 1, label: "MAL" }, { onset: 1, offset: 2, label: "FEM" }] };
 * const sample = { id: "a", wavId: "a", waveform: [new Float32Array(32_000)], sampleRate: 16_000, metadata };
 * assert.deepEqual(labelEncoder(["FEM", "MAL"])(sample).labels, [1, 0]);
 * assert.throws(() => labelEncoder(["FEM"])(sample), /a has a segment of label "MAL"; known are FEM/);
 * ```
 */
export function labelEncoder(labels: readonly string[], options: LabelEncoderOptions = {}): SpeechTransform {
  const { segmentsKey = "vtc_segments", unknownId } = options;
  const ids = new Map(labels.map((label, id) => [label, id]));
  if (ids.size < labels.length) {
    throw new RangeError(`Labels are all different; they were ${labels.join(", ")}.`);
  }
  if (unknownId !== undefined && !Number.isSafeInteger(unknownId)) {
    throw new RangeError(`The number of unknown labels is an integer, not ${unknownId}.`);
  }
  return (sample) => ({
    ...sample,
    labels: segmentsAt(sample, segmentsKey).map(({ label }) => {
      if (label === undefined || label === null) return unknownId ?? -1;
      const id = ids.get(label) ?? unknownId;
      if (id !== undefined) return id;
      const known = labels.join(", ") || "none";
      throw new RangeError(
        `${sample.id} has a segment of label ${JSON.stringify(label)}; known are ${known}.`,
      );
    }),
  });
}
