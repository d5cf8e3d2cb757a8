/** What `fMeasure` weighs by. */
export interface FMeasureOptions {
  /** Above 1 the second rate (recall, coverage) weighs more, below 1 the first. @default {1} */
  readonly beta?: number;
}

/**
 * The weighted harmonic mean of two rates, as of precision and recall or of purity and coverage:
 * (1 + beta^2) p r / (beta^2 p + r), and 0 when both are 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fMeasure } from "#lib/metrics/f_measure.ts";
 * assert.equal(fMeasure(0.5, 1), 2 / 3);
 * assert.equal(fMeasure(0, 0), 0);
 * ```
 */
export function fMeasure(precision: number, recall: number, options: FMeasureOptions = {}): number {
  const { beta = 1 } = options;
  if (precision + recall === 0) return 0;
  return (1 + beta * beta) * precision * recall / (beta * beta * precision + recall);
}
