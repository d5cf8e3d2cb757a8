import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import { frameMiddle, type SlidingWindow } from "#lib/timeline/sliding_window.ts";
import type { DriftAxis, DriftSpot } from "./run_difference.ts";

/** What is needed to tell the time of a value. */
export interface TimeScale {
  readonly chunks: SlidingWindow;
  readonly frames: SlidingWindow;
  /** Which chunk and slot each training embedding is of. */
  readonly training?: TrainingSet;
}

/** Windows of the fbank and samples, as the front stages make them. */
const WINDOW_STEP = 0.01, WINDOW = 0.025, SAMPLE_RATE = 16000;

/**
 * Where and when a value is.
 *
 * @param axes The axes of its array.
 * @param index One index per axis.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { locateValue } from "#lib/parity/drift/locate_value.ts";
 * import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
 * const spot = locateValue(["chunk", "slot"], [4, 1], { chunks: CHUNKS, frames: FRAMES });
 * assert.deepEqual(spot, { at: { chunk: 4, slot: 1 }, startSec: 4, endSec: 14 });
 * ```
 */
export function locateValue(
  axes: readonly DriftAxis[],
  index: readonly number[],
  scale: TimeScale,
): DriftSpot {
  const { chunks, training } = scale;
  const at: Record<string, number> = Object.fromEntries(axes.map((axis, i) => [axis, index[i]]));
  if (at.embedding !== undefined && training !== undefined) {
    at.chunk = training.chunkIndex[at.embedding];
    at.slot = training.speakerIndex[at.embedding];
  }
  const start = at.chunk === undefined ? chunks.startSec : chunks.startSec + at.chunk * chunks.stepSec;
  if (at.frame !== undefined) {
    const middle = frameMiddle({ ...scale.frames, startSec: start }, at.frame);
    return { at, startSec: middle, endSec: middle + scale.frames.stepSec };
  }
  if (at.window !== undefined) {
    return {
      at,
      startSec: start + at.window * WINDOW_STEP,
      endSec: start + at.window * WINDOW_STEP + WINDOW,
    };
  }
  if (at.sample !== undefined) {
    return { at, startSec: at.sample / SAMPLE_RATE, endSec: (at.sample + 1) / SAMPLE_RATE };
  }
  return at.chunk === undefined ? { at } : { at, startSec: start, endSec: start + chunks.durationSec };
}

/**
 * The index per axis of a value by its number in the array.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unravel } from "#lib/parity/drift/locate_value.ts";
 * assert.deepEqual(unravel(7, [2, 3, 2]), [1, 0, 1]);
 * ```
 */
export function unravel(number: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = number % shape[axis];
    number = Math.floor(number / shape[axis]);
  }
  return index;
}
