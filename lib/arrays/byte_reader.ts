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

/** Reads `size` bytes of a source from `start`, straight into the reader's target. */
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

/** Fills `target`, or as much of it as there are bytes; gives that part. */
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
