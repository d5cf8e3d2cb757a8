/**
 * The first key that an object stands with twice on its outermost level, in JSON text that is valid: parsers keep the last
 * value and say nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { repeatedKey } from "#lib/corpus/recordings/repeated_key.ts";
 * assert.equal(repeatedKey('{"a": 1, "b": {"a": 2}, "\\u0061": 3}'), "a");
 * assert.equal(repeatedKey('{"a": "\\"a\\": 1", "b": [{"a": 2}]}'), undefined);
 * ```
 */
export function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|:/gs;
  let depth = 0, text: string | undefined;
  for (const [token] of json.matchAll(tokens)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (token === ":" && depth === 1 && text !== undefined) {
      const key: string = JSON.parse(text);
      if (seen.has(key)) return key;
      seen.add(key);
    }
    text = token.startsWith('"') ? token : undefined;
  }
  return undefined;
}
