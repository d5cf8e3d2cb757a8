import * as zlib from "node:zlib";
import type { CompressionCodec } from "hyparquet";
import { unpackLz4Block } from "./lz4_block.ts";

type Compressors = { [codec in CompressionCodec]?: (packed: Uint8Array, size: number) => Uint8Array };

/**
 * How the pages of a Parquet file are unpacked, by codec. Those that the runtime has are its own, which hold what they unpack to its
 * checksum. Loads hyparquet-compressors.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gzipSync } from "node:zlib";
 * import { parquetCodecs } from "#lib/corpus/tables/parquet_codecs.ts";
 * const { GZIP } = await parquetCodecs();
 * assert.deepEqual([...GZIP!(gzipSync(Uint8Array.of(1, 2, 3)), 3)], [1, 2, 3]);
 * ```
 */
export async function parquetCodecs(): Promise<Compressors> {
  const { compressors } = await import("hyparquet-compressors");
  const codecs: Compressors = {
    ...compressors,
    GZIP: (packed, size) => zlib.gunzipSync(packed, { maxOutputLength: size + 1 }),
    BROTLI: (packed, size) => zlib.brotliDecompressSync(packed, { maxOutputLength: size + 1 }),
    LZ4: (packed, size) => lz4(packed, size),
    LZ4_RAW: (packed, size) => unpackLz4Block(packed, size),
  };
  // Node 20 has no zstd.
  const { zstdDecompressSync } = zlib as Partial<typeof zlib>;
  if (zstdDecompressSync !== undefined) {
    codecs.ZSTD = (packed, size) => zstdDecompressSync(packed, { maxOutputLength: size + 1 });
  }
  const exact: Compressors = {};
  for (const [codec, unpack] of Object.entries(codecs)) {
    exact[codec as keyof Compressors] = (packed, size) => {
      // An empty page is written without a frame by some.
      const page = packed.length === 0 && size === 0 ? packed : unpack(packed, size);
      if (page.length !== size) {
        throw new RangeError(`A page has ${page.length} bytes, and ${size} are announced.`);
      }
      // hyparquet makes views of the page's buffer at offsets that its elements' size divides.
      return new Uint8Array(page);
    };
  }
  return exact;
}

/** The older codec: blocks with two lengths before each as Hadoop has them, or one block without. */
function lz4(packed: Uint8Array, size: number): Uint8Array {
  try {
    return unpackLz4Hadoop(packed, size);
  } catch {
    return unpackLz4Block(packed, size);
  }
}

function unpackLz4Hadoop(packed: Uint8Array, size: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const out = new Uint8Array(size);
  let to = 0;
  for (let from = 0; from < packed.length;) {
    const [unpackedBytes, packedBytes] = [view.getUint32(from), view.getUint32(from + 4)];
    from += 8;
    if (packedBytes > packed.length - from || unpackedBytes > size - to) {
      throw new RangeError("No blocks of Hadoop.");
    }
    out.set(unpackLz4Block(packed.subarray(from, from + packedBytes), unpackedBytes), to);
    from += packedBytes;
    to += unpackedBytes;
  }
  if (to !== size) throw new RangeError("No blocks of Hadoop.");
  return out;
}
