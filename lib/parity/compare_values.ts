import type { Values } from "./quantities.ts";
import { tellingUlps } from "./ulp_distance.ts";

/** How two arrays differ. */
export interface Difference {
  /** Largest absolute difference; Infinity where NaN meets a number or the shapes differ. */
  readonly maxAbs: number;
  /** Mean absolute difference. */
  readonly meanAbs: number;
  /** How many values differ at all. */
  readonly differing: number;
  /** Where the largest difference is, axis by axis; empty when there is none. */
  readonly worst: readonly number[];
  /** Where the first difference is. */
  readonly first: readonly number[];
  /** Both values at the worst place, and how many float64 steps apart they are; null where steps say nothing, as between labels. */
  readonly actual: number;
  readonly expected: number;
  readonly ulps: number | null;
  /** Set when the arrays cannot be compared value by value. */
  readonly fault?: string;
}

/**
 * Compare two arrays value by value. NaN equals NaN.
 *
 * @param options `absolute` compares magnitudes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareValues } from "#lib/parity/compare_values.ts";
 * const expected = { shape: [2, 2], data: [1, 2, 3, 4] };
 * const { maxAbs, worst } = compareValues({ shape: [2, 2], data: [1, 2, 3.5, 4] }, expected);
 * assert.deepEqual([maxAbs, worst], [0.5, [1, 0]]);
 * ```
 */
export function compareValues(
  actual: Values,
  expected: Values,
  options: { absolute?: boolean } = {},
): Difference {
  if (
    actual.shape.length !== expected.shape.length ||
    actual.shape.some((size, axis) => size !== expected.shape[axis])
  ) {
    const fault = `shape (${actual.shape.join(", ")}), (${expected.shape.join(", ")}) is expected`;
    const nowhere = { worst: [], first: [], actual: NaN, expected: NaN, ulps: null };
    return { maxAbs: Infinity, meanAbs: Infinity, differing: expected.data.length, ...nowhere, fault };
  }
  const value = options.absolute ? Math.abs : (x: number) => x;
  let maxAbs = 0, total = 0, differing = 0, first = -1, worst = -1;
  for (let i = 0; i < expected.data.length; i++) {
    const a = value(Number(actual.data[i])), e = value(Number(expected.data[i]));
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const difference = Number.isNaN(a - e) ? Infinity : Math.abs(a - e);
    if (first < 0) first = i;
    if (worst < 0 || difference > maxAbs) {
      maxAbs = difference;
      worst = i;
    }
    differing++;
    total += difference;
  }
  const at = Math.max(worst, 0);
  const [a, e] = [value(Number(actual.data[at])), value(Number(expected.data[at]))];
  return {
    maxAbs,
    meanAbs: expected.data.length === 0 ? 0 : total / expected.data.length,
    differing,
    worst: coordinates(worst, expected.shape),
    first: coordinates(first, expected.shape),
    actual: a,
    expected: e,
    ulps: worst < 0 ? 0 : tellingUlps(a, e),
  };
}

function coordinates(index: number, shape: readonly number[]): number[] {
  if (index < 0) return [];
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return place;
}
