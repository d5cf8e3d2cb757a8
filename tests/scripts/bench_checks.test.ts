/** What the bench command refuses to time, and how it comes to its figures. */
import { describe, expect, test } from "bun:test";
import type { Compute } from "#lib/compute/compute.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { assertClose, largestDifference } from "../../scripts/bench/kernels/check.ts";
import { fbankBench } from "../../scripts/bench/kernels/fbank.ts";
import type { KernelCase, PeerJob } from "../../scripts/bench/kernels/kernel_case.ts";
import { measureCase } from "../../scripts/bench/kernels/measure_case.ts";
import { type PeerAnswer, Peers } from "../../scripts/bench/kernels/peers.ts";
import { rooflineOf } from "../../scripts/bench/kernels/roofline_of.ts";
import { treeDifference } from "../../scripts/bench/kernels/run_linkage.ts";
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
});

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
