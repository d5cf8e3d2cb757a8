import type { Warn } from "#lib/warnings/warn.ts";
import { nearestOf } from "../tables/nearest_of.ts";

/** Ids that a user wants: a list or set of them, or what has one, as a manifest. */
export type ChosenIds = Iterable<string> | { wavIds(): Promise<readonly string[]> };

/** Of how many ids, the first, the nearest one to a missing one is told. */
export const NEAREST_AMONG = 10_000;

/**
 * The ids that are wanted, as they come.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idsOf } from "#lib/corpus/loaders/chosen_ids.ts";
 * assert.deepEqual([...await idsOf({ wavIds: () => Promise.resolve(["a", "b"]) })], ["a", "b"]);
 * ```
 */
export async function idsOf(chosen: ChosenIds): Promise<Iterable<string>> {
  return "wavIds" in chosen ? await chosen.wavIds() : chosen;
}

/** Wanted ids, and which of them were met. */
export class WantedIds {
  readonly #numbers = new Map<string, number>();
  readonly #isMet: Uint8Array;
  #met = 0;

  /**
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { WantedIds } from "#lib/corpus/loaders/chosen_ids.ts";
   * const wanted = new WantedIds(["a", "b", "a"]);
   * assert.deepEqual([wanted.meet("b"), wanted.meet("c"), wanted.count], [true, false, 2]);
   * assert.deepEqual(wanted.absent(), ["a"]);
   * ```
   */
  constructor(ids: Iterable<string>) {
    let came = 0;
    for (const id of ids) this.#numbers.set(id, came++);
    this.#isMet = new Uint8Array(came);
  }

  /** How many there are, each once. */
  get count(): number {
    return this.#numbers.size;
  }

  /** Whether an id is wanted; if so, it was met. */
  meet(id: string): boolean {
    const number = this.#numbers.get(id);
    if (number === undefined) return false;
    if (this.#isMet[number] === 0) this.#met++;
    this.#isMet[number] = 1;
    return true;
  }

  /** Those that were not met. */
  absent(): string[] {
    if (this.#met === this.count) return [];
    return [...this.#numbers].filter(([, number]) => this.#isMet[number] === 0).map(([id]) => id);
  }
}

/**
 * Warns of wanted ids that a corpus does not have.
 *
 * @param absent At least one.
 * @param there Ids that it has, or the first of them.
 * @param options `count`: how many were wanted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { warnOfAbsent } from "#lib/corpus/loaders/chosen_ids.ts";
 * const heard: string[] = [];
 * const options = { count: 2, where: "list.jsonl", what: "recording", warn: (text: string) => void heard.push(text) };
 * warnOfAbsent(["rec2"], ["rec1"], options);
 * assert.deepEqual(heard, ['list.jsonl has no recording "rec2", which was asked for; the nearest is "rec1".']);
 * ```
 */
export function warnOfAbsent(
  absent: readonly string[],
  there: readonly string[],
  { count, where, what, warn }: {
    readonly count: number;
    readonly where: string;
    readonly what: string;
    readonly warn: Warn;
  },
): void {
  const nearest = there.length === 0
    ? "it has none at all"
    : `the nearest is ${JSON.stringify(nearestOf(absent[0], there))}`;
  const more = absent.length === 1 ? "" : `, nor ${absent.length - 1} more of the ${count}`;
  warn(`${where} has no ${what} ${JSON.stringify(absent[0])}${more}, which was asked for; ${nearest}.`);
}

/**
 * What is said of an id that a loader does not have.
 *
 * @param there Ids that it has, or the first of them.
 * @param options `count`: how many it has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { noSuchSample } from "#lib/corpus/loaders/chosen_ids.ts";
 * const { message } = noSuchSample("c", ["a"], { count: 1, where: "talks" });
 * assert.equal(message, 'talks has no sample "c"; the nearest of 1 is "a".');
 * ```
 */
export function noSuchSample(
  id: string,
  there: readonly string[],
  { count, where }: { readonly count: number; readonly where: string },
): RangeError {
  const nearest = there.length === 0
    ? "there is none"
    : `the nearest of ${count} is ${JSON.stringify(nearestOf(id, there))}`;
  return new RangeError(`${where} has no sample ${JSON.stringify(id)}; ${nearest}.`);
}
