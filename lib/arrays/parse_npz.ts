import { bytesSource } from "./byte_source.ts";
import type { NdArray } from "./nd_array.ts";
import { NpzArchive, type ReadNpzOptions } from "./npz_archive.ts";
import type { ParseOptions } from "./parse_npy.ts";

/**
 * Reads the arrays of an npz held in memory; see `readNpz`.
 *
 * @throws {ArrayFileError} The archive, or one of the arrays that `only` names, is truncated, corrupt, pickled or unknown.
 *
 * @example
 * ```ts
 * import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
 * import { parseNpz } from "#lib/arrays/parse_npz.ts";
 *
 * const error = await parseNpz(new Uint8Array(30), { name: "zeros.npz" }).catch((error) => error);
 * if (!(error instanceof ArrayFileError) || error.file !== "zeros.npz") throw new Error("parseNpz");
 * ```
 */
export async function parseNpz(
  bytes: Uint8Array,
  options: ParseOptions & ReadNpzOptions = {},
): Promise<Record<string, NdArray>> {
  const source = bytesSource(bytes, options.name ?? "bytes");
  const archive = await NpzArchive.over(source, { close: () => Promise.resolve(), warn: options.warn });
  return await archive.readAll(options);
}
