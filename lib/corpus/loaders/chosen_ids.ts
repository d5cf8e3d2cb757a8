import { nearestOf } from "../tables/nearest_of.ts";
import type { Warn } from "#lib/warnings/warn.ts";

/** Ids that a user wants: a list or set of them, or what has one, as a manifest. */
export type ChosenIds = Iterable<string> | { wavIds(): Promise<readonly string[]> };

/**
 * The wanted ids as a set.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chosenIds } from "#lib/corpus/loaders/chosen_ids.ts";
 * assert.deepEqual([...await chosenIds({ wavIds: () => Promise.resolve(["a", "a"]) })], ["a"]);
 * ```
 */
export async function chosenIds(chosen: ChosenIds): Promise<ReadonlySet<string>> {
  return new Set("wavIds" in chosen ? await chosen.wavIds() : chosen);
}

/**
 * Warns of wanted ids that a corpus does not have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { warnOfAbsent } from "#lib/corpus/loaders/chosen_ids.ts";
 * const heard: string[] = [];
 * const options = { there: new Set(["rec1"]), where: "list.jsonl", what: "recording", warn: (text: string) => void heard.push(text) };
 * warnOfAbsent(new Set(["rec1", "rec2"]), options);
 * assert.deepEqual(heard, ['list.jsonl has no recording "rec2", which was asked for; the nearest is "rec1".']);
 * ```
 */
export function warnOfAbsent(
  wanted: ReadonlySet<string>,
  { there, where, what, warn }: {
    readonly there: ReadonlySet<string>;
    readonly where: string;
    readonly what: string;
    readonly warn: Warn;
  },
): void {
  const absent = [...wanted].filter((id) => !there.has(id));
  if (absent.length === 0) return;
  const nearest = there.size === 0
    ? "it has none at all"
    : `the nearest is ${JSON.stringify(nearestOf(absent[0], [...there].slice(0, 10_000)))}`;
  const more = absent.length === 1 ? "" : `, nor ${absent.length - 1} more of the ${wanted.size}`;
  warn(`${where} has no ${what} ${JSON.stringify(absent[0])}${more}, which was asked for; ${nearest}.`);
}
