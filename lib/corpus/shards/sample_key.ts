/**
 * A key whose dots are written as `%2E` (and `%` as `%25`), so that readers which split names at the first dot keep it whole.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { escapeKey, unescapeKey } from "#lib/corpus/shards/sample_key.ts";
 * assert.equal(escapeKey("rec.2024_0000"), "rec%2E2024_0000");
 * assert.equal(unescapeKey(escapeKey("a%.b")), "a%.b");
 * ```
 */
export function escapeKey(key: string): string {
  return key.replaceAll("%", "%25").replaceAll(".", "%2E");
}

/**
 * What {@linkcode escapeKey} was given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unescapeKey } from "#lib/corpus/shards/sample_key.ts";
 * assert.equal(unescapeKey("rec%2E2024_0000"), "rec.2024_0000");
 * ```
 */
export function unescapeKey(key: string): string {
  return key.replaceAll("%2E", ".").replaceAll("%25", "%");
}

/**
 * What keeps a text from being a sample's key in a shard; undefined where nothing does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keyFault } from "#lib/corpus/shards/sample_key.ts";
 * assert.equal(keyFault("speaker 1/rec_0000"), undefined);
 * assert.equal(keyFault("__meta__/x"), "readers pass over names that begin with a word in double underscores");
 * ```
 */
export function keyFault(key: string): string | undefined {
  if (key === "" || key.endsWith("/")) return "it has no last part";
  if (key.startsWith("/") || key.split("/").some((part) => part === "." || part === ".." || part === "")) {
    return "it is no path below the folder that it is unpacked into";
  }
  if (/\p{Cc}/u.test(key)) return "it has a control character";
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(key)) {
    return "it has half of a surrogate pair";
  }
  if (/^__[^/]*__(?:$|[/.])/.test(key)) {
    return "readers pass over names that begin with a word in double underscores";
  }
  return undefined;
}
