import { roundHalfEven } from "#lib/numerics/round_half_even.ts";

/** Times of regularly spaced frames or chunks; number i covers [start + i step, start + i step + duration]. */
export interface SlidingWindow {
  readonly startSec: number;
  readonly durationSec: number;
  readonly stepSec: number;
}

/** Chunks of community-1: 10 s every second. */
export const CHUNKS: SlidingWindow = { startSec: 0, durationSec: 10, stepSec: 1 };

/** Frames of segmentation-3.0: receptive field of 991 samples, every 270 samples, at 16 kHz (pyannote utils/receptive_field.py). */
export const FRAMES: SlidingWindow = { startSec: 0, durationSec: 991 / 16000, stepSec: 270 / 16000 };

/**
 * The frame whose middle is nearest to a time, halves to the even frame (pyannote.core segment.py, `closest_frame`).
 *
 * @param t Seconds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { closestFrame, FRAMES } from "#lib/timeline/sliding_window.ts";
 * assert.equal(closestFrame(FRAMES, 1.03096875), 59);
 * ```
 */
export function closestFrame(frames: SlidingWindow, t: number): number {
  return roundHalfEven((t - frames.startSec - 0.5 * frames.durationSec) / frames.stepSec);
}

/**
 * The middle of frame i in seconds, rounded as pyannote rounds it: half of start plus end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FRAMES, frameMiddle } from "#lib/timeline/sliding_window.ts";
 * assert.equal(frameMiddle(FRAMES, 0), 0.03096875);
 * ```
 */
export function frameMiddle(frames: SlidingWindow, i: number): number {
  const start = frames.startSec + i * frames.stepSec;
  return 0.5 * (start + (start + frames.durationSec));
}
