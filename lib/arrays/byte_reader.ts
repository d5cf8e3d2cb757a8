import type { ByteSource } from "./byte_source.ts";

/** Bytes that come one after the other, once. */
export interface ByteReader {
  /** How many bytes there are in all, as far as is known before they are read. */
  readonly size: number;
  /** Writes the next bytes to the front of `target`; gives how many, at least 1 unless `target` is empty or all was read. */
  read(target: Uint8Array<ArrayBuffer>): Promise<number>;
}

/** Bytes read at a time: large enough to be quick, small enough that a checksum finds them in the cache. */
const PIECE_BYTES = 1 << 20;

/**
 * Reads `size` bytes of a source from byte `start`, in order, straight into the reader's target: at most 1 MiB a call.
 *
 * @param options `start` and `size` in bytes; a `read` that reaches past the source's end throws what the source throws.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceReader } from "#lib/arrays/byte_reader.ts";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 *
 * const reader = sourceReader(bytesSource(Uint8Array.of(1, 2, 3, 4, 5), "five.bin"), { start: 1, size: 3 });
 * const target = new Uint8Array(8);
 * assert.equal(await reader.read(target), 3);
 * assert.deepEqual(target, Uint8Array.of(2, 3, 4, 0, 0, 0, 0, 0));
 * assert.equal(await reader.read(target), 0); // all was read
 * ```
 */
export function sourceReader(source: ByteSource, options: { start: number; size: number }): ByteReader {
  const { start, size } = options;
  let done = 0;
  return {
    size,
    async read(target) {
      const piece = target.subarray(0, Math.min(target.length, PIECE_BYTES, size - done));
      await source.read(piece, start + done);
      done += piece.length;
      return piece.length;
    },
  };
}

/**
 * Fills `target`, or as much of it as there are bytes, in as many reads as it takes.
 *
 * @returns The part that was filled, a view into `target`; shorter than it only where the reader came to its end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readUpTo, sourceReader } from "#lib/arrays/byte_reader.ts";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 *
 * const reader = sourceReader(bytesSource(Uint8Array.of(7, 8, 9), "three.bin"), { start: 0, size: 3 });
 * assert.deepEqual(await readUpTo(reader, new Uint8Array(2)), Uint8Array.of(7, 8));
 * assert.deepEqual(await readUpTo(reader, new Uint8Array(2)), Uint8Array.of(9));
 * ```
 */
export async function readUpTo(
  reader: ByteReader,
  target: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  let done = 0;
  while (done < target.length) {
    const read = await reader.read(target.subarray(done));
    if (read === 0) break;
    done += read;
  }
  return target.subarray(0, done);
}
