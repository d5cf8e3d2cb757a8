import { open } from "node:fs/promises";

/** The bytes of a Parquet file, read piece by piece. */
export interface ParquetBytes extends AsyncDisposable {
  readonly byteLength: number;
  /** Those from `start` to before `end`, which lie within it; with memory of their own, or that of the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/**
 * Bytes that lie in memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * assert.deepEqual(await parquetBytesOf(Uint8Array.of(1, 2, 3)).read(1, 3), Uint8Array.of(2, 3));
 * ```
 */
export function parquetBytesOf(bytes: Uint8Array): ParquetBytes {
  return {
    byteLength: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Bytes of a file, which is closed when they are disposed of.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openParquetBytes } from "#lib/corpus/tables/parquet_bytes.ts";
 * await assert.rejects(openParquetBytes("no such.parquet"), { code: "ENOENT" });
 * ```
 */
export async function openParquetBytes(file: string): Promise<ParquetBytes> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const read = async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) throw new RangeError(`It has become shorter: byte ${start + done} is gone.`);
        done += bytesRead;
      }
      return bytes;
    };
    return { byteLength: size, read, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
