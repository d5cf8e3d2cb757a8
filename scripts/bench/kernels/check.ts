import { RefusedError } from "../refused_error.ts";
import type { Values } from "./kernel_case.ts";

/** The largest absolute difference; infinite where one has a number and the other none, or lengths differ. */
export function largestDifference(got: Values, expected: Values): number {
  if (got.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < got.length; i++) {
    if (Object.is(got[i], expected[i])) continue;
    const difference = Math.abs(got[i] - expected[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** What is compared, and by how much it may be off. */
export interface Check {
  /** "fbank 60 s on wasm". */
  readonly what: string;
  readonly got: Values;
  readonly expected: Values;
  /** @default {"the scalar result"} */
  readonly against?: string;
  readonly bound: number;
}

/**
 * Compares a result with the reference; what is wrong is not timed.
 *
 * @returns The largest difference.
 * @throws {RefusedError} with the difference, when it is beyond the bound.
 */
export function assertClose({ what, got, expected, against = "the scalar result", bound }: Check): number {
  const difference = largestDifference(got, expected);
  if (difference > bound) {
    const by = got.length === expected.length
      ? `is off by ${difference.toExponential(2)}`
      : `has ${got.length} values, not ${expected.length}: it is off`;
    throw new RefusedError(
      `${what} ${by} from ${against} (bound ${bound.toExponential(2)}); nothing is timed.`,
    );
  }
  return difference;
}
