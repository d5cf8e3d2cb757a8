import { expect, test } from "bun:test";
import fc from "fast-check";
import { splitOf } from "#lib/corpus/shards/split_of.ts";
import { describeWith } from "../../harness/shared_data.ts";
import { describedSamples, expectedShards, shardsFolder } from "./expected_shards.ts";

test("all parts together are the list, each item once", () => {
  fc.assert(
    fc.property(
      fc.nat(60),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (count, world, workers) => {
        const items = Array.from({ length: count }, (_, i) => i);
        const parts: number[] = [];
        for (let rank = 0; rank < world; rank++) {
          for (let worker = 0; worker < workers; worker++) {
            parts.push(...splitOf(items, { rank, world, worker, workers }));
          }
        }
        expect(parts.sort((a, b) => a - b)).toEqual(items);
      },
    ),
    { seed: 11 },
  );
});

test("refuses a rank beyond its count", () => {
  expect(() => splitOf([1], { rank: 2, world: 2 })).toThrow(/rank .* it was 2 of 2/);
  expect(() => splitOf([1], { workers: 0 })).toThrow(/worker/);
  for (
    const [rank, world] of [[-1, 2], [0.5, 2], [NaN, 2], [0, 0.5], [0, 1.5], [0, NaN], [0, Infinity], [0, -1]]
  ) {
    expect(() => splitOf([1], { rank, world })).toThrow(`it was ${rank} of ${world}`);
  }
});

describeWith("the shared splits", shardsFolder, (folder) => {
  const { splits, plain } = shardsFolder === undefined ? { splits: {}, plain: undefined } : expectedShards();
  test.each(Object.keys(splits))("%s", async (name) => {
    const { rank, world, worker, workers, urls, keys } = splits[name];
    const files = splitOf<string>(plain.urls, { rank, world, worker, workers });
    expect(files).toEqual(urls);
    const { samples } = await describedSamples(files, { folder, rule: "webdataset" });
    expect(samples.map(({ key }) => key)).toEqual(keys);
  });
});
