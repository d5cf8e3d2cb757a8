import { linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";
import type { Cooccurrence } from "./cooccurrence.ts";

/**
 * The one-to-one mapping from row labels to column labels that shares the most seconds, by the Hungarian
 * method; pairs that share nothing are left out. Ties fall as `linearSumAssignment` breaks them, that is, as
 * SciPy does. After pyannote.metrics, matcher.py, `HungarianMapper`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { mappingOf } from "#lib/timeline/optimal_mapping.ts";
 *
 * const seconds = Float64Array.of(5, 4, 4, 0);
 * const mapping = mappingOf({ rows: ["a", "b"], columns: ["x", "y"], seconds });
 * deepStrictEqual([...mapping], [["a", "y"], ["b", "x"]]);
 * ```
 */
export function mappingOf({ rows, columns, seconds }: Cooccurrence): Map<string, string> {
  const mapping = new Map<string, string>();
  if (rows.length === 0 || columns.length === 0) return mapping;
  const best = linearSumAssignment(seconds, { rows: rows.length, columns: columns.length, maximize: true });
  best.rows.forEach((row, pair) => {
    const column = best.columns[pair];
    if (seconds[row * columns.length + column] > 0) mapping.set(rows[row], columns[column]);
  });
  return mapping;
}
