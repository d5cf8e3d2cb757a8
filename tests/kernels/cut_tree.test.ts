/** Flat clusters from a tree, as SciPy's fcluster makes them. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cutTree } from "#kernels/linkage/cut_tree.ts";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { readScipyCases, samePartition, structurelessPoints } from "./linkage_data.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

describeWith("cutTree against SciPy", fixture("reference/centroid_linkage.npz"), (path) => {
  test("gives SciPy's labels at every threshold of every case", async () => {
    let cuts = 0;
    for (const { name, x, z, rows, columns, labels } of await readScipyCases(path)) {
      for (const [threshold, expected] of labels) {
        const own = centroidLinkage(x, { rows, columns });
        expect([name, threshold, ...cutTree(z, { leaves: rows, threshold })]).toEqual([
          name,
          threshold,
          ...expected,
        ]);
        expect([...cutTree(own, { leaves: rows, threshold })]).toEqual([...expected]);
        cuts++;
      }
    }
    expect(cuts).toBe(42);
  });
});

/** Clusters by their definition: leaves belong together when a subtree without a height above the threshold holds both. */
function byDefinition(z: Float64Array, leaves: number, threshold: number): number[] {
  const labels = Array.from({ length: leaves }, (_, leaf) => leaf);
  const members: number[][] = labels.map((leaf) => [leaf]);
  const highest: number[] = labels.map(() => -Infinity);
  for (let k = 0; k < leaves - 1; k++) {
    const [a, b, height] = z.subarray(4 * k, 4 * k + 3);
    members.push([...members[a], ...members[b]]);
    highest.push(Math.max(highest[a], highest[b], height));
    if (highest[leaves + k] <= threshold) {
      for (const leaf of members[leaves + k]) labels[leaf] = leaves + k;
    }
  }
  return labels;
}

describe("cutTree", () => {
  test("goes by the largest height inside a subtree, on trees full of inversions", () => {
    let inversions = 0;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 30 }), fc.double({ min: 0, max: 2, noNaN: true }), (
        seed,
        rows,
        threshold,
      ) => {
        const { x, columns } = structurelessPoints(rows, 5, seed);
        const z = centroidLinkage(x, { rows, columns });
        for (let k = 1; k < rows - 1; k++) inversions += Number(z[4 * k + 2] < z[4 * k - 2]);
        const labels = cutTree(z, { leaves: rows, threshold });
        expect(samePartition(labels, byDefinition(z, rows, threshold))).toBe(true);
        expect(new Set(labels).size).toBe(Math.max(...labels) + 1);
      }),
    );
    expect(inversions).toBeGreaterThan(50);
  });

  test("keeps a pair apart whose union is higher than the merge above it", () => {
    const z = Float64Array.from([0, 1, 1, 2, 2, 3, 0.9, 3]);
    expect([...cutTree(z, { leaves: 3, threshold: 0.95 })]).toEqual([0, 1, 2]);
    expect([...cutTree(z, { leaves: 3, threshold: 1 })]).toEqual([0, 0, 0]);
  });

  test("gives one leaf label 0 and no leaf none", () => {
    expect([...cutTree(new Float64Array(0), { leaves: 1, threshold: 1 })]).toEqual([0]);
    expect(cutTree(new Float64Array(0), { leaves: 0, threshold: 1 }).length).toBe(0);
  });

  test("walks a chain of a hundred thousand merges without running out of stack", () => {
    const leaves = 100_001;
    const z = new Float64Array(4 * (leaves - 1));
    for (let k = 0; k < leaves - 1; k++) {
      z.set(k === 0 ? [0, 1, 1, 2] : [k + 1, leaves + k - 1, 1, k + 2], 4 * k);
    }
    expect(new Set(cutTree(z, { leaves, threshold: 1 })).size).toBe(1);
    expect(new Set(cutTree(z, { leaves, threshold: 0.5 })).size).toBe(leaves);
  });

  test("refuses a tree of another size, or that names a cluster not there yet", () => {
    expect(() => cutTree(new Float64Array(8), { leaves: 2, threshold: 1 })).toThrow(
      "1 x 4 = 4 values, not 8",
    );
    expect(() => cutTree(Float64Array.from([0, 3, 1, 2, 1, 2, 1, 2]), { leaves: 3, threshold: 1 }))
      .toThrow("Row 0 of the tree merges cluster 3");
    expect(() => cutTree(Float64Array.from([0, 1.5, 1, 2]), { leaves: 2, threshold: 1 })).toThrow(
      "cluster 1.5",
    );
  });
});
