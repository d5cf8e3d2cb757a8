import type { NotCompared, StageReport } from "./report.ts";

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
 * Whether all that must be equal is: "equal", "NO", "4 of 7" where what was compared is equal and the capture lacks the others, or "-"
 * when nothing was compared.
 *
 * @param notCompared What the capture does not hold.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exactness } from "#lib/parity/parity_columns.ts";
 * assert.equal(exactness([]), "-");
 * const count = { stage: "speaker_counting", quantity: "count", mode: "chained", ok: true } as const;
 * const report = { ...count, maxAbs: 0, meanAbs: 0, tolerance: 0, ulps: 0 };
 * assert.equal(exactness([report]), "equal");
 * assert.equal(exactness([report], [{ stage: "ahc", quantity: "ahc_init_labels" }]), "1 of 2");
 * ```
 */
export function exactness(stages: readonly StageReport[], notCompared: readonly NotCompared[] = []): string {
  const isExact = ({ stage, quantity }: NotCompared) => EXACT.includes(stage) || quantity === "iterations";
  const reports = stages.filter(isExact);
  if (reports.length === 0) return "-";
  if (!reports.every(({ ok }) => ok)) return "NO";
  const compared = new Set(reports.map(({ quantity }) => quantity)).size;
  const lacking = notCompared.filter(isExact).length;
  return lacking === 0 ? "equal" : `${compared} of ${compared + lacking}`;
}

/**
 * What captures do not hold, in a line for each: "talk: not compared, as the capture does not hold them: ...".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { notComparedLines } from "#lib/parity/parity_columns.ts";
 * const lines = notComparedLines([{ name: "talk", notCompared: [{ stage: "ahc", quantity: "ahc_init_labels" }] }]);
 * assert.deepEqual(lines, ["talk: not compared, as the capture does not hold it: ahc_init_labels"]);
 * ```
 */
export function notComparedLines(
  captures: readonly { readonly name: string; readonly notCompared: readonly NotCompared[] }[],
): string[] {
  const lacking = captures.filter(({ notCompared }) => notCompared.length > 0);
  return [
    ...new Set(
      lacking.map(({ name, notCompared }) =>
        `${name}: not compared, as the capture does not hold ${notCompared.length === 1 ? "it" : "them"}: ${
          notCompared.map(({ quantity }) => quantity).join(", ")
        }`
      ),
    ),
  ];
}
