import type { QuantityDifference } from "./run_difference.ts";

/** How far two lists of numbers are apart. */
export interface Measured extends
  Pick<
    QuantityDifference,
    "compared" | "differing" | "maxAbs" | "meanAbs" | "relativeRms" | "percentiles"
  > {
  /** Indices of the first and of the largest difference, and of the first beyond tolerance; -1 when there is none. */
  readonly first: number;
  readonly worst: number;
  readonly firstBeyond: number;
}

/** Settings of `measureValues`. */
export interface MeasureValuesOptions {
  /** @default {0} */
  readonly tolerance?: number;
  /** Values are names: any two that differ are 1 apart. @default {false} */
  readonly names?: boolean;
}

/**
 * Measure the differences of two lists of numbers. Two NaNs are equal, a NaN is infinitely far from a number.
 *
 * @param a Numbers.
 * @param b As many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureValues } from "#lib/parity/drift/measure_values.ts";
 * const { maxAbs, meanAbs, first, worst, percentiles } = measureValues(
 *   Float64Array.of(1, 2, 3, 4),
 *   Float64Array.of(1, 3, 5, 4),
 * );
 * assert.deepEqual([maxAbs, meanAbs, first, worst], [2, 0.75, 1, 2]);
 * assert.deepEqual([percentiles["50"], percentiles["90"]], [0, 2]);
 * ```
 */
export function measureValues(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: MeasureValuesOptions = {},
): Measured {
  const { tolerance = 0, names = false } = options;
  const limit = names ? 1 : Infinity;
  const n = a.length;
  let differing = 0,
    first = -1,
    firstBeyond = -1,
    worst = -1,
    far = 0,
    most = 0,
    total = 0,
    squares = 0,
    scale = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i], y = b[i];
    if (x === x) scale += x * x;
    if (x === y || (x !== x && y !== y)) continue;
    const distance = Math.min(distanceOf(x, y), limit);
    if (first < 0) first = i;
    if (firstBeyond < 0 && distance > tolerance) firstBeyond = i;
    if (worst < 0 || distance > most) {
      most = distance;
      worst = i;
    }
    differing++;
    if (distance === Infinity) far++;
    else {
      total += distance;
      squares += distance * distance;
    }
  }
  const sorted = new Float64Array(differing);
  for (let i = Math.max(first, 0), at = 0; at < differing; i++) {
    const x = a[i], y = b[i];
    if (x === y || (x !== x && y !== y)) continue;
    sorted[at++] = Math.min(distanceOf(x, y), limit);
  }
  sorted.sort();
  const percentile = (percent: number) => {
    // The nearest-rank percentile of all values, of which the equal ones come first.
    const rank = Math.ceil(percent / 100 * n) - 1 - (n - differing);
    return rank < 0 ? 0 : finite(sorted[rank]);
  };
  return {
    compared: n,
    differing,
    maxAbs: finite(most),
    meanAbs: n - far === 0 ? 0 : total / (n - far),
    relativeRms: far > 0 || names
      ? null
      : squares === 0
      ? 0
      : scale === 0
      ? null
      : Math.sqrt(squares / scale),
    percentiles: {
      "50": percentile(50),
      "90": percentile(90),
      "99": percentile(99),
      "99.9": percentile(99.9),
    },
    first,
    worst,
    firstBeyond,
  };
}

const finite = (x: number): number | null => Number.isFinite(x) ? x : null;

function distanceOf(x: number, y: number): number {
  const distance = Math.abs(x - y);
  return distance === distance ? distance : Infinity;
}
