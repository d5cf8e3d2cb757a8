import type { StageReport } from "./report.ts";

const EXACT = ["speaker_counting", "train_filter", "ahc", "assignment", "reconstruction"];

/** Quantities whose errors make a column of a table of captures. */
export interface ErrorColumn {
  readonly title: string;
  readonly holds: (report: StageReport) => boolean;
}

/** The columns of errors in a table of captures. */
export const ERROR_COLUMNS: readonly ErrorColumn[] = [
  { title: "plda", holds: ({ stage }) => stage === "plda" },
  { title: "q", holds: ({ quantity }) => quantity === "q_final" || quantity === "sp_final" },
  { title: "elbo", holds: ({ quantity }) => quantity === "elbo_trajectory" },
  { title: "score", holds: ({ stage }) => stage === "centroids" || stage === "scores" },
];

/**
 * An error in five characters, rounded up so that it is never understated; `far` for null, which is no number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortNumber } from "#lib/parity/parity_columns.ts";
 * assert.deepEqual([0, 1.41e-12, 9.5e-3, null].map(shortNumber), ["0", "2e-12", "1e-2", "far"]);
 * ```
 */
export function shortNumber(error: number | null): string {
  if (error === null) return "far";
  if (error === 0) return "0";
  const exponent = Math.floor(Math.log10(error));
  const digit = Math.ceil(error / 10 ** exponent * (1 - 1e-9));
  return digit > 9 ? `1e${exponent + 1}` : `${digit}e${exponent}`;
}

/**
 * The largest error of some quantities in five characters; `-` when nothing was compared.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortError } from "#lib/parity/parity_columns.ts";
 * assert.equal(shortError([]), "-");
 * ```
 */
export function shortError(reports: readonly StageReport[]): string {
  if (reports.length === 0) return "-";
  if (reports.some(({ maxAbs }) => maxAbs === null)) return "far";
  return shortNumber(Math.max(...reports.map(({ maxAbs }) => maxAbs!)));
}

/**
 * Whether all that must be equal is: "equal", "NO", or "-" when nothing was compared.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exactness } from "#lib/parity/parity_columns.ts";
 * assert.equal(exactness([]), "-");
 * ```
 */
export function exactness(stages: readonly StageReport[]): "equal" | "NO" | "-" {
  const reports = stages.filter(({ stage, quantity }) => EXACT.includes(stage) || quantity === "iterations");
  return reports.length === 0 ? "-" : reports.every(({ ok }) => ok) ? "equal" : "NO";
}
