const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The name that bytes stand for: UTF-8; bytes that are none become halves of surrogate pairs, U+DC80 to U+DCFF, as Python reads them, so
 * that two names stay two.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tarText } from "#lib/corpus/shards/tar_text.ts";
 * assert.equal(tarText(Uint8Array.of(0xc3, 0xa9, 0x2e)), "é.");
 * assert.equal(tarText(Uint8Array.of(0x61, 0xe9, 0x2e)), "a\udce9.");
 * ```
 */
export function tarText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      text += length === 0
        ? String.fromCharCode(0xdc00 + bytes[at])
        : strict.decode(bytes.subarray(at, at + length));
      at += Math.max(1, length);
    }
    return text;
  }
}

/** How many bytes from `at` on make one character; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return at + length <= bytes.length ? length : 0;
  } catch {
    return 0;
  }
}

/**
 * The part of a field before its first NUL.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { untilNul } from "#lib/corpus/shards/tar_text.ts";
 * assert.deepEqual(untilNul(Uint8Array.of(97, 0, 98)), Uint8Array.of(97));
 * ```
 */
export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}
