/** The length of the pieces that are put in order by insertion. */
const PIECE = 8;

/**
 * The indices of numbers in ascending order; equal ones stay in theirs. A merge sort without callbacks: a fifth of the time of
 * `sort` with a comparison for the millions of starts and ends of a long corpus, and none where they are in order already.
 *
 * @param values Without NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ascendingOrder } from "#lib/metrics/ascending_order.ts";
 * assert.deepEqual([...ascendingOrder(Float64Array.of(3, 1, 2, 1))], [1, 3, 2, 0]);
 * ```
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const size = values.length;
  let order = new Uint32Array(size);
  let ascending = true;
  for (let i = 0; i < size; i++) {
    order[i] = i;
    ascending &&= i === 0 || values[i - 1] <= values[i];
  }
  if (ascending) return order;
  for (let from = 0; from < size; from += PIECE) {
    const to = Math.min(size, from + PIECE);
    for (let i = from + 1; i < to; i++) {
      const index = order[i];
      let j = i;
      for (; j > from && values[order[j - 1]] > values[index]; j--) order[j] = order[j - 1];
      order[j] = index;
    }
  }
  let merged = new Uint32Array(size);
  for (let length = PIECE; length < size; length *= 2) {
    for (let from = 0; from < size; from += 2 * length) merge(values, order, merged, from, length);
    [order, merged] = [merged, order];
  }
  return order;
}

/** Merges two neighbouring pieces of `length` indices from `from` on, the second perhaps shorter. */
function merge(
  values: Float64Array,
  order: Uint32Array,
  merged: Uint32Array,
  from: number,
  length: number,
): void {
  const middle = Math.min(order.length, from + length);
  const end = Math.min(order.length, middle + length);
  let [left, right] = [from, middle];
  for (let at = from; at < end; at++) {
    const takeLeft = left < middle && (right >= end || values[order[left]] <= values[order[right]]);
    merged[at] = takeLeft ? order[left++] : order[right++];
  }
}
