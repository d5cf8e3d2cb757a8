/** What the bench command refuses to time, and how it comes to its figures. */
import { describe, expect, test } from "bun:test";
import type { Compute } from "#lib/compute/compute.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { checkTree } from "../../scripts/bench/kernels/check_tree.ts";
import { unitVectors } from "../../scripts/bench/kernels/made_up.ts";
import { assertClose, largestDifference } from "../../scripts/bench/kernels/check.ts";
import { fbankBench } from "../../scripts/bench/kernels/fbank.ts";
import type { KernelCase, PeerJob } from "../../scripts/bench/kernels/kernel_case.ts";
import { measureCase } from "../../scripts/bench/kernels/measure_case.ts";
import { type PeerAnswer, Peers } from "../../scripts/bench/kernels/peers.ts";
import { rooflineOf } from "../../scripts/bench/kernels/roofline_of.ts";
import { type Points, treeDifference } from "../../scripts/bench/kernels/run_linkage.ts";
import { RefusedError } from "../../scripts/bench/refused_error.ts";
import { duration, memory, table, times } from "../../scripts/bench/table.ts";

/** A problem whose result is off by `error` on all backends but scalar, and that counts how often it was done. */
function damaged(error: number): { problem: KernelCase; done: () => number } {
  const problem = fbankBench.cases.tiny[0]();
  let count = 0;
  const run = async (compute: Compute) => {
    const values = Float64Array.from(await problem.run(compute));
    if (compute.backend !== "scalar") {
      values[values.length - 1] += error;
      count++;
    }
    return values;
  };
  return { problem: { ...problem, run }, done: () => count };
}

describe("bench kernels: checked before timed", () => {
  const settings = { runs: 2, peers: undefined, profile: false };

  test("a wrong result is done once, for the check, and never timed", async () => {
    await using compute = await openCompute({ backend: "wasm" });
    for (const error of [1e-4, NaN, Infinity]) {
      const { problem, done } = damaged(error);
      const refused = await measureCase(problem, [{ compute: SCALAR }, { compute }], settings).catch((e) =>
        e
      );
      expect(refused).toBeInstanceOf(RefusedError);
      expect(refused.message).toMatch(/^fbank 2 x 0\.2 s on wasm is off by .* from the scalar result/);
      expect(done()).toBe(1);
    }
  });

  test("a right one is timed", async () => {
    await using compute = await openCompute({ backend: "wasm" });
    const { problem, done } = damaged(0);
    const [scalar, wasm] = await measureCase(problem, [{ compute: SCALAR }, { compute }], settings);
    expect([scalar.check.difference, wasm.backend]).toEqual([0, "wasm"]);
    expect(done()).toBeGreaterThan(2);
  });

  test("a peer that computes something else is refused", async () => {
    class OtherPeers extends Peers {
      override has(): boolean {
        return true;
      }
      override ask(_kernel: string, _job: Omit<PeerJob, "bound">): Promise<PeerAnswer> {
        const result = new Float64Array(2 * 18 * 80);
        const memory = { peakBytes: 0, peakBytesBefore: 0 };
        return Promise.resolve({ name: "zeros 1.0", seconds: [1], ...memory, cuda: null, result });
      }
    }
    const problem = fbankBench.cases.tiny[0]();
    const refused = await measureCase(problem, [{ compute: SCALAR }], {
      ...settings,
      peers: new OtherPeers(),
    }).catch((e) => e);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused.message).toContain("by zeros 1.0 is off by");
  });

  test("differences: missing values and NaN are infinitely far", () => {
    expect(largestDifference([1, 2, NaN], [1, 2.5, NaN])).toBe(0.5);
    expect(largestDifference([1, NaN], [1, 2])).toBe(Infinity);
    expect(largestDifference([NaN, 1], [2, 1])).toBe(Infinity);
    expect(largestDifference([1], [1, 2])).toBe(Infinity);
    const lengths = { what: "it", got: [1], expected: [1, 2], bound: 1 };
    expect(() => assertClose(lengths)).toThrow(/^it has 1 values, not 2/);
    const tree = Float64Array.of(0, 1, 0.5, 2, 2, 3, 0.7, 3);
    expect(treeDifference(tree, tree)).toBe(0);
    expect(treeDifference(tree.with(2, 0.25), tree)).toBe(0.25);
    expect(treeDifference(tree.with(2, NaN), tree)).toBe(Infinity);
    expect(treeDifference(tree.with(4, 1), tree)).toBe(Infinity);
  });

  test("a tree is held against the definition: heights, sizes, ids, and that nothing nearer was there", async () => {
    const [rows, columns] = [40, 5];
    const points = { x: unitVectors(rows, columns), rows, columns };
    const z = Float64Array.from(await linkage(SCALAR, points.x, { rows, columns }));
    const check = (tree: Float64Array) =>
      checkTree(points, tree, { what: "it", bound: 1e-12, lookedAt: 500 });
    expect(check(z)).toBeLessThan(1e-14);
    const at = (merge: number, column: number) => 4 * merge + column;
    const height = z[at(20, 2)];
    const wrong: [Float64Array, RegExp][] = [
      [z.with(at(20, 2), height * (1 + 1e-9)), /^it: merge 20 is at .*, and its centroids .* apart/],
      [z.with(at(20, 2), NaN), /merge 20 is at NaN/],
      [z.with(at(20, 3), 1), /merge 20 has size 1/],
      [z.with(at(20, 0), z[at(3, 0)]), /merge 20 joins .* which are not two clusters of that moment/],
      [z.subarray(4), /has 38 merges, not 39/],
      // A tree of true heights and sizes that joins the farthest two first.
      [await farthestFirst(points), /merge 0 is at .*, and two clusters are only .* apart/],
    ];
    for (const [tree, message] of wrong) expect(() => check(tree)).toThrow(message);
  });

  test("what is held against wasm may be off by the errors of both", async () => {
    await using wasm = await openCompute({ backend: "wasm" });
    const problem = fbankBench.cases.tiny[0]();
    const [measured] = await measureCase(problem, [{ compute: SCALAR }], { ...settings, reference: wasm });
    expect(measured.check).toEqual({ against: "wasm", difference: expect.any(Number), bound: 2e-6 });
    expect(measured.check.difference).toBeGreaterThan(0);
    const { problem: off } = damaged(1e-5);
    const refused = await measureCase(off, [{ compute: SCALAR }], { ...settings, reference: wasm }).catch((
      e,
    ) => e);
    expect([refused.name, refused.message]).toEqual([
      "RefusedError",
      expect.stringContaining("from the wasm result"),
    ]);
  });
});

