/** Which part of a list one worker of one rank has. */
export interface SplitOfOptions {
  /** Of the process, from 0. Default 0. */
  readonly rank?: number;
  /** Processes. Default 1. */
  readonly world?: number;
  /** Of the worker in its process, from 0. Default 0. */
  readonly worker?: number;
  /** Workers of each process. Default 1. */
  readonly workers?: number;
}

/**
 * The items of one worker of one rank, as webdataset gives out shards: every `world`-th from `rank` on, and of those every `workers`-th
 * from `worker` on. All parts together are the list, each item once; a part may be empty.
 *
 * @throws {RangeError} A number is not whole, or beyond its count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitOf } from "#lib/corpus/shards/split_of.ts";
 * assert.deepEqual(splitOf(["a", "b", "c", "d", "e"], { rank: 1, world: 2 }), ["b", "d"]);
 * assert.deepEqual(splitOf(["a", "b", "c", "d", "e"], { rank: 0, world: 2, worker: 1, workers: 2 }), ["c"]);
 * ```
 */
export function splitOf<Item>(items: readonly Item[], options: SplitOfOptions = {}): Item[] {
  const { rank = 0, world = 1, worker = 0, workers = 1 } = options;
  for (const [what, number, count] of [["rank", rank, world], ["worker", worker, workers]] as const) {
    if (
      !Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(number) || number < 0 ||
      number >= count
    ) {
      throw new RangeError(
        `A ${what} is a whole number from 0 below its count, which is at least 1; it was ${number} of ${count}.`,
      );
    }
  }
  return items.filter((_, i) => i % world === rank && Math.floor(i / world) % workers === worker);
}
