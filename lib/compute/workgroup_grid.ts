/** A dispatch's size: a count of workgroups, laid out by `workgroupGrid`, or an explicit grid. */
export type Workgroups = number | readonly [x: number, y: number, z?: number];

/**
 * Lays out a dispatch on a grid that the device accepts. A plain count beyond one dimension's limit (65 535 on
 * every device so far) becomes a two-dimensional grid of at least as many groups; the kernel recovers its index with
 * `flat_group` of lib/compute/flat_group.wgsl and must return early when it is past the end:
 *
 * ```wgsl
 * let item = flat_group(group_id, group_count) * 64u + local_index;
 * if (item >= params.count) { return; }
 * ```
 *
 * @throws RangeError when a count is not a positive integer or the grid is beyond the limit
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { workgroupGrid } from "#lib/compute/workgroup_grid.ts";
 *
 * deepStrictEqual(workgroupGrid(100, 65_535), [100, 1, 1]);
 * deepStrictEqual(workgroupGrid(70_000, 65_535), [35_000, 2, 1]);
 * deepStrictEqual(workgroupGrid([3, 2], 65_535), [3, 2, 1]);
 * ```
 */
export function workgroupGrid(workgroups: Workgroups, limit: number): [number, number, number] {
  if (typeof workgroups !== "number") {
    const [x, y, z = 1] = workgroups;
    for (const size of [x, y, z]) {
      if (!Number.isInteger(size) || size < 1 || size > limit) {
        throw new RangeError(
          `A grid of workgroups must have 1 to ${limit} per dimension, got ${x} x ${y} x ${z}`,
        );
      }
    }
    return [x, y, z];
  }
  if (!Number.isInteger(workgroups) || workgroups < 1 || workgroups > limit * limit) {
    throw new RangeError(`A dispatch must have 1 to ${limit * limit} workgroups, got ${workgroups}`);
  }
  const rows = Math.ceil(workgroups / limit);
  return [Math.ceil(workgroups / rows), rows, 1];
}
