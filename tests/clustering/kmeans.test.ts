import { describe, expect, test } from "bun:test";
import { kmeans } from "#lib/clustering/kmeans.ts";
import { kmeansPlusPlus } from "#lib/clustering/kmeans_plus_plus.ts";
import { lloyd } from "#lib/clustering/lloyd.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

// The labels against scikit-learn's on real embeddings: tests/parity/hints.test.ts. Here the corners.

describe("kmeans", () => {
  const column = (values: number[], clusters: number, more = {}) =>
    kmeans(Float32Array.from(values), { rows: values.length, columns: 1, clusters, ...more });

  test("one cluster, as many as rows, and the same twice", () => {
    expect([...column([1, 5, 9], 1)]).toEqual([0, 0, 0]);
    expect(new Set(column([1, 5, 9], 3)).size).toBe(3);
    expect(column([3, 1, 4, 1, 5, 9, 2, 6], 3)).toEqual(column([3, 1, 4, 1, 5, 9, 2, 6], 3));
  });

  test("tells points apart that lie close together and far from zero: it works on what is left less the mean", () => {
    const labels = column([4096, 4096.125, 4096.0078125, 4096.1328125], 2);
    expect([labels[0], labels[1]]).toEqual([labels[2], labels[3]]);
    expect(labels[0]).not.toBe(labels[1]);
  });

  test("leaves its input as it was, unlike scikit-learn with copy_x=False", () => {
    const x = Float32Array.of(3, 1, 4, 1, 5);
    kmeans(x, { rows: 5, columns: 1, clusters: 2 });
    expect([...x]).toEqual([3, 1, 4, 1, 5]);
  });

  test("takes the best of three runs from seed 42", () => {
    const x = Array.from({ length: 60 }, (_, i) => Math.sin(i * i) * 10);
    expect(column(x, 7)).toEqual(column(x, 7, { runs: 3, seed: 42 }));
    expect(column(x, 7)).not.toEqual(column(x, 7, { runs: 1, seed: 42 }));
  });

  test("finds far groups whatever the seed", () => {
    const values = [0, 1, 2, 100, 101, 102, 200, 201, 202];
    for (let seed = 0; seed < 50; seed++) {
      const labels = column(values, 3, { seed });
      expect(new Set([labels[0], labels[3], labels[6]]).size).toBe(3);
      values.forEach((_, i) => expect(labels[i]).toBe(labels[i - i % 3]));
    }
  });

  test("with fewer different points than clusters ends", () => {
    expect(new Set(column([7, 7, 7, 7], 3)).size).toBe(1);
    expect(new Set(column([7, 7, 8, 8], 4)).size).toBe(2);
  });

  test.each([
    [[1, 2], 3, {}, /2 points can make 1 to 2 clusters, not 3/],
    [[1, 2], 0, {}, /not 0/],
    [[1, 2], 1.5, {}, /not 1.5/],
    [[], 1, {}, /0 points/],
    [[1, NaN, 2], 2, {}, /row 1 holds NaN/],
    [[1, Infinity], 1, {}, /row 1 holds Infinity/],
    [[1, 2], 1, { runs: 0 }, /at least one run, not 0/],
    [[1, 2], 1, { seed: -1 }, /seed/],
  ] as [number[], number, object, RegExp][])("of %j into %d refuses", (values, clusters, more, fault) => {
    expect(() => column(values, clusters, more)).toThrow(fault);
  });
});

describe("kmeansPlusPlus", () => {
  test("draws once for the first centre and 2 + floor(ln k) times for each further one", () => {
    const x = Float32Array.from({ length: 40 }, (_, i) => (i * 37) % 41);
    for (const clusters of [1, 2, 3, 8, 21]) {
      const random = new MersenneTwister(7);
      kmeansPlusPlus(x, { rows: 40, columns: 1, clusters, random });
      const same = new MersenneTwister(7);
      const draws = 1 + (clusters - 1) * (2 + Math.floor(Math.log(clusters)));
      for (let i = 0; i < draws; i++) same.random();
      expect(random.next()).toBe(same.next());
    }
  });

  test("the first centre is where the cumulated weights pass the first draw", () => {
    const x = new Float32Array(10).map((_, i) => i);
    // RandomState(42).random_sample() is 0.3745, RandomState(1)'s 0.4170, RandomState(0)'s 0.5488.
    const first = (seed: number) =>
      kmeansPlusPlus(x, { rows: 10, columns: 1, clusters: 1, random: new MersenneTwister(seed) })[0];
    expect([42, 1, 0].map(first)).toEqual([3, 4, 5]);
  });
});

describe("lloyd", () => {
  const run = (x: number[], first: number[], more = {}) =>
    lloyd(Float32Array.from(x), Float32Array.from(first), {
      ...{ rows: x.length, columns: 1, maxIterations: 300, shiftBound: 0 },
      ...more,
    });

  test("a point between two centres goes to the first", () => {
    expect([...run([-1, 0, 1], [-1, 1], { maxIterations: 1, shiftBound: Infinity }).labels]).toEqual([
      0,
      0,
      1,
    ]);
  });

  test("an empty cluster takes the point farthest from its centre", () => {
    const { labels, inertia } = run([0, 1, 2, 10], [0, 100]);
    expect([...labels]).toEqual([0, 0, 0, 1]);
    expect(inertia).toBe(2);
  });

  test("stopped by the moves, it labels once more from the last centres", () => {
    // One step moves the centres to -4 and 8.67: the point at 2 is then nearer to the first.
    const { labels, iterations } = run([-4, 2, 4, 20], [-9, 1.9], { shiftBound: Infinity });
    expect(iterations).toBe(1);
    expect([...labels]).toEqual([0, 0, 1, 1]);
  });

  test("ends at the iterations allowed", () => {
    const x = Array.from({ length: 30 }, (_, i) => i * i);
    expect(run(x, [0, 1, 2], { maxIterations: 2 }).iterations).toBe(2);
    expect(run(x, [0, 1, 2]).iterations).toBeGreaterThan(2);
  });
});
