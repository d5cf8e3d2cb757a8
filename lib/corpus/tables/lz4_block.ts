/**
 * Unpacks one block of LZ4, without a frame, as Parquet stores it.
 *
 * @param sizeBytes How many bytes it must give.
 * @throws {RangeError} when it gives another number, or points before its beginning.
 *
 * @see {@link https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unpackLz4Block } from "#lib/corpus/tables/lz4_block.ts";
 * // Two bytes as they are, then six more that begin two bytes back; the last five always are as they are.
 * const packed = Uint8Array.of(0x22, 97, 98, 2, 0, 0x50, 49, 50, 51, 52, 53);
 * assert.equal(new TextDecoder().decode(unpackLz4Block(packed, 13)), "abababab12345");
 * ```
 */
export function unpackLz4Block(packed: Uint8Array, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes);
  let from = 0;
  let to = 0;
  /** A length of four bits; 15 goes on in bytes, as long as they are 255. */
  const length = (start: number): number => {
    let sum = start;
    for (let byte = start === 15 ? 255 : 0; byte === 255;) {
      if (from >= packed.length) throw new RangeError("The LZ4 block ends within a length.");
      sum += byte = packed[from++];
    }
    return sum;
  };
  while (from < packed.length) {
    const token = packed[from++];
    const literals = length(token >> 4);
    if (from + literals > packed.length || to + literals > sizeBytes) {
      throw new RangeError(`The LZ4 block has more than ${sizeBytes} bytes in it, or ends within them.`);
    }
    out.set(packed.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= packed.length) break;
    const back = packed[from] | (packed[from + 1] << 8);
    from += 2;
    const matched = length(token & 15) + 4;
    if (!(back > 0) || back > to) throw new RangeError("The LZ4 block points before its beginning.");
    if (to + matched > sizeBytes) {
      throw new RangeError(`The LZ4 block has more than ${sizeBytes} bytes in it.`);
    }
    for (const end = to + matched; to < end; to++) out[to] = out[to - back];
  }
  if (to !== sizeBytes) {
    throw new RangeError(`The LZ4 block has ${to} bytes in it, and ${sizeBytes} are needed.`);
  }
  return out;
}
