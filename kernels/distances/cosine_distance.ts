/**
 * The cosine distance of two vectors from their dot product and their lengths, as SciPy's `cdist` forms it: the cosine is clipped
 * to [-1, 1] and taken from 1. NaN when a length is 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cosineDistance } from "#kernels/distances/cosine_distance.ts";
 * assert.equal(cosineDistance(-6, 2, 3), 2);
 * assert.equal(cosineDistance(6.000001, 2, 3), 0);
 * ```
 */
export function cosineDistance(dotProduct: number, aLength: number, bLength: number): number {
  const cosine = dotProduct / (aLength * bLength);
  return 1 - (Math.abs(cosine) > 1 ? Math.sign(cosine) : cosine);
}