/** The tree of the same points with the two farthest joined first, and the rest as linkage would go on. */
async function farthestFirst({ x, rows, columns }: Points): Promise<Float64Array> {
  const row = (i: number) => x.subarray(i * columns, (i + 1) * columns);
  const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, d) => value - b[d]));
  let [first, second, most] = [0, 1, 0];
  for (let a = 0; a < rows; a++) {
    for (let b = a + 1; b < rows; b++) {
      if (distance(row(a), row(b)) > most) [first, second, most] = [a, b, distance(row(a), row(b))];
    }
  }
  const z = Float64Array.from(await linkage(SCALAR, x, { rows, columns }));
  z.set([first, second, most, 2]);
  return z;
}

describe("bench: figures", () => {
  test("the nearer ceiling is the one with the larger share", () => {
    const ceilings = { bytesPerSecond: 100, operationsPerSecond: 1000 };
    expect(rooflineOf({ bytes: 10, operations: 50 }, 0.5, ceilings)).toEqual({
      ...{ bytes: 10, operations: 50, bytesPerSecond: 20, operationsPerSecond: 100 },
      ...{ share: 0.2, nearer: "bytes" },
    });
    const { share, nearer } = rooflineOf({ bytes: 10, operations: 500 }, 1, ceilings);
    expect([share, nearer]).toEqual([0.5, "operations"]);
  });

  test("numbers have three digits; columns without any are left out", () => {
    const seconds = [8.5e-4, 0.0581, 0.9994, 11.42, 355, null];
    expect(seconds.map(duration)).toEqual(["850 us", "58.1 ms", "999 ms", "11.4 s", "355 s", "-"]);
    expect([0.0512, 1.314, 27.26, undefined].map(times)).toEqual(["0.051 x", "1.31 x", "27.3 x", "-"]);
    expect([0, 999_999, 1.4e8, undefined].map(memory)).toEqual(["-", "-", "140 MB", "-"]);
    const columns = [
      { head: "a", align: "left", cell: (row: string) => row },
      { head: "none", cell: () => "-" },
      { head: "length", cell: (row: string) => `${row.length}` },
    ] as const;
    expect(table(columns, ["x", "yyy"])).toEqual(["a    length", "x         1", "yyy       3"]);
  });
});
