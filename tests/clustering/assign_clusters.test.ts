import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { constrainedArgmax, plainArgmax, silentSlots } from "#lib/clustering/assign_clusters.ts";

const scoresOf = (chunks: number[][][]) => {
  const shape = [chunks.length, chunks[0].length, chunks[0][0].length];
  return ndArray("f8", shape, Float64Array.from(chunks.flat(2)));
};

describe("constrainedArgmax", () => {
  const assign = (chunks: number[][][]) => [...constrainedArgmax(scoresOf(chunks)).data];

  test("gives a cluster to one slot of a chunk at most, for the largest sum", () => {
    expect(assign([[[1.9, 1.8], [1.8, 0.1], [0.2, 0.1]]])).toEqual([1, 0, -2]);
  });

  test("leaves slots over where there are fewer clusters, and clusters where there are fewer slots", () => {
    expect(assign([[[0.5], [0.7], [0.6]]])).toEqual([-2, 0, -2]);
    expect(assign([[[0.1, 0.2, 0.3, 0.4]]])).toEqual([3]);
  });

  test("chunks do not compete", () => {
    expect(assign([[[2, 1], [1, 1]], [[2, 1], [1, 1]]])).toEqual([0, 1, 0, 1]);
  });

  test("a NaN counts as the lowest score of all chunks", () => {
    // scipy: np.nan_to_num(scores, nan=np.nanmin(scores)) and linear_sum_assignment. The lowest, -3, stands in another chunk.
    expect(assign([[[NaN, 1], [0, 1.5]], [[-3, 1], [1, -3]]])).toEqual([1, 0, 1, 0]);
    expect(assign([[[NaN, NaN], [0.2, 0.1]], [[1, 0], [0, 1]]])).toEqual([1, 0, 0, 1]);
  });

  test("all NaN is refused, as SciPy refuses it", () => {
    expect(() => assign([[[NaN, NaN]]])).toThrow(/scores \(soft_clusters\) are all NaN/);
  });

  test("Infinity is refused at its place, and what forbids every assignment of a chunk by the chunk", () => {
    const fine = [[1, 2], [2, 1]];
    expect(() => assign([fine, [[1, 2], [Infinity, 1]]])).toThrow(
      /scores \(soft_clusters\) hold Infinity at chunk 1, slot 1, cluster 0;/,
    );
    expect(() => assign([fine, [[-Infinity, 2], [-Infinity, 1]]])).toThrow(/of chunk 1 hold -Infinity/);
    expect(assign([[[-Infinity, 2], [1, 1]]])).toEqual([1, 0]);
  });

  test("does not wrap above cluster 127", () => {
    const row = (best: number) => Array.from({ length: 300 }, (_, k) => k === best ? 2 : 0);
    expect(assign([[row(299), row(128), row(127)], [row(200), row(0), row(255)]])).toEqual([
      ...[299, 128, 127],
      ...[200, 0, 255],
    ]);
  });

  test("beats every other assignment, tried one by one", () => {
    const score = fc.double({ min: 0, max: 2, noNaN: true });
    const chunk = fc.integer({ min: 1, max: 4 }).chain((speakers) =>
      fc.array(fc.array(score, { minLength: speakers, maxLength: speakers }), { minLength: 3, maxLength: 3 })
    );
    fc.assert(fc.property(chunk, (scores) => {
      const speakers = scores[0].length;
      const hard = assign([scores]);
      const used = hard.filter((k) => k !== -2);
      expect(new Set(used).size).toBe(Math.min(3, speakers));
      expect(used.length).toBe(Math.min(3, speakers));
      const total = hard.reduce((sum, k, s) => sum + (k === -2 ? 0 : scores[s][k]), 0);
      expect(total).toBeCloseTo(bestTotal(scores, 0, new Set()), 12);
    }));
  });
});

/** The best sum of one cluster at most per slot and one slot at most per cluster; scores are not negative. */
function bestTotal(scores: number[][], slot: number, taken: ReadonlySet<number>): number {
  if (slot === scores.length) return 0;
  const without = bestTotal(scores, slot + 1, taken);
  const withOne = scores[slot].map((score, k) =>
    taken.has(k) ? -Infinity : score + bestTotal(scores, slot + 1, new Set([...taken, k]))
  );
  return Math.max(without, ...withOne);
}

describe("plainArgmax", () => {
  const assign = (chunks: number[][][]) => [...plainArgmax(scoresOf(chunks)).data];

  test("takes the best cluster, the first of equals, however many slots want it", () => {
    expect(assign([[[1, 2, 2], [0, 3, 1], [2, 2, 2]]])).toEqual([1, 1, 0]);
  });

  test("takes the first NaN, as np.argmax does", () => {
    expect(assign([[[1, NaN, NaN], [NaN, 3, 1]]])).toEqual([1, 0]);
    expect(assign([[[NaN, NaN, 9], [NaN, 3, NaN], [9, 1, NaN], [-1, NaN, 9]]])).toEqual([0, 0, 2, 1]);
    expect(assign([[[-Infinity, -Infinity], [-Infinity, NaN], [Infinity, NaN], [NaN, Infinity]]]))
      .toEqual([0, 1, 1, 0]);
  });

  test("where there is one cluster, all take it", () => {
    expect(assign([[[NaN], [-1]]])).toEqual([0, 0]);
  });

  test("does not wrap above cluster 127", () => {
    expect(assign([[Array.from({ length: 300 }, (_, k) => k)]])).toEqual([299]);
  });
});

test("silentSlots: whatever is not 0 is heard, in the first frame and in the last", () => {
  const slots = [[0, 0, -0], [0.5, 0, 0], [0, 0, -1], [0, NaN, 0], [0, 0, 0]];
  const frames = slots[0].flatMap((_, f) => slots.map((values) => values[f]));
  const segmentations = ndArray("f4", [1, 3, 5], new Float32Array(frames));
  expect([...silentSlots(segmentations)]).toEqual([1, 0, 0, 0, 1]);
  expect([...silentSlots(ndArray("f4", [2, 0, 2], new Float32Array(0)))]).toEqual([1, 1, 1, 1]);
});

test("silentSlots: the slots that never speak in their chunk", () => {
  const segmentations = ndArray("f4", [2, 2, 3], new Float32Array([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]));
  expect([...silentSlots(segmentations)]).toEqual([1, 0, 1, 0, 1, 0]);
  expect(silentSlots(ndArray("f4", [0, 589, 3], new Float32Array(0))).length).toBe(0);
});
