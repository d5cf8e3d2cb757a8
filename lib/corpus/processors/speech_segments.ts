import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { withinRecording } from "#lib/diarization/within_recording.ts";
import { binarize } from "#lib/timeline/binarize.ts";
import { speakerCount } from "#lib/timeline/speaker_count.ts";
import type { FeatureSegment } from "./feature.ts";

/** Which stretches are wanted. */
export interface SpeechSegmentsOptions {
  /** Seconds of the recording: what is heard behind its end is cut off. */
  readonly durationSec: number;
  /** So many at least speak at once: 1 for speech, 2 for overlap. @default {1} */
  readonly speakers?: number;
  /** Pauses up to this long are closed, in seconds. @default {0} */
  readonly closeGapSec?: number;
  /** What is shorter is left out, behind that, in seconds. @default {0} */
  readonly leastSec?: number;
}

/**
 * Where somebody speaks, or several at once, by what the segmentation network says of each chunk: chunks that overlap are averaged as
 * pyannote counts speakers, and times are the middles of frames.
 *
 * @param segmentations (chunks, frames, slots) of 0 and 1.
 * @returns In the order of time, none touching the next.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { speechSegments } from "#lib/corpus/processors/speech_segments.ts";
 * const active = Float32Array.from({ length: 589 }, (_, f) => f >= 100 && f < 200 ? 1 : 0);
 * const [{ onset, offset }] = speechSegments(ndArray("f4", [1, 589, 1], active), { durationSec: 3 });
 * assert.deepEqual([onset.toFixed(2), offset], ["1.72", 3]);
 * ```
 */
export function speechSegments(
  segmentations: ArrayOf<"f4">,
  options: SpeechSegmentsOptions,
): FeatureSegment[] {
  const { durationSec, speakers = 1, closeGapSec = 0, leastSec = 0 } = options;
  if (segmentations.shape[0] === 0) return [];
  const { data, shape } = speakerCount(segmentations);
  const active = ndArray("f4", shape, Float32Array.from(data, (count) => count >= speakers ? 1 : 0));
  const turns = withinRecording(binarize(active, { minDurationOff: closeGapSec }), durationSec);
  return [...turns.itertracks()]
    .map(([{ start, end }]) => ({ onset: start, offset: end }))
    .filter(({ onset, offset }) => offset - onset >= leastSec)
    .sort((a, b) => a.onset - b.onset);
}
