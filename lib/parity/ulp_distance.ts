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

/** Numbers farther apart are told by their difference; steps count what rounding does, and say nothing more there. */
const MOST_STEPS = { f8: 2 ** 20, f4: 2 ** 16 } as const;

/**
 * The same where a number of steps says something: between two finite numbers of one sign, neither of them 0, that are
 * a million steps apart at most (about 1e-10 of their size; in float32 65536, about a hundredth); else null.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tellingUlps } from "#lib/parity/ulp_distance.ts";
 * assert.equal(tellingUlps(1, 1 + Number.EPSILON), 1);
 * assert.deepEqual([tellingUlps(1, 2), tellingUlps(-1e-9, 1e-9), tellingUlps(0, 1), tellingUlps(1, Infinity)], [null, null, null, null]);
 * ```
 */
export function tellingUlps(a: number, b: number, type: "f8" | "f4" = "f8"): number | null {
  const steps = ulpDistance(a, b, type);
  if (steps === 0) return 0;
  const comparable = Number.isFinite(a) && Number.isFinite(b) && a !== 0 && b !== 0 && a > 0 === b > 0;
  return comparable && steps <= MOST_STEPS[type] ? steps : null;
}

/** A number's place on the line of all floats, 0 for both zeros. */
function place(x: number, type: "f8" | "f4"): bigint {
  if (type === "f8") view.setFloat64(0, x);
  else view.setFloat32(0, x);
  const bits = type === "f8" ? view.getBigInt64(0) : BigInt(view.getInt32(0));
  const sign = type === "f8" ? -(2n ** 63n) : -(2n ** 31n);
  return bits < 0n ? sign - bits : bits;
}
