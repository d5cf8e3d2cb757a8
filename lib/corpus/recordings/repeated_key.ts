/**
 * The first key that stands twice in one object of one level, the outermost by default, in JSON text that is valid: parsers keep the last
 * value and say nothing.
 *
 * @param options.level Objects this deep are looked at: 2 for those of a list. Default: 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { repeatedKey } from "#lib/corpus/recordings/repeated_key.ts";
 * assert.equal(repeatedKey('{"a": 1, "b": {"a": 2}, "\\u0061": 3}'), "a");
 * assert.equal(repeatedKey('{"a": "\\"a\\": 1", "b": [{"a": 2}]}'), undefined);
 * ```
 */
export function repeatedKey(
  json: string,
  { level = 1 }: { readonly level?: number } = {},
): string | undefined {
  let seen = new Set<string>();
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|:/gs;
  let depth = 0, text: string | undefined;
  for (const [token] of json.matchAll(tokens)) {
    if (token === "{" || token === "[") {
      if (++depth === level) seen = new Set();
    } else if (token === "}" || token === "]") depth--;
    else if (token === ":" && depth === level && text !== undefined) {
      const key: string = JSON.parse(text);
      if (seen.has(key)) return key;
      seen.add(key);
    }
    text = token.startsWith('"') ? token : undefined;
  }
  return undefined;
}

/**
 * Whether a line of JSON has a colon more than its object has keys, as it has where a key comes twice: no other line need be looked at closer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mayRepeatKey } from "#lib/corpus/recordings/repeated_key.ts";
 * assert.deepEqual([mayRepeatKey('{"a": 1}', { a: 1 }), mayRepeatKey('{"a": 1, "a": 2}', { a: 2 })], [false, true]);
 * ```
 */
export function mayRepeatKey(line: string, value: object): boolean {
  let left = Object.keys(value).length;
  for (let at = line.indexOf(":"); at >= 0; at = line.indexOf(":", at + 1)) {
    if (--left < 0) return true;
  }
  return false;
}
