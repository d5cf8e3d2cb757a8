import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FileBytes } from "./file_bytes.ts";
import { MemoryBytes } from "./memory_bytes.ts";
import { StreamBytes } from "./stream_bytes.ts";
import type { ShardInput, TarBytes } from "./tar_bytes.ts";

const isGzip = (head: Uint8Array) => head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;

/**
 * Opens a tar to be read from its beginning. What it is packed by is seen in its first bytes, not in its name.
 *
 * @param options `onBytes` sees the bytes of a file that is not packed, each once and in order, those passed over too.
 * @throws {Error} The system's own error, with its `code`; `EISDIR` for a folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gzipSync } from "node:zlib";
 * import { openTarBytes } from "#lib/corpus/shards/open_tar_bytes.ts";
 * const bytes = await openTarBytes({ file: "a.tar.gz", bytes: gzipSync("abcdef") });
 * assert.equal(await bytes.skip(2), 2);
 * assert.equal(new TextDecoder().decode(await bytes.take(3)), "cde");
 * assert.equal(bytes.position, 5);
 * await bytes.close();
 * ```
 */
export async function openTarBytes(
  input: ShardInput,
  options: { readonly onBytes?: (piece: Uint8Array) => void } = {},
): Promise<TarBytes> {
  if (typeof input !== "string") {
    const { file, bytes } = input;
    return isGzip(bytes) ? unpacked(file, Readable.from([bytes])) : new MemoryBytes(file, bytes);
  }
  const handle = await open(input);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      const kind = stat.isDirectory() ? "a folder" : "no regular file";
      throw Object.assign(new Error(`${input} is ${kind}; a tar is needed.`), {
        code: stat.isDirectory() ? "EISDIR" : "EINVAL",
        path: input,
      });
    }
    const head = new Uint8Array(2);
    const { bytesRead } = await handle.read(head, 0, 2, 0);
    if (bytesRead === 2 && isGzip(head)) {
      await handle.close();
      return unpacked(input, createReadStream(input));
    }
    return new FileBytes(handle, { file: input, sizeBytes: stat.size, onBytes: options.onBytes });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function unpacked(file: string, packed: Readable): TarBytes {
  const gunzip = createGunzip();
  packed.on("error", (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  return new StreamBytes(file, gunzip, () => {
    packed.destroy();
    gunzip.destroy();
    return Promise.resolve();
  });
}
