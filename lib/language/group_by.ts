/**
 * Groups items by a key, in the order in which the keys first come; `Map.groupBy`, which Node 20 does not have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { groupBy } from "#lib/language/group_by.ts";
 * assert.deepEqual([...groupBy([3, 1, 4, 5], (x) => x % 2)], [[1, [3, 1, 5]], [0, [4]]]);
 * ```
 */
export function groupBy<Key, Item>(
  items: Iterable<Item>,
  keyOf: (item: Item, index: number) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
