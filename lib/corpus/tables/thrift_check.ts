/** Deeper than the footer of any Parquet file. */
const DEPTH = 32;

/**
 * Walks a struct of Thrift's compact protocol and holds its lists to the bytes that are left: a damaged length would have a reader make a
 * list of billions first.
 *
 * @throws {RangeError} when it ends within something, or has a list longer than what is left.
 *
 * @see {@link https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkThrift } from "#lib/corpus/tables/thrift_check.ts";
 * checkThrift(Uint8Array.of(0x15, 2, 0)); // field 1 is the number 1, and nothing follows
 * assert.throws(() => checkThrift(Uint8Array.of(0x19, 0xf5, 0xff, 0x7f, 0)), /A list of 16383 in 1 byte/);
 * ```
 */
export function checkThrift(bytes: Uint8Array): void {
  let at = 0;
  const next = () => {
    if (at >= bytes.length) throw new RangeError("It ends within a struct.");
    return bytes[at++];
  };
  const integer = () => {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = next();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (factor > 2 ** 63) throw new RangeError("A number has too many bytes.");
    }
  };
  const element = (type: number, depth: number): void => {
    if (depth > DEPTH) throw new RangeError(`A struct is deeper than ${DEPTH}.`);
    if (type === 3) at++;
    else if (type >= 4 && type <= 6) integer();
    else if (type === 7) at += 8;
    else if (type === 8) {
      const length = integer();
      if (length > bytes.length - at) {
        throw new RangeError(`A text of ${length} in ${bytes.length - at} bytes.`);
      }
      at += length;
    } else if (type === 9) {
      const head = next();
      const size = head >> 4 === 15 ? integer() : head >> 4;
      const left = bytes.length - at;
      if (size > left) throw new RangeError(`A list of ${size} in ${left} ${left === 1 ? "byte" : "bytes"}.`);
      // Booleans in a list are a byte each; as a field they are their type.
      const inner = head & 15;
      for (let i = 0; i < size; i++) element(inner === 1 || inner === 2 ? 3 : inner, depth + 1);
    } else if (type === 12) struct(depth + 1);
    else if (type !== 1 && type !== 2) {
      throw new RangeError(`A field has type ${type}, which Parquet does not use.`);
    }
  };
  const struct = (depth: number): void => {
    for (let head = next(); (head & 15) !== 0; head = next()) {
      if (head >> 4 === 0) integer();
      element(head & 15, depth);
    }
  };
  struct(0);
}
