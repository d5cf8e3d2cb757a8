import type { FeatureColumns, FeatureSegment, Scalar } from "./feature.ts";

/**
 * The columns that tell of some stretches how many there are and how long: PREFIX_max, _min, _sum, _num, _avg.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { statisticsColumns } from "#lib/corpus/processors/segment_statistics.ts";
 * assert.deepEqual(Object.keys(statisticsColumns("speech")).slice(0, 2), ["speech_max", "speech_min"]);
 * ```
 */
export function statisticsColumns(prefix: string): FeatureColumns {
  return {
    [`${prefix}_max`]: "float",
    [`${prefix}_min`]: "float",
    [`${prefix}_sum`]: "float",
    [`${prefix}_num`]: "int",
    [`${prefix}_avg`]: "float",
  };
}

/**
 * How many stretches there are and how long, in seconds; the longest, the shortest and the mean of none are null.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentStatistics } from "#lib/corpus/processors/segment_statistics.ts";
 * const found = segmentStatistics("speech", [{ onset: 0, offset: 1 }, { onset: 2, offset: 5 }]);
 * assert.deepEqual(Object.values(found), [3, 1, 4, 2, 2]);
 * assert.deepEqual(Object.values(segmentStatistics("speech", [])), [null, null, 0, 0, null]);
 * ```
 */
export function segmentStatistics(
  prefix: string,
  segments: readonly FeatureSegment[],
): Record<string, Scalar> {
  const seconds = segments.map(({ onset, offset }) => offset - onset);
  const num = seconds.length, sum = seconds.reduce((total, one) => total + one, 0);
  return {
    [`${prefix}_max`]: num === 0 ? null : seconds.reduce((a, b) => Math.max(a, b)),
    [`${prefix}_min`]: num === 0 ? null : seconds.reduce((a, b) => Math.min(a, b)),
    [`${prefix}_sum`]: sum,
    [`${prefix}_num`]: num,
    [`${prefix}_avg`]: num === 0 ? null : sum / num,
  };
}

/**
 * What is between stretches, and before and behind them.
 *
 * @param segments In the order of time, not overlapping.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentsBetween } from "#lib/corpus/processors/segment_statistics.ts";
 * assert.deepEqual(segmentsBetween([{ onset: 1, offset: 2 }], 5), [{ onset: 0, offset: 1 }, { onset: 2, offset: 5 }]);
 * ```
 */
export function segmentsBetween(segments: readonly FeatureSegment[], durationSec: number): FeatureSegment[] {
  const bounds = [0, ...segments.flatMap(({ onset, offset }) => [onset, offset]), durationSec];
  const between: FeatureSegment[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    if (bounds[i + 1] > bounds[i]) between.push({ onset: bounds[i], offset: bounds[i + 1] });
  }
  return between;
}
