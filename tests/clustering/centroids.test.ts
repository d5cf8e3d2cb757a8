import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { livingSpeakers, meanCentroids, weightedCentroids } from "#lib/clustering/centroids.ts";
import { speakerScores } from "#lib/clustering/speaker_scores.ts";

const f4 = (shape: number[], ...values: number[]) => ndArray("f4", shape, Float32Array.from(values));

test("livingSpeakers: those over 1e-7, not at it", () => {
  expect([...livingSpeakers(Float64Array.of(0.5, 1e-7, 1.0000001e-7, 0, 0.5))]).toEqual([0, 2, 4]);
});

describe("weightedCentroids", () => {
  test("weights the raw embeddings and leaves dead speakers out", async () => {
    const training = f4([3, 2], 1, 10, 2, 20, 4, 40);
    const q = Float64Array.of(1, 0, 0, 0.5, 0, 0.5, 0, 0, 1);
    const { shape, data } = await weightedCentroids(training, { q, pi: Float64Array.of(0.5, 1e-12, 0.5) });
    expect(shape).toEqual([2, 2]);
    const [a, b] = [(1 + 0.5 * 2) / 1.5, (0.5 * 2 + 4) / 1.5];
    [a, 10 * a, b, 10 * b].forEach((value, at) => expect(Math.abs(data[at] - value)).toBeLessThan(1e-14));
  });

  test("refuses responsibilities of another size", async () => {
    const vbx = { q: new Float64Array(5), pi: new Float64Array(2) };
    await expect(weightedCentroids(f4([2, 1], 1, 2), vbx)).rejects.toThrow(
      /q is to hold 2 x 2 = 4 values, not 5/,
    );
  });
});

describe("meanCentroids", () => {
  test("adds in float32, row after row, as numpy does along axis 0", () => {
    // 2^24 + 1 is no float32: the ones get lost when added one by one.
    const labels = new Int32Array(3);
    const { data } = meanCentroids(f4([3, 1], 2 ** 24, 1, 1), { labels, clusters: 1 });
    expect(data[0]).toBe(Math.fround(2 ** 24 / 3));
  });

  test("without a single embedding the mean is NaN", () => {
    const { shape, data } = meanCentroids(f4([0, 2]), { labels: new Int32Array(0), clusters: 1 });
    expect([shape, [...data]]).toEqual([[1, 2], [NaN, NaN]]);
  });
});

describe("speakerScores", () => {
  const score = async (x: number[], y: number[]) => {
    const centroid = ndArray("f8", [1, y.length], Float64Array.from(y));
    return (await speakerScores(f4([1, 1, x.length], ...x), centroid)).data[0];
  };

  test("are 1 + cosine, whatever the lengths", async () => {
    expect(await score([3, 4], [30, 40])).toBe(2);
    expect(await score([3, 4], [-3, -4])).toBe(0);
    expect(await score([1, 0], [0, 7])).toBe(1);
    expect(await score([1, 1], [1, 0])).toBeCloseTo(1 + Math.SQRT1_2, 15);
  });

  test("never leave 0 to 2, though the cosine of x with itself may round above 1", async () => {
    for (let i = 1; i < 2000; i++) {
      const x = Array.from({ length: 7 }, (_, j) => Math.fround(Math.sin(i * (j + 1))));
      const same = await score(x, x), opposite = await score(x, x.map((v) => -v));
      expect(same <= 2 && same > 2 - 1e-15 && opposite >= 0 && opposite < 1e-15).toBe(true);
    }
  });

  test("are NaN for NaN and for vectors of length 0, in their own row only", async () => {
    const embeddings = f4([1, 3, 2], NaN, 1, 0, 0, 1, 0);
    const centroids = ndArray("f8", [2, 2], Float64Array.of(1, 0, 0, 1));
    expect([...(await speakerScores(embeddings, centroids)).data]).toEqual([NaN, NaN, NaN, NaN, 2, 1]);
  });

  test("refuse centroids of another dimension", async () => {
    await expect(score([1, 2], [1, 2, 3])).rejects.toThrow(
      /centroids has shape \[1, 3\], \[any, 2\] is needed/,
    );
  });
});
