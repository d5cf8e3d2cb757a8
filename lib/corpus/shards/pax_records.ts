import { tarText } from "./tar_text.ts";

/**
 * The records of a PAX header, `LENGTH KEY=VALUE` and a newline each; a later one of a key counts. Values that are no UTF-8 are read as
 * names are.
 *
 * @returns undefined where the bytes are no such records.
 *
 * Source: POSIX.1-2017, pax, "pax Extended Header".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parsePaxRecords } from "#lib/corpus/shards/pax_records.ts";
 * const text = new TextEncoder().encode("14 path=a.wav\n9 size=7\n");
 * assert.deepEqual([...parsePaxRecords(text)!], [["path", "a.wav"], ["size", "7"]]);
 * assert.equal(parsePaxRecords(text.subarray(0, 20)), undefined);
 * ```
 */
export function parsePaxRecords(bytes: Uint8Array): Map<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    // Some writers fill up with NULs behind the last record.
    if (bytes[at] === 0) return bytes.subarray(at).every((byte) => byte === 0) ? records : undefined;
    let length = 0;
    let digits = at;
    for (; bytes[digits] >= 0x30 && bytes[digits] <= 0x39 && length < 1e9; digits++) {
      length = length * 10 + bytes[digits] - 0x30;
    }
    const end = at + length;
    // A length of no digits, or too small for a key, leaves no key before its end; one beyond the bytes has no newline there.
    if (bytes[digits] !== 0x20 || bytes[end - 1] !== 0x0a) return undefined;
    const equals = bytes.subarray(digits + 1, end - 1).indexOf(0x3d);
    if (equals < 1) return undefined;
    const key = tarText(bytes.subarray(digits + 1, digits + 1 + equals));
    records.set(key, tarText(bytes.subarray(digits + 2 + equals, end - 1)));
    at = end;
  }
  return records;
}
