const view = new DataView(new ArrayBuffer(8));

/**
 * How many float64 (or float32) values lie between two numbers, plus one; 0 when they are equal. Both zeros are equal, and so are
 * two NaNs; a NaN beside a number is infinitely far.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ulpDistance } from "#lib/parity/ulp_distance.ts";
 * assert.equal(ulpDistance(1, 1 + Number.EPSILON), 1);
 * assert.equal(ulpDistance(-0, 0), 0);
 * assert.equal(ulpDistance(1, Math.fround(1 + 2 ** -23), "f4"), 1);
 * ```
 */
export function ulpDistance(a: number, b: number, type: "f8" | "f4" = "f8"): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity;
  const distance = place(a, type) - place(b, type);
  return Number(distance < 0n ? -distance : distance);
}

/** A number's place on the line of all floats, 0 for both zeros. */
function place(x: number, type: "f8" | "f4"): bigint {
  if (type === "f8") view.setFloat64(0, x);
  else view.setFloat32(0, x);
  const bits = type === "f8" ? view.getBigInt64(0) : BigInt(view.getInt32(0));
  const sign = type === "f8" ? -(2n ** 63n) : -(2n ** 31n);
  return bits < 0n ? sign - bits : bits;
}
