import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";

/**
 * One embedding for each group of windows, such as those of a turn: the mean of theirs, of length 1 again.
 *
 * @param embeddings (windows, D).
 * @param groups The windows of each group; a group of none gets NaN, as a slot without an embedding has.
 * @returns (groups, D).
 * @throws {RangeError} A window does not exist.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { averageEmbeddings } from "#lib/networks/average_embeddings.ts";
 * const windows = ndArray("f4", [3, 2], new Float32Array([1, 0, 0, 1, 0, 1]));
 * const { data } = averageEmbeddings(windows, [[0, 1], [2], []]);
 * assert.deepEqual([...data], [Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2), 0, 1, NaN, NaN]);
 * ```
 */
export function averageEmbeddings(
  embeddings: ArrayOf<"f4">,
  groups: readonly (readonly number[])[],
): ArrayOf<"f4"> {
  const [windows, dimension] = embeddings.shape;
  const averaged = new Float32Array(groups.length * dimension);
  const sum = new Float64Array(dimension);
  groups.forEach((members, group) => {
    sum.fill(0);
    for (const window of members) {
      if (!(window >= 0 && window < windows)) {
        throw new RangeError(`There is no window ${window} among ${windows}.`);
      }
      for (let d = 0; d < dimension; d++) sum[d] += embeddings.data[window * dimension + d];
    }
    const length = Math.hypot(...sum);
    for (let d = 0; d < dimension; d++) averaged[group * dimension + d] = sum[d] / length; // no window: 0 / 0
  });
  return ndArray("f4", [groups.length, dimension], averaged);
}
