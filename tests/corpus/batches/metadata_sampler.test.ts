/** Samples by groups: the counts of the shared cases, and of tables made here. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { MetadataSampler, type MetadataSamplerOptions } from "#lib/corpus/batches/metadata_sampler.ts";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

interface Counted {
  readonly stratum: (string | number | boolean | null)[];
  readonly n: number;
}
interface Case {
  readonly file: string;
  readonly columns: string[];
  readonly edges: number[] | null;
  readonly n: number;
  readonly weights?: Record<string, number>;
  readonly sizes: Counted[];
  readonly proportional?: Counted[];
  readonly balanced?: Counted[];
  readonly weighted?: Counted[];
}

describeWith("the shared cases", fixture("corpus/sampler"), (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { cases: Case[] };

  test("strata and counts, each strategy of each case", async () => {
    let held = 0;
    for (const { file, columns, edges, n, weights, sizes, ...expected } of cases) {
      const table = await readParquet(join(folder, file));
      for (const strategy of ["proportional", "balanced", "weighted"] as const) {
        const wanted = expected[strategy];
        if (wanted === undefined) continue;
        const options: MetadataSamplerOptions = {
          ...{ columns, strategy, weights, seed: 5 },
          edges: edges === null ? undefined : { [columns[0]]: edges },
        };
        const { rows, strata } = new MetadataSampler(options).sample(table, n);
        expect(strata.map(({ stratum, size }) => ({ stratum, n: size }))).toEqual(sizes);
        expect(strata.map(({ stratum, taken }) => ({ stratum, n: taken }))).toEqual(wanted);
        expect(new Set(rows).size).toBe(wanted.reduce((sum, { n }) => sum + n, 0));
        if (edges === null) {
          const values = columns.map((name) => table.columns.find((column) => column.name === name)!.values);
          const key = (stratum: readonly unknown[]) => JSON.stringify(stratum.map(String));
          const counts = new Map<string, number>();
          for (const row of rows) {
            const name = key(values.map((column) => column[row]));
            counts.set(name, (counts.get(name) ?? 0) + 1);
          }
          for (const { stratum, n } of wanted) expect(counts.get(key(stratum)) ?? 0).toBe(n);
        }
        held++;
      }
    }
    expect(held).toBe(59);
  });
});

describe("a sampler", () => {
  const table = (sizes: readonly number[]) =>
    tableOf(sizes.flatMap((size, i) => new Array(size).fill({ label: i === 0 ? null : `L${i}` })));
  const made = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  test("gives as many as asked or there are; balanced differ by one where they have more", () => {
    fc.assert(
      fc.property(made, fc.nat(150), fc.nat(), (sizes, count, seed) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        for (const strategy of ["proportional", "balanced"] as const) {
          const sampler = new MetadataSampler({ columns: ["label"], strategy, seed });
          const { rows, strata } = sampler.sample(table(sizes), count);
          expect(rows.length).toBe(Math.min(count, total));
          expect(new Set(rows).size).toBe(rows.length);
          expect(sampler.sample(table(sizes), count).rows).toEqual(rows);
          for (const { size, taken } of strata) {
            if (strategy === "proportional") {
              expect(Math.abs(taken - Math.min(1, count / total) * size)).toBeLessThan(1);
            } else if (taken < size) {
              for (const other of strata) expect(other.taken - taken).toBeLessThanOrEqual(1);
            }
          }
        }
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  test("takes others with another seed, each equally often", () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const row of new MetadataSampler({ columns: ["label"], seed }).sample(table([10]), 3).rows) {
        counts[row]++;
      }
    }
    // 600 each; five standard deviations are 103.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(103);
  });

  test("weights of two columns, of null, and of a text null", () => {
    const two = tableOf([{ a: "x", b: true }, { a: "x", b: false }, { a: null, b: false }]);
    const weights = [[["x", false], 1], [[null, false], 1]] as const;
    const { strata } = new MetadataSampler({ columns: ["a", "b"], weights }).sample(two, 3);
    expect(strata.map(({ stratum, taken }) => [...stratum, taken])).toEqual([[null, false, 1], [
      "x",
      false,
      1,
    ], ["x", true, 0]]);
    const nulls = tableOf([{ a: null }, { a: "null" }]);
    const { rows } = new MetadataSampler({ columns: ["a"], weights: { null: 1 } }).sample(nulls, 2);
    expect(rows).toEqual([1]);
    expect(new MetadataSampler({ columns: ["label"], weights: { null: 1 } }).sample(table([2, 3]), 5).rows)
      .toEqual([0, 1]);
  });

  test.each<[string, MetadataSamplerOptions, string]>([
    ["a column", { columns: ["x"] }, 'There is no column "x"; there are label.'],
    ["no column", { columns: [] }, "Strata need a column or more"],
    [
      "a label",
      { columns: ["label"], weights: { X: 1 } },
      'A weight is given to "X", which no row has; there are null, L1.',
    ],
    ["zeros", { columns: ["label"], weights: { L1: 0 } }, "All weights are 0"],
    ["a sign", { columns: ["label"], weights: { L1: -1 } }, 'The weight of "L1" is -1'],
    [
      "weights for nothing",
      { columns: ["label"], strategy: "balanced", weights: { L1: 1 } },
      "the strategy was balanced",
    ],
    ["no weights", { columns: ["label"], strategy: "weighted" }, "it needs them"],
    [
      "edges of text",
      { columns: ["label"], edges: { label: [1] } },
      '"label" has "L1"; bins are made of numbers',
    ],
    ["edges", { columns: ["label"], edges: { label: [2, 1] } }, "are finite and ascend; they were 2, 1"],
    ["a seed", { columns: ["label"], seed: 0.5 }, "A seed is a whole number from 0, not 0.5"],
  ])("refuses %s that cannot be", (_, options, message) => {
    expect(() => new MetadataSampler(options).sample(table([2, 3]), 2)).toThrow(message);
  });
});
