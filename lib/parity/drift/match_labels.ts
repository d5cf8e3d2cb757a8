import { linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";

/** Counterparts along one axis: `a[i]` of the one run is `b[i]` of the other. */
export interface AxisMatch {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/**
 * The one-to-one naming of B's labels by A's under which most values agree; where several do, that which changes fewest names.
 *
 * @param a Labels from 0; negative ones count for nothing.
 * @param b As many.
 * @returns Pairs of labels by ascending label of A; only of labels that occur, and only those that meet somewhere.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matchLabels } from "#lib/parity/drift/match_labels.ts";
 * const { a, b } = matchLabels(Int32Array.of(0, 0, 1, 1, 2), Int32Array.of(1, 1, 0, 0, 0));
 * assert.deepEqual([[...a], [...b]], [[0, 1], [1, 0]]);
 * ```
 */
export function matchLabels(a: ArrayLike<number>, b: ArrayLike<number>): AxisMatch {
  let rows = 0, columns = 0;
  for (let i = 0; i < a.length; i++) {
    rows = Math.max(rows, a[i] + 1);
    columns = Math.max(columns, b[i] + 1);
  }
  const together = new Float64Array(rows * columns);
  for (let i = 0; i < a.length; i++) if (a[i] >= 0 && b[i] >= 0) together[a[i] * columns + b[i]]++;
  return matchCounts(together, { rows, columns });
}

/**
 * The same from counts of how often a label of A (row) meets one of B (column).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matchCounts } from "#lib/parity/drift/match_labels.ts";
 * assert.deepEqual([...matchCounts(Float64Array.of(1, 5, 4, 0), { rows: 2, columns: 2 }).b], [1, 0]);
 * ```
 */
export function matchCounts(
  together: Float64Array,
  sizes: { readonly rows: number; readonly columns: number },
): AxisMatch {
  const { rows, columns } = sizes;
  const most = Math.max(rows, columns) + 1;
  // Less than one count in all, so that it decides among equals only.
  const preferred = together.map((count, at) =>
    count * most + Number(Math.floor(at / columns) === at % columns)
  );
  const pairs = linearSumAssignment(preferred, { rows, columns, maximize: true });
  const met = [...pairs.rows.keys()].filter((i) => together[pairs.rows[i] * columns + pairs.columns[i]] > 0);
  return {
    a: Int32Array.from(met, (i) => pairs.rows[i]),
    b: Int32Array.from(met, (i) => pairs.columns[i]),
  };
}

/**
 * B's labels under A's names; those without a counterpart get numbers after all of A's.
 *
 * @param labels B's labels; negative ones stay.
 * @param taken How many names A has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renameLabels } from "#lib/parity/drift/match_labels.ts";
 * const match = { a: Int32Array.of(0), b: Int32Array.of(1) };
 * assert.deepEqual([...renameLabels(Int32Array.of(1, 0, -2), match, 2)], [0, 2, -2]);
 * ```
 */
export function renameLabels(
  labels: Int32Array,
  match: AxisMatch,
  taken: number,
): Int32Array<ArrayBuffer> {
  const names = new Map<number, number>();
  match.b.forEach((label, i) => names.set(label, match.a[i]));
  let next = taken;
  return Int32Array.from(labels, (label) => {
    if (label < 0) return label;
    let name = names.get(label);
    if (name === undefined) names.set(label, name = next++);
    return name;
  });
}

/**
 * Whether a match leaves everything where it is.
 *
 * @param size Labels on both sides; undefined when they differ in number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isIdentity } from "#lib/parity/drift/match_labels.ts";
 * assert(isIdentity({ a: Int32Array.of(0, 1), b: Int32Array.of(0, 1) }, 2));
 * ```
 */
export function isIdentity({ a, b }: AxisMatch, size: number | undefined): boolean {
  return a.length === size && a.every((label, i) => label === i && b[i] === i);
}
