/** Options of {@linkcode prefetch}. */
export interface PrefetchOptions {
  /** Results that are made beyond the one that is in use. With 0 each is made when it is asked for. Default 2. */
  readonly ahead?: number;
  /** Ends it, with what it was aborted with. */
  readonly signal?: AbortSignal;
}

/**
 * Makes something of each item in turn, and begins the next ones while one is used. Results come in the items' order, and an error where
 * its item's result would have come: after the results before it, and nothing after it. No more than `ahead` are made or waiting
 * beyond the one in use. Whoever leaves early, or is told of an error, gets on when all that was begun has ended; `signal` of
 * `make` is aborted then.
 *
 * @throws {RangeError} `ahead` is no whole number from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { prefetch } from "#lib/corpus/loaders/prefetch.ts";
 * const begun: number[] = [];
 * const make = (item: number) => {
 *   begun.push(item);
 *   return Promise.resolve(item * item);
 * };
 * for await (const square of prefetch([1, 2, 3, 4], make, { ahead: 1 })) {
 *   assert.equal(square, 1);
 *   break;
 * }
 * assert.deepEqual(begun, [1, 2]);
 * ```
 */
export async function* prefetch<Item, Made>(
  items: Iterable<Item>,
  make: (item: Item, signal: AbortSignal) => Promise<Made>,
  options: PrefetchOptions = {},
): AsyncGenerator<Made, void, undefined> {
  const { ahead = 2, signal } = options;
  if (!Number.isSafeInteger(ahead) || ahead < 0) {
    throw new RangeError(`So many results ahead are a whole number from 0, not ${ahead}.`);
  }
  signal?.throwIfAborted();
  const left = new AbortController();
  const ended = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const source = items[Symbol.iterator]();
  const begun: Promise<Made>[] = [];
  let fault: { readonly error: unknown } | undefined, isDone = false;
  /** Begins until so many wait. An error of the items themselves comes behind what was begun before it. */
  const begin = (most: number) => {
    while (begun.length < most && !isDone) {
      try {
        const { done, value } = source.next();
        isDone = done === true;
        if (isDone) return;
        const making = make(value, ended);
        making.catch(() => {}); // told where it is waited for
        begun.push(making);
      } catch (error) {
        fault = { error };
        isDone = true;
      }
    }
  };
  try {
    for (;;) {
      begin(Math.max(1, ahead));
      const next = begun.shift();
      if (next === undefined) break;
      const made = await next;
      signal?.throwIfAborted();
      begin(ahead);
      yield made;
      signal?.throwIfAborted();
    }
    if (fault !== undefined) throw fault.error;
  } finally {
    left.abort(new DOMException("What was made ahead is not wanted any more.", "AbortError"));
    await Promise.allSettled(begun);
    source.return?.();
  }
}
