import { describe, expect, test } from "bun:test";
import { eigs } from "mathjs";
import { cutTree } from "#kernels/linkage/cut_tree.ts";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { dendrogramTree } from "#lib/plots/dendrogram_tree.ts";
import { principalPlane } from "#lib/plots/principal_plane.ts";
import { Random } from "#lib/synthesis/random.ts";

describe("a drawn tree", () => {
  const rows = 60, columns = 3;
  const tree = centroidLinkage(new Random(8).normals(rows * columns), { rows, columns });

  test.each([[0.2], [0.6], [0.9], [1.2], [5]])("cut at %p has cutTree's clusters", (threshold) => {
    const labels = cutTree(tree, { leaves: rows, threshold });
    const sizes = new Map<number, number>();
    for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    const { clusters, ends } = dendrogramTree(tree, { threshold, limit: 1000 });
    const drawn = new Map<number, number>();
    for (const { cluster, size } of ends) drawn.set(cluster, (drawn.get(cluster) ?? 0) + size);
    expect(clusters).toBe(sizes.size);
    expect([...drawn.values()].sort()).toEqual([...sizes.values()].sort());
  });

  test("cut between a merge and a lower one above it has the clusters of the lower parts", () => {
    const inverted = Float64Array.of(0, 1, 0.7, 2, 2, 3, 0.5, 3);
    const { ends, merges } = dendrogramTree(inverted, { threshold: 0.6, limit: 10 });
    expect(new Set(ends.map(({ cluster }) => cluster)).size)
      .toBe(new Set(cutTree(inverted, { leaves: 3, threshold: 0.6 })).size);
    expect(merges.map(({ cluster }) => cluster)).toEqual([undefined, undefined]);
  });

  test("has each merge at its height and each inversion marked", () => {
    const { merges, inversions } = dendrogramTree(tree, { threshold: 0.6, limit: 1000 });
    const heights = Array.from({ length: rows - 1 }, (_, i) => tree[4 * i + 2]);
    expect(merges.map(({ height }) => height).sort()).toEqual(heights.sort());
    expect(inversions).toBeGreaterThan(0);
    expect(merges.filter(({ inversion }) => inversion).length).toBe(inversions);
    expect(merges.every(({ left, right }) => left.x < right.x)).toBe(true);
  });

  test("cut short still holds every point", () => {
    const { merges, ends, points } = dendrogramTree(tree, { threshold: 0.6, limit: 12 });
    expect([points, ends.length, merges.length]).toEqual([rows, 12, 11]);
    expect(ends.reduce((sum, { size }) => sum + size, 0)).toBe(rows);
  });

  test("of one point or of a chain of 20 000 is drawn too", () => {
    expect(dendrogramTree([], { threshold: 1, limit: 5 }).ends.length).toBe(1);
    const chain = Float64Array.from({ length: 4 * 19_999 }, (_, at) => {
      const merge = Math.floor(at / 4);
      return [merge + 1, merge === 0 ? 0 : 20_000 + merge - 1, merge, merge + 2][at % 4];
    });
    expect(dendrogramTree(chain, { threshold: 100, limit: 300 }).ends.length).toBe(300);
  });
});

describe("the principal plane", () => {
  test("is that of all eigenvectors, which mathjs finds another way", async () => {
    const rows = 80, columns = 12, random = new Random(3);
    const data = Float64Array.from(
      { length: rows * columns },
      (_, i) => random.normal() * (1 + (i % columns) ** 1.5),
    );
    const { x, y, explained } = await principalPlane(ndArray("f8", [rows, columns], data));
    const mean = Array.from(
      { length: columns },
      (_, j) => Array.from({ length: rows }, (_, i) => data[i * columns + j]).reduce((a, b) => a + b) / rows,
    );
    const covariance = mean.map((_, j) =>
      mean.map((_, k) => {
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          sum += (data[i * columns + j] - mean[j]) * (data[i * columns + k] - mean[k]);
        }
        return sum / (rows - 1);
      })
    );
    const found = eigs(covariance).eigenvectors.map(({ value, vector }) => ({
      value: Number(value),
      vector: Array.from(vector as number[], Number),
    })).sort((a, b) => b.value - a.value);
    const total = found.reduce((sum, { value }) => sum + value, 0);
    for (const [k, along] of [x, y].entries()) {
      expect(Math.abs(explained[k] - found[k].value / total)).toBeLessThan(1e-9);
      const expected = Array.from(
        { length: rows },
        (_, i) =>
          found[k].vector.reduce((sum, weight, j) => sum + weight * (data[i * columns + j] - mean[j]), 0),
      );
      const sign = Math.sign(expected[0] * along[0]);
      const worst = along.reduce((most, value, i) => Math.max(most, Math.abs(value - sign * expected[i])), 0);
      // Measured 5e-7 at a spread of 40: the iteration stops when the plane's variance has settled.
      expect(worst).toBeLessThan(1e-4);
    }
  });

  test("of points on a line, of one point and of none is there", async () => {
    const line = await principalPlane(ndArray("f4", [3, 2], Float32Array.of(0, 0, 1, 1, 2, 2)));
    expect(line.explained[0]).toBeCloseTo(1, 12);
    expect(line.y.every((value) => Math.abs(value) < 1e-7)).toBe(true);
    const one = await principalPlane(ndArray("f4", [1, 2], Float32Array.of(3, 4)));
    expect([...one.x, ...one.y, ...one.explained]).toEqual([0, 0, 0, 0]);
    expect((await principalPlane(ndArray("f4", [0, 2], new Float32Array(0)))).x.length).toBe(0);
  });

  test("refuses what is not finite", async () => {
    const odd = principalPlane(ndArray("f8", [2, 2], Float64Array.of(1, 2, NaN, 4)));
    await expect(odd).rejects.toThrow("Point 1 holds NaN");
  });
});
