import type { NdArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import { Annotation } from "./annotation.ts";
import { Segment } from "./segment.ts";
import { frameMiddle, FRAMES, type SlidingWindow } from "./sliding_window.ts";

/** Options of `binarize`. */
export interface BinarizeOptions {
  /** @default {FRAMES} */
  readonly frames?: SlidingWindow;
  /** Pauses of one speaker up to this long are filled, in seconds. @default {0} */
  readonly minDurationOff?: number;
  /** Name of the recording. */
  readonly uri?: string;
}

/**
 * Turns from frames. A turn opens at the middle of the first frame over one half and closes at the middle of the first frame below;
 * one that is still open closes at the last frame's middle. Turns without length are dropped (pyannote utils/signal.py, `Binarize`).
 *
 * @param discrete (T, speakers).
 * @returns One track per speaker, labelled by the column's number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { binarize } from "#lib/timeline/binarize.ts";
 * const annotation = binarize(ndArray("f4", [4, 1], new Float32Array([0, 1, 1, 0])));
 * const [[segment, , label]] = [...annotation.itertracks({ yieldLabel: true })];
 * assert.equal(label, "0");
 * assert(Math.abs(segment.duration - 2 * 0.016875) < 1e-12);
 * ```
 */
export function binarize(discrete: NdArray<"f4">, options: BinarizeOptions = {}): Annotation {
  const { frames = FRAMES, minDurationOff = 0, uri } = options;
  assertShape(discrete, [null, null], { name: "discrete diarization" });
  const [total, speakers] = discrete.shape;
  const annotation = new Annotation({ uri });
  for (let k = 0; k < speakers; k++) {
    let open = -1;
    const close = (t: number) => {
      annotation.set(new Segment(frameMiddle(frames, open), frameMiddle(frames, t)), `${k}`, `${k}`);
      open = -1;
    };
    for (let t = 0; t < total; t++) {
      const value = discrete.data[t * speakers + k];
      if (open < 0 && value > 0.5) open = t;
      else if (open >= 0 && value < 0.5) close(t);
    }
    if (open >= 0) close(total - 1);
  }
  return minDurationOff > 0 ? annotation.support(minDurationOff) : annotation;
}
