/** Arrays of float32 as networks give them, and how far they are apart. */
import type { ArrayOf, NdArray } from "#lib/arrays/nd_array.ts";

/** An array that must be of float32. */
export function floats(array: NdArray): ArrayOf<"f4"> {
  if (array.dtype !== "f4") throw new TypeError(`float32 is needed, got ${array.dtype}`);
  return array;
}

/** Infinity where lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}
