import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { AssignmentError, linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

interface Case {
  cost: number[][];
  maximize: boolean;
  row: number[];
  col: number[];
}

/** The best sum by trying every injection of the shorter side into the longer one. */
function bestSum(cost: number[][], maximize: boolean): number {
  const rows = cost.length, columns = cost[0].length;
  const at = (i: number, j: number) => rows <= columns ? cost[i][j] : cost[j][i];
  const short = Math.min(rows, columns), long = Math.max(rows, columns);
  const better = maximize ? Math.max : Math.min;
  const search = (i: number, used: number): number => {
    if (i === short) return 0;
    let best = maximize ? -Infinity : Infinity;
    for (let j = 0; j < long; j++) {
      if (!(used & (1 << j))) best = better(best, at(i, j) + search(i + 1, used | (1 << j)));
    }
    return best;
  };
  return search(0, 0);
}

const solve = (cost: number[][], maximize = false) =>
  linearSumAssignment(Float64Array.from(cost.flat()), {
    rows: cost.length,
    columns: cost[0].length,
    maximize,
  });

describeWith("linearSumAssignment against SciPy", fixture("reference/lsap.json"), (path) => {
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] };
  test("gives SciPy's pairs, ties included, in every case", () => {
    const wrong = cases.filter(({ cost, maximize, row, col }) => {
      const found = solve(cost, maximize);
      return found.rows.join() !== row.join() || found.columns.join() !== col.join();
    });
    expect(wrong).toEqual([]);
    expect(cases.length).toBe(800);
  });
});

/** Ties by the handful, as `scipy.optimize.linear_sum_assignment` 1.10.1 breaks them: cost, maximize, rows, columns. */
const TIES: readonly [number[][], boolean, number[], number[]][] = [
  [[[1, 1, 0], [1, 0, 1]], false, [0, 1], [2, 1]],
  [[[1, 0, 1], [0, 0, 0], [1, 0, 0]], false, [0, 1, 2], [1, 0, 2]],
  [[[0, 0], [0, 0], [1, 0]], true, [0, 2], [1, 0]],
  [[[1, 1, 0, 0, 0], [0, 1, 0, 1, 1], [1, 0, 0, 1, 0]], true, [0, 1, 2], [0, 1, 3]],
  [[[1, 1, 1, 0], [1, 1, 1, 0], [0, 1, 0, 0], [0, 1, 0, 1]], false, [0, 1, 2, 3], [3, 1, 0, 2]],
  [[[0, 0, 1], [1, 1, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0]], false, [0, 2, 3], [0, 1, 2]],
  [[[0, 1, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1]], true, [0, 1, 2, 3], [
    1,
    0,
    4,
    5,
  ]],
  [[[1, 0, 1], [1, 0, 1], [0, 0, 1]], true, [0, 1, 2], [0, 2, 1]],
];

describe("linearSumAssignment", () => {
  test.each(TIES)("breaks the ties of %j (maximize %s) as SciPy", (cost, maximize, rows, columns) => {
    const found = solve(cost, maximize);
    expect([[...found.rows], [...found.columns]]).toEqual([rows, columns]);
  });

  const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).chain((
    [rows, columns],
  ) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    })
  );

  test("reaches the optimum that brute force finds", () => {
    fc.assert(
      fc.property(matrix, fc.boolean(), (cost, maximize) => {
        const { rows, columns } = solve(cost, maximize);
        expect(rows.length).toBe(Math.min(cost.length, cost[0].length));
        expect(new Set(columns).size).toBe(columns.length);
        expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
        const sum = rows.reduce((total, row, k) => total + cost[row][columns[k]], 0);
        expect(sum).toBe(bestSum(cost, maximize));
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  test("refuses what SciPy refuses, and says where", () => {
    expect(() => solve([[1, NaN], [2, 3]])).toThrow(/NaN at row 0, column 1/);
    expect(() => solve([[1, 2], [-Infinity, 3]])).toThrow(/-Infinity at row 1, column 0/);
    expect(() => solve([[1, Infinity], [2, 3]], true)).toThrow(AssignmentError);
    expect(() => solve([[1, Infinity], [2, Infinity]])).toThrow(/infeasible/);
    expect(() => linearSumAssignment(new Float64Array(5), { rows: 2, columns: 3 })).toThrow(
      /6 values, not 5/,
    );
  });

  test("forbids a pair by infinity, and takes empty problems", () => {
    expect([...solve([[1, Infinity], [2, 3]]).columns]).toEqual([0, 1]);
    expect(linearSumAssignment(new Float64Array(0), { rows: 0, columns: 3 }).rows.length).toBe(0);
  });
});
