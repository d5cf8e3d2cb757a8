/** Sizes and direction of an assignment problem. */
export interface LinearSumAssignmentOptions {
  /** Number of rows of the cost matrix. */
  readonly rows: number;
  /** Number of columns of the cost matrix. */
  readonly columns: number;
  /** Look for the largest sum instead of the smallest. @default {false} */
  readonly maximize?: boolean;
}

/** Pairs (rows[i], columns[i]); rows ascend, and there are min(rows, columns) of them. */
export interface Assignment {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Why an assignment problem was refused. */
export class AssignmentError extends Error {
  override name = "AssignmentError";
}

/**
 * Rectangular linear sum assignment by shortest augmenting paths, O(n^3), with the ties of
 * `scipy.optimize.linear_sum_assignment`.
 *
 * The algorithm is the rectangular one of D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE
 * Transactions on Aerospace and Electronic Systems 52 (2016). Where several columns lie equally near, the order in which
 * they are looked at decides, and pyannote's output hangs on it: columns are visited from the last to the first, a column
 * leaves the list by being overwritten with the list's last one, and among equals a free column wins.
 *
 * @param cost Row-major matrix of `rows * columns` values. Positive infinity (when minimising) forbids a pair.
 * @throws {RangeError} when the matrix has another number of values.
 * @throws {AssignmentError} on NaN, on an infinity of the attractive sign, and when forbidden pairs leave no full assignment
 *   (SciPy refuses the same inputs).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";
 * const { rows, columns } = linearSumAssignment(new Float64Array([4, 1, 3, 2, 0, 5]), { rows: 2, columns: 3 });
 * assert.deepEqual([...rows], [0, 1]);
 * assert.deepEqual([...columns], [1, 0]);
 * ```
 */
export function linearSumAssignment(cost: Float64Array, options: LinearSumAssignmentOptions): Assignment {
  const { rows, columns, maximize = false } = options;
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 0 || columns < 0) {
    throw new RangeError(`An assignment needs whole numbers of rows and columns, not ${rows} x ${columns}.`);
  }
  if (cost.length !== rows * columns) {
    throw new RangeError(
      `A ${rows} x ${columns} cost matrix has ${rows * columns} values, not ${cost.length}.`,
    );
  }
  if (rows === 0 || columns === 0) return { rows: new Int32Array(0), columns: new Int32Array(0) };

  // The search assigns each row in turn, so the shorter side must be the rows.
  const transpose = columns < rows;
  const nr = transpose ? columns : rows;
  const nc = transpose ? rows : columns;
  const c = new Float64Array(nr * nc);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = maximize ? -cost[i * columns + j] : cost[i * columns + j];
      if (Number.isNaN(value) || value === -Infinity) {
        throw new AssignmentError(
          `The cost matrix holds ${cost[i * columns + j]} at row ${i}, column ${j}; ` +
            `${maximize ? "maximising" : "minimising"} needs numbers or ${maximize ? "-" : "+"}Infinity.`,
        );
      }
      c[transpose ? j * nc + i : i * nc + j] = value;
    }
  }
  const columnOfRow = augmentAll(c, nr, nc);

  if (!transpose) return { rows: Int32Array.from({ length: nr }, (_, i) => i), columns: columnOfRow };
  const order = Int32Array.from({ length: nr }, (_, i) => i).sort((a, b) => columnOfRow[a] - columnOfRow[b]);
  return { rows: order.map((i) => columnOfRow[i]), columns: order };
}

function augmentAll(c: Float64Array, nr: number, nc: number): Int32Array {
  const u = new Float64Array(nr); // dual of the rows
  const v = new Float64Array(nc); // dual of the columns
  const shortest = new Float64Array(nc);
  const path = new Int32Array(nc);
  const columnOfRow = new Int32Array(nr).fill(-1);
  const rowOfColumn = new Int32Array(nc).fill(-1);
  const rowSeen = new Uint8Array(nr);
  const columnSeen = new Uint8Array(nc);
  const remaining = new Int32Array(nc);

  for (let current = 0; current < nr; current++) {
    let left = nc;
    for (let k = 0; k < nc; k++) remaining[k] = nc - k - 1;
    shortest.fill(Infinity);
    rowSeen.fill(0);
    columnSeen.fill(0);
    let pathCost = 0;
    let sink = -1;
    for (let i = current; sink < 0;) {
      rowSeen[i] = 1;
      let lowest = Infinity;
      let at = -1;
      for (let k = 0; k < left; k++) {
        const j = remaining[k];
        const reduced = pathCost + c[i * nc + j] - u[i] - v[j];
        if (reduced < shortest[j]) {
          shortest[j] = reduced;
          path[j] = i;
        }
        if (shortest[j] < lowest || (shortest[j] === lowest && rowOfColumn[j] < 0)) {
          lowest = shortest[j];
          at = k;
        }
      }
      pathCost = lowest;
      if (pathCost === Infinity) {
        throw new AssignmentError("The cost matrix is infeasible: forbidden pairs leave no full assignment.");
      }
      const j = remaining[at];
      columnSeen[j] = 1;
      remaining[at] = remaining[--left];
      if (rowOfColumn[j] < 0) sink = j;
      else i = rowOfColumn[j];
    }

    u[current] += pathCost;
    for (let i = 0; i < nr; i++) {
      if (rowSeen[i] && i !== current) u[i] += pathCost - shortest[columnOfRow[i]];
    }
    for (let j = 0; j < nc; j++) if (columnSeen[j]) v[j] -= pathCost - shortest[j];

    for (let j = sink;;) {
      const i = path[j];
      rowOfColumn[j] = i;
      const next = columnOfRow[i];
      columnOfRow[i] = j;
      if (i === current) break;
      j = next;
    }
  }
  return columnOfRow;
}
