import { ndArray } from "#lib/arrays/nd_array.ts";
import { segmentsAt } from "./segments_at.ts";
import type { SpeechTransform } from "./speech_sample.ts";

/** Options of {@linkcode maskGenerator}. */
export interface MaskGeneratorOptions {
  /** From one frame to the next, in seconds. Default 0.02. */
  readonly frameShiftSec?: number;
  /** Labels, as `labelEncoder` numbers them. Default 1. */
  readonly labelCount?: number;
  /** Where in the metadata the segments stand. Default `vtc_segments`. */
  readonly segmentsKey?: string;
}

/**
 * A transform that says frame by frame where somebody speaks, and where somebody of each label does: `speechFrames` (frames,) and
 * `frameLabels` (frames, labels). It comes behind `labelEncoder`; without one, all segments are of label 0. Segments whose number is
 * below 0 or not below `labelCount` are speech of no label.
 *
 * Times become frames by `trunc(t / shift)`, a division of floats as in Python, so that 0.58 s are frame 28 of 0.02 s, not 29. A segment
 * ends before the frame of its end.
 *
 * @throws {RangeError} Shift or count make no sense; of the transform: the metadata has no such segments, or not as many as labels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { maskGenerator } from "#lib/corpus/transforms/mask_generator.ts";
 * const metadata = { vtc_segments: [{ onset: 0.3, offset: 0.7 }] };
 * const sample = { id: "a", wavId: "a", waveform: [new Float32Array(16_000)], sampleRate: 16_000, metadata };
 * const { speechFrames } = maskGenerator({ frameShiftSec: 0.1 })(sample);
 * assert.equal(speechFrames!.data.join(""), "0011110000");
 * ```
 */
export function maskGenerator(options: MaskGeneratorOptions = {}): SpeechTransform {
  const { frameShiftSec: shift = 0.02, labelCount = 1, segmentsKey = "vtc_segments" } = options;
  if (!Number.isFinite(shift) || shift <= 0) {
    throw new RangeError(`A frame's shift is a number of seconds above 0, not ${shift}.`);
  }
  if (!Number.isSafeInteger(labelCount) || labelCount < 1) {
    throw new RangeError(`Labels are a whole number from 1, not ${labelCount}.`);
  }
  return (sample) => {
    const segments = segmentsAt(sample, segmentsKey);
    const labels = sample.labels ?? segments.map(() => 0);
    if (labels.length !== segments.length) {
      throw new RangeError(
        `${sample.id} has ${labels.length} labels and ${segments.length} segments ${segmentsKey}; as many are needed: ` +
          "encode labels behind whatever cuts segments.",
      );
    }
    const frames = Math.trunc((sample.waveform[0]?.length ?? 0) / sample.sampleRate / shift);
    const speech = new Uint8Array(frames), byLabel = new Uint8Array(frames * labelCount);
    for (const [i, { onset, offset }] of segments.entries()) {
      const first = Math.max(0, Math.trunc(onset / shift)),
        end = Math.min(frames, Math.trunc(offset / shift));
      const label = labels[i], isLabel = label >= 0 && label < labelCount;
      for (let frame = first; frame < end; frame++) {
        speech[frame] = 1;
        if (isLabel) byLabel[frame * labelCount + label] = 1;
      }
    }
    return {
      ...sample,
      speechFrames: ndArray("b1", [frames], speech),
      frameLabels: ndArray("b1", [frames, labelCount], byLabel),
    };
  };
}
