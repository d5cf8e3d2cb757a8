/**
 * How a member's name becomes a sample's key and a suffix.
 *
 * - `auto`, the default: as `webdataset`, but a name with several dots is split where its JSON sidecar's id ends (`clip_id`, `__key__`, `key`,
 *   `id`, `wav_id` or `uid`, perhaps with a clip's number behind it: `_0000`), else before the last parts that are words
 *   (`rec.2024.05.01_0000.emb.npy`: `emb.npy`).
 * - `webdataset`: at the first dot of the last part of the path, as the library of that name does; `rec.2024.05.01_0000.wav` has key `rec`.
 * - suffixes, longest first: `["wav", "emb.npy"]`; a name that ends in none is split as by `auto`.
 *
 * Suffixes are told in small letters. Names without a dot, those whose last part begins with one at the top, and `__name__` are no samples.
 */
export type SampleRule = "auto" | "webdataset" | { readonly suffixes: readonly string[] };

/** Key and suffix of a member. */
export interface SplitName {
  readonly key: string;
  readonly suffix: string;
}

/**
 * Splits a member's name at the first dot of its last part, as webdataset 1.0 does; undefined where it is no member of a sample.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitAtFirstDot } from "#lib/corpus/shards/sample_rule.ts";
 * assert.deepEqual(splitAtFirstDot("a/b.c/d.Emb.npy"), { key: "a/b.c/d", suffix: "emb.npy" });
 * assert.equal(splitAtFirstDot("__meta__/info.json"), undefined);
 * ```
 */
export function splitAtFirstDot(name: string): SplitName | undefined {
  if (/^__[^/]*__(?:$|\/)/.test(name)) return undefined;
  const [, key, suffix] = /^((?:[^\n]*\/|)[^.]+)[.]([^/]*)$/.exec(name) ?? [];
  return key === undefined ? undefined : { key, suffix: suffix.toLowerCase() };
}

/** A part of a suffix that is a word, not a date, a number or a clip's number. */
const isWord = (part: string) => /^(?:[a-z]\w*)?$/i.test(part) && !/_\d+$/.test(part);

/**
 * Splits a name with several dots before its last parts that are words; the last part always belongs to the suffix.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitBeforeWords } from "#lib/corpus/shards/sample_rule.ts";
 * const name = "rec.2024.05.01_0000.emb.npy";
 * assert.deepEqual(splitBeforeWords(name), { key: "rec.2024.05.01_0000", suffix: "emb.npy" });
 * ```
 */
export function splitBeforeWords(name: string): SplitName | undefined {
  const split = splitAtFirstDot(name);
  // A hidden file has no id before its dot.
  if (split === undefined || split.key.endsWith("/")) return split;
  const parts = name.slice(split.key.length + 1).split(".");
  let first = parts.length - 1;
  while (first > 0 && isWord(parts[first - 1])) first--;
  const suffix = parts.slice(first).join(".");
  return { key: name.slice(0, name.length - suffix.length - 1), suffix: suffix.toLowerCase() };
}

/**
 * Splits a name before the longest of some suffixes that it ends in; undefined where it ends in none.
 *
 * @param suffixes In small letters, without the dot before them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitBeforeSuffix } from "#lib/corpus/shards/sample_rule.ts";
 * assert.deepEqual(splitBeforeSuffix("john.smith.WAV", ["wav"]), { key: "john.smith", suffix: "wav" });
 * ```
 */
export function splitBeforeSuffix(name: string, suffixes: readonly string[]): SplitName | undefined {
  if (splitAtFirstDot(name) === undefined) return undefined;
  let longest: string | undefined;
  for (const suffix of suffixes) {
    const end = name.slice(-suffix.length - 1).toLowerCase();
    if (end === `.${suffix}` && suffix.length > (longest?.length ?? -1)) longest = suffix;
  }
  if (longest === undefined) return undefined;
  const key = name.slice(0, name.length - longest.length - 1);
  return key === "" || key.endsWith("/") ? undefined : { key, suffix: longest };
}
