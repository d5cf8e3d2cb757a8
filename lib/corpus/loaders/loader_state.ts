import { createHash } from "node:crypto";

/** Where a loader is in its epochs: all that is needed to go on, also with other numbers of ranks and workers. Plain JSON. */
export interface LoaderState {
  /** From 0. */
  readonly epoch: number;
  /** Samples that all ranks together have had of it. */
  readonly position: number;
  /**
   * A sum of what the order is made of: seed, ids, sizes and options. Where it is there, going on with another order is refused; where it was
   * left out, nothing is held against it.
   */
  readonly order?: string;
}

/**
 * A short sum of numbers, words and bytes that an order is made of.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { orderSum } from "#lib/corpus/loaders/loader_state.ts";
 * assert.match(orderSum([1, "shuffle", [2, 3]]), /^[0-9a-f]{16}$/);
 * assert.notEqual(orderSum([[1], [2]]), orderSum([[1, 2]]));
 * ```
 */
export function orderSum(parts: readonly (number | string | Uint8Array | ArrayLike<number>)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    if (part instanceof Uint8Array) hash.update(`${part.length} bytes:`).update(part);
    else if (typeof part === "object") {
      const numbers = Float64Array.from(part);
      hash.update(`${numbers.length}:`).update(new Uint8Array(numbers.buffer));
    } else hash.update(`${typeof part} ${part};`);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Checks a state against an order.
 *
 * @throws {RangeError} It is none, of another order, or beyond the epoch's end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkedState } from "#lib/corpus/loaders/loader_state.ts";
 * assert.deepEqual(checkedState({ epoch: 1, position: 5 }, { order: "ab", length: 9 }), { epoch: 1, position: 5 });
 * assert.throws(() => checkedState({ epoch: 1, position: 10 }, { order: "ab", length: 9 }), /position 10 of 9 samples/);
 * ```
 */
export function checkedState(
  { epoch, position, order }: LoaderState,
  corpus: { readonly order: string; readonly length: number },
): { readonly epoch: number; readonly position: number } {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (order !== undefined && order !== corpus.order) {
    throw new RangeError(
      `The state is of an order ${order}, not of this one, ${corpus.order}: seed, samples or an option of the order are others.`,
    );
  }
  if (!isCount(epoch) || !isCount(position) || position > corpus.length) {
    throw new RangeError(
      `A state has an epoch from 0 and a position in it, not epoch ${epoch} and position ${position} of ${corpus.length} samples.`,
    );
  }
  return { epoch, position };
}
