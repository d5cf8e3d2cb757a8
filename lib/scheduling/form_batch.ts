/** Limits of a batch. */
export interface BatchLimits {
  /** Most that the number of parts times the longest one's length may come to. */
  readonly budget: number;
  /**
   * How much shorter than the longest part of its batch a part may be, as a fraction of the longest, from 0
   * (equal lengths only) up to 1 (any).
   */
  readonly maxPadding: number;
}

/**
 * The next batch from parts in the order in which they should run: the first part, and after it each that is
 * of a similar length and fits. So whoever is first in line is always served, whatever its length, and those
 * behind it may overtake only to fill a batch that runs anyway.
 *
 * The cost of a batch is what it comes to when padded: parts times longest length, as in the batching pool of
 * the Bergamot project's translator (whose `mini-batch-words` is the budget here).
 *
 * @returns The chosen parts in their order; the first alone if not even that fits, none of none.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { formBatch } from "#lib/scheduling/form_batch.ts";
 *
 * const waiting = [8, 10, 2, 9, 8, 10].map((length) => ({ length }));
 * const batch = formBatch(waiting, { budget: 40, maxPadding: 0.25 });
 * deepStrictEqual(batch.map(({ length }) => length), [8, 10, 9, 8]);
 * ```
 */
export function formBatch<T extends { readonly length: number }>(
  waiting: Iterable<T>,
  limits: BatchLimits,
): T[] {
  const { budget, maxPadding } = limits;
  const batch: T[] = [];
  let [shortest, longest] = [Infinity, 0];
  for (const part of waiting) {
    const nextShortest = Math.min(shortest, part.length);
    const nextLongest = Math.max(longest, part.length);
    if (batch.length > 0) {
      if ((batch.length + 1) * longest > budget) break; // whatever comes, it does not fit any more
      if ((batch.length + 1) * nextLongest > budget || nextShortest < nextLongest * (1 - maxPadding)) {
        continue;
      }
    }
    batch.push(part);
    [shortest, longest] = [nextShortest, nextLongest];
  }
  return batch;
}

/**
 * What a batch costs when padded: parts times longest length.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { batchCost } from "#lib/scheduling/form_batch.ts";
 *
 * strictEqual(batchCost([{ length: 8 }, { length: 10 }]), 20);
 * ```
 */
export function batchCost(batch: readonly { readonly length: number }[]): number {
  return batch.length * batch.reduce((longest, { length }) => Math.max(longest, length), 0);
}
