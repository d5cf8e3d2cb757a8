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
 * ```
 */
export function duplicateKey(json: string): string | undefined {
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
      if (inside.keys?.has(key)) return open.flatMap((one) => one.key ?? []).join(".");
      inside.keys?.add(key);
    }
  }
  return undefined;
}
