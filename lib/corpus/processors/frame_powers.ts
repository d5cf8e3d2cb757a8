/**
 * Mean squares of frames of samples that come in pieces, the mean of each frame taken off first, so that a constant offset is no noise.
 *
 * @param samples Pieces of any length.
 * @param size Samples in a frame; what is left at the end is left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { framePowers } from "#lib/corpus/processors/frame_powers.ts";
 * const pieces = async function* () {
 *   yield Float32Array.of(1.5, -0.5, 1.5);
 *   yield Float32Array.of(-0.5, 9);
 * };
 * assert.deepEqual([...await framePowers(pieces(), 4)], [1]);
 * ```
 */
export async function framePowers(samples: AsyncIterable<Float32Array>, size: number): Promise<Float64Array> {
  const powers: number[] = [];
  let sum = 0, squares = 0, filled = 0;
  for await (const piece of samples) {
    for (let n = 0; n < piece.length; n++) {
      sum += piece[n];
      squares += piece[n] * piece[n];
      if (++filled < size) continue;
      powers.push(Math.max(0, squares / size - (sum / size) ** 2));
      sum = squares = filled = 0;
    }
  }
  return Float64Array.from(powers);
}
