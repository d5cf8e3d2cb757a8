/**
 * The frame of `from` that each frame of `to` takes under torch's `interpolate(mode="nearest")`: floor(i * from / to), whose
 * quotient and product torch rounds to float32. So where i * from / to is a whole number, the frame before it may be taken,
 * as from 125 to 485 frames at i = 97.
 *
 * @param from Number of frames there are, 1 at least.
 * @param to Number of frames wanted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearestFrames } from "#kernels/pooling/nearest_frames.ts";
 * assert.deepEqual([...nearestFrames(3, 5)], [0, 0, 1, 1, 2]);
 * assert.equal(nearestFrames(125, 485)[97], 24);
 * ```
 */
export function nearestFrames(from: number, to: number): Uint32Array<ArrayBuffer> {
  const scale = Math.fround(from / to);
  return Uint32Array.from({ length: to }, (_, i) => Math.min(Math.floor(Math.fround(i * scale)), from - 1));
}
