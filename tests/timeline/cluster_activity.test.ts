/** Activity and its ranking against their definitions, written down plainly. */
import { expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { Random } from "#lib/synthesis/random.ts";
import { clusterActivity } from "#lib/timeline/cluster_activity.ts";
import { mostActive } from "#lib/timeline/most_active.ts";

/** Chunk c begins at frame 2 c and has `frames` of them. */
const gridOf = (frames: number) => ({
  chunks: { startSec: 0, durationSec: frames / 4, stepSec: 0.5 },
  frames: { startSec: 0, durationSec: 0.25, stepSec: 0.25 },
});

test.each([[1, 1, 1], [3, 4, 3], [5, 7, 4], [9, 3, 2], [0, 4, 3]])(
  "of %i chunks of %i frames and %i slots",
  (chunks, frames, slots) => {
    const random = new Random(chunks * 100 + slots);
    const values = [0, 1, 1, 0, -0, 0.25, -2, NaN];
    for (let round = 0; round < 30; round++) {
      // Numbers of 0 and 1 in half of the rounds, odd ones in the others.
      const kinds = round % 2 === 0 ? 4 : values.length;
      const seg = Float32Array.from({ length: chunks * frames * slots }, () => values[random.integer(kinds)]);
      const hard = Int32Array.from({ length: chunks * slots }, () => [-2, 0, 1, 2, 5][random.integer(5)]);
      const activity = clusterActivity({
        segmentations: ndArray("f4", [chunks, frames, slots], seg),
        hardClusters: ndArray("i4", [chunks, slots], hard),
      }, gridOf(frames));
      const [total, clusters] = activity.shape;
      expect(clusters).toBe(Math.max(-1, ...hard) + 1);
      const expected = new Float32Array(total * clusters);
      for (let c = 0; c < chunks; c++) {
        for (let f = 0; f < frames; f++) {
          for (const k of new Set(hard.subarray(c * slots, (c + 1) * slots))) {
            const active = [...Array(slots).keys()].filter((s) => hard[c * slots + s] === k)
              .map((s) => seg[(c * frames + f) * slots + s]);
            if (k >= 0) expected[(2 * c + f) * clusters + k] += Math.max(0, ...active);
          }
        }
      }
      expect([...activity.data]).toEqual([...expected]);
    }
  },
);

test.each([1, 2, 3, 12])("the most active of %i clusters", (clusters) => {
  const random = new Random(clusters);
  const total = 200;
  const activity = Float32Array.from({ length: total * clusters }, () => random.integer(4));
  const count = Uint8Array.from({ length: total }, () => random.integer(clusters + 3));
  const discrete = mostActive(ndArray("f4", [total, clusters], activity), ndArray("u1", [total, 1], count));
  const columns = discrete.shape[1];
  expect(columns).toBe(Math.max(clusters, ...count));
  for (let t = 0; t < total; t++) {
    // Columns past the clusters rank behind all of them.
    const rank = (k: number) => k < clusters ? activity[t * clusters + k] : -1;
    const order = [...Array(columns).keys()].sort((a, b) => rank(b) - rank(a) || a - b);
    const speaking = new Set(order.slice(0, count[t]));
    const expected = [...Array(columns).keys()].map((k) => Number(speaking.has(k)));
    expect([...discrete.data.subarray(t * columns, (t + 1) * columns)]).toEqual(expected);
  }
});

test("a wrong number of counts is refused", () => {
  const activity = ndArray("f4", [3, 1], new Float32Array(3));
  expect(() => mostActive(activity, ndArray("u1", [2, 1], new Uint8Array(2)))).toThrow(/count/);
});
