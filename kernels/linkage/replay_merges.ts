import { FloatGeometry } from "./float_geometry.ts";

/**
 * The tree of a known order of merges, its heights in float64 from the centroids, as `mergeNearest` gives it.
 *
 * @param x Row-major (rows, columns) points.
 * @param pairs (rows - 1, 2): the slots of each merge; the union takes the second.
 * @returns Z, row-major (rows - 1, 4).
 * @throws {RangeError} when a merge names a slot that is not alive, or its slots are not ascending.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { replayMerges } from "#kernels/linkage/replay_merges.ts";
 * const z = replayMerges(new Float64Array([0, 10, 1]), Uint32Array.of(0, 2, 1, 2), { rows: 3, columns: 1 });
 * assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export function replayMerges(
  x: Float64Array,
  pairs: Uint32Array,
  shape: { rows: number; columns: number },
): Float64Array {
  const { rows } = shape;
  const geometry = new FloatGeometry(x, shape);
  const size = new Int32Array(rows).fill(1);
  const id = Int32Array.from({ length: rows }, (_, slot) => slot);
  const z = new Float64Array((rows - 1) * 4);
  for (let k = 0; k < rows - 1; k++) {
    const a = pairs[2 * k], b = pairs[2 * k + 1];
    if (!(a < b && b < rows && size[a] > 0 && size[b] > 0)) {
      throw new RangeError(`Merge ${k} names slots ${a} and ${b}, which are not two living clusters.`);
    }
    const total = size[a] + size[b];
    z.set([Math.min(id[a], id[b]), Math.max(id[a], id[b]), geometry.distance(a, b), total], 4 * k);
    geometry.unite(a, b, size[a], size[b]);
    size[a] = 0;
    size[b] = total;
    id[b] = rows + k;
  }
  return z;
}
