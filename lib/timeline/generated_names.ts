/** Where new names come from: "A", "B", ..., "Z", "AA", ... ("string"), "0", "1", ... ("int"), or a list of one's own. */
export type NameSource = "string" | "int" | Iterable<string>;

/**
 * A function that gives the next name of a source at each call. A list that runs out is a `RangeError`.
 * After pyannote.core, utils/generators.py.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { generatedNames } from "#lib/timeline/generated_names.ts";
 *
 * const next = generatedNames("string");
 * const names = Array.from({ length: 28 }, next);
 * deepStrictEqual([names[0], names[25], names[26], names[27]], ["A", "Z", "AA", "AB"]);
 * ```
 */
export function generatedNames(source: NameSource): () => string {
  let count = 0;
  if (source === "int") return () => String(count++);
  if (source === "string") return () => letters(count++);
  if (typeof source === "string") {
    throw new RangeError(`Names come from "string", "int" or a list, got ${JSON.stringify(source)}`);
  }
  const names = source[Symbol.iterator]();
  return () => {
    const { done, value } = names.next();
    if (done) {
      throw new RangeError(`The list of names ran out after ${count}; every track or label needs one`);
    }
    count++;
    return value;
  };
}

/** 0 is "A", 25 "Z", 26 "AA": bijective base 26. */
function letters(index: number): string {
  let name = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + (rest - 1) % 26) + name;
  }
  return name;
}
