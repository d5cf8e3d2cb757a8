/** In which objects of a JSON text a key that stands twice is looked for. */
export interface DuplicateKeyOptions {
  /** Those this deep alone: 1 for the outermost one, 2 for those of a list. Default: all. */
  readonly level?: number;
}

/**
 * The first key that stands twice in one object of a JSON text, dotted; undefined where none does. `JSON.parse` keeps the last and says nothing.
 *
 * @param json A text that `JSON.parse` takes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { duplicateKey } from "#lib/language/duplicate_key.ts";
 * assert.equal(duplicateKey('{"vbx": {"fa": 0.1, "fb": 2, "f\\u0061": 0.9}}'), "vbx.fa");
 * assert.equal(duplicateKey('{"a": {"b": 1}, "b": [{"a": 1}, {"a": 2}]}'), undefined);
 * assert.equal(duplicateKey('[{"a": {"b": 1, "b": 2}}, {"a": 1, "a": 2}]', { level: 2 }), "a");
 * ```
 */
export function duplicateKey(json: string, { level }: DuplicateKeyOptions = {}): string | undefined {
  /** Objects and lists that are open: the keys seen, and the one whose value is being read. */
  const open: { readonly keys?: Set<string>; key?: string }[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (token === "{") open.push({ keys: new Set() });
    else if (token === "[") open.push({});
    else if (token === "}" || token === "]") open.pop();
    else if (token.endsWith(":")) {
      const inside = open[open.length - 1];
      const key: string = JSON.parse(token.slice(0, -1));
      inside.key = key;
      if (level !== undefined && open.length !== level) continue;
      if (inside.keys?.has(key)) return open.flatMap((one) => one.key ?? []).join(".");
      inside.keys?.add(key);
    }
  }
  return undefined;
}

/**
 * Whether a line of JSON has a colon more than its object has keys, as it has where a key comes twice: no other line need be looked at closer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mayRepeatKey } from "#lib/language/duplicate_key.ts";
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
