import { crc32, deflateRawSync } from "node:zlib";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { parseNpy } from "#lib/arrays/parse_npy.ts";
import { parseNpz } from "#lib/arrays/parse_npz.ts";
import { directoryEntry, endRecords, localHeader, type ZipRecord } from "#lib/arrays/zip_records.ts";

const NAME = "a";

/** A sound zip around an npy that may not be: what is wrong with it is then found behind a right CRC-32. */
export function zipAround(npy: Uint8Array, options: { deflated: boolean }): Uint8Array {
  const packed = options.deflated ? deflateRawSync(npy) : npy;
  const record: ZipRecord = {
    name: new TextEncoder().encode(`${NAME}.npy`),
    utf8: false,
    method: options.deflated ? 8 : 0,
    crc32: crc32(npy),
    packedSize: packed.length,
    size: npy.length,
    offset: 0,
    wide: false,
  };
  const [local, entry] = [localHeader(record), directoryEntry(record)];
  const offset = local.length + packed.length;
  const end = endRecords({ count: 1, offset, size: entry.length, wide: false });
  const zip = new Uint8Array(offset + entry.length + end.length);
  zip.set(local);
  zip.set(packed, local.length);
  zip.set(entry, offset);
  zip.set(end, offset + entry.length);
  return zip;
}

/**
 * Reads an npy by itself, and as a stored and a deflated member: all three must end alike.
 *
 * @throws {ArrayFileError} The npy is damaged, and all three say the same of it.
 */
export async function parseEveryWay(npy: Uint8Array): Promise<unknown> {
  const alone = await outcome(() => parseNpy(npy));
  for (const deflated of [false, true]) {
    const inside = await outcome(async () => (await parseNpz(zipAround(npy, { deflated })))[NAME]);
    if (inside.said !== alone.said) {
      throw new Error(
        `As a ${deflated ? "deflated" : "stored"} member: ${inside.said}; alone: ${alone.said}`,
      );
    }
  }
  if (alone.error !== undefined) throw alone.error;
  return alone.said;
}

async function outcome(
  parse: () => NdArray | Promise<NdArray>,
): Promise<{ said: string; error?: ArrayFileError }> {
  try {
    const { dtype, shape, data } = await parse();
    return { said: `${dtype} [${shape}] ${data.join()}` };
  } catch (error) {
    if (!(error instanceof ArrayFileError)) throw error;
    return { said: error.fault, error };
  }
}
