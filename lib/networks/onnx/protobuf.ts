/**
 * The wire format of Protocol Buffers, as far as ONNX files need it. Values are views into the file's bytes, so that a
 * file can be taken apart and put together again without copying its weights.
 */
import { ModelFileError } from "./model_file_error.ts";

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** The value of a varint, as a signed 64-bit integer where it fits a double; 0 for the other wire types. */
  readonly integer: number;
  /** What a length-delimited or fixed-size field holds; empty for a varint. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The whole field with its tag, as it is in the file. */
  readonly raw: Uint8Array<ArrayBuffer>;
}

const [VARINT, FIXED_64, DELIMITED, FIXED_32] = [0, 1, 2, 5];
const EMPTY = new Uint8Array(0);

interface Varint {
  readonly value: number;
  readonly end: number;
}

function readVarint(bytes: Uint8Array, start: number): Varint | undefined {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    if (i < 4) low += (byte & 127) * 2 ** (7 * i);
    else if (i === 4) {
      low += (byte & 15) * 2 ** 28;
      high += (byte & 127) >> 4;
    } else high += (byte & 127) * 2 ** (7 * i - 32);
    if (byte < 128) return { value: (high | 0) * 2 ** 32 + low, end: start + i + 1 };
  }
  return undefined;
}

/**
 * The fields of a message, one after the other.
 *
 * @param place Names the file in errors.
 * @throws {ModelFileError} where the bytes end inside a field, or no field can begin so.
 * Source: protobuf.dev, Encoding.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fields } from "#lib/networks/onnx/protobuf.ts";
 * const [version] = fields(Uint8Array.of(0x08, 0x96, 0x01), "example.onnx");
 * assert.equal(version.number, 1);
 * assert.equal(version.integer, 150);
 * ```
 */
export function* fields(bytes: Uint8Array<ArrayBuffer>, place: string): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const number = tag === undefined ? 0 : Math.floor(tag.value / 8);
    if (tag === undefined || number < 1) throw notProtobuf(at, place);
    const wire = tag.value % 8;
    let [start, end, integer] = [tag.end, tag.end, 0];
    if (wire === VARINT) {
      const varint = readVarint(bytes, start);
      if (varint === undefined) throw notProtobuf(at, place);
      [start, end, integer] = [varint.end, varint.end, varint.value];
    } else if (wire === DELIMITED) {
      const length = readVarint(bytes, start);
      if (length === undefined || length.value < 0) throw notProtobuf(at, place);
      start = length.end;
      end = start + length.value;
    } else if (wire === FIXED_64) end = start + 8;
    else if (wire === FIXED_32) end = start + 4;
    else throw notProtobuf(at, place);
    if (end > bytes.length) {
      throw new ModelFileError(
        `not an ONNX model, or truncated: a field of ${end - start} bytes begins where ${
          bytes.length - start
        } bytes are left`,
        place,
      );
    }
    yield {
      number,
      integer,
      bytes: wire === VARINT ? EMPTY : bytes.subarray(start, end),
      raw: bytes.subarray(at, end),
    };
    at = end;
  }
}

function notProtobuf(at: number, place: string): ModelFileError {
  return new ModelFileError(
    `not an ONNX model, or damaged: no field can be read at byte ${at} of its message`,
    place,
  );
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/**
 * Puts byte strings one after the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { joinBytes } from "#lib/networks/onnx/protobuf.ts";
 * assert.deepEqual(joinBytes([Uint8Array.of(1), Uint8Array.of(2, 3)]), Uint8Array.of(1, 2, 3));
 * ```
 */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * A length-delimited field: text, bytes, or a message.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { delimitedField } from "#lib/networks/onnx/protobuf.ts";
 * assert.deepEqual(delimitedField(2, "ab"), Uint8Array.of(0x12, 2, 97, 98));
 * ```
 */
export function delimitedField(number: number, value: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return joinBytes([Uint8Array.from([...varint(number * 8 + DELIMITED), ...varint(bytes.length)]), bytes]);
}

/**
 * A varint field of a number from 0 to 2^53 - 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { varintField } from "#lib/networks/onnx/protobuf.ts";
 * assert.deepEqual(varintField(1, 150), Uint8Array.of(0x08, 0x96, 0x01));
 * ```
 */
export function varintField(number: number, value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...varint(number * 8), ...varint(value)]);
}
