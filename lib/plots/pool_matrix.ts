/** A matrix whose entries may be missing or, as null, infinite. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** NaN where there is nothing, Infinity where JSON had null. */
  readonly at: (row: number, column: number) => number;
}

/** A smaller matrix, and how much of the large one stands in each of its cells. */
export interface PooledMatrix {
  readonly values: readonly (readonly number[])[];
  /** Rows and columns in one cell; the last cell may hold fewer. */
  readonly rowStep: number;
  readonly columnStep: number;
}

/**
 * A matrix made small enough to be looked at: each cell the largest of its block, since it is the largest errors that matter.
 *
 * @param options Largest numbers of rows and columns to be left.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { poolMatrix } from "#lib/plots/pool_matrix.ts";
 * const matrix = { rows: 5, columns: 1, at: (row: number) => [3, 1, 4, 1, 5][row] };
 * assert.deepEqual(poolMatrix(matrix, { rows: 3, columns: 9 }).values, [[3], [4], [5]]);
 * ```
 */
export function poolMatrix(
  { rows, columns, at }: Matrix,
  options: { readonly rows: number; readonly columns: number },
): PooledMatrix {
  const rowStep = Math.max(1, Math.ceil(rows / options.rows));
  const columnStep = Math.max(1, Math.ceil(columns / options.columns));
  const values = Array.from(
    { length: Math.ceil(rows / rowStep) },
    (_, row) =>
      Array.from({ length: Math.ceil(columns / columnStep) }, (_, column) => {
        let largest = NaN;
        for (let i = row * rowStep; i < Math.min(rows, (row + 1) * rowStep); i++) {
          for (let j = column * columnStep; j < Math.min(columns, (column + 1) * columnStep); j++) {
            const value = at(i, j);
            if (!(value <= largest) && !Number.isNaN(value)) largest = value;
          }
        }
        return largest;
      }),
  );
  return { values, rowStep, columnStep };
}
