import type { JUnitCase } from "./read_junit.ts";

/** How tests ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests of a report. */
export function countTests(cases: readonly JUnitCase[]): Counts {
  const failed = cases.filter((test) => test.failed).length;
  const skipped = cases.filter((test) => !test.failed && test.skipped).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}
