import { open } from "node:fs/promises";
import { sourceReader } from "./byte_reader.ts";
import { fileSource } from "./byte_source.ts";
import type { NdArray } from "./nd_array.ts";
import { readNpyFrom } from "./npy_reader.ts";

/**
 * Reads an npy file. The values go from the file straight into the array's memory, which is all that is
 * allocated; Fortran order becomes C order, and either byte order this machine's, on the way.
 *
 * Source: numpy/lib/format.py, versions 1.0, 2.0 and 3.0.
 *
 * @throws {ArrayFileError} Truncated, corrupt, pickled, or of an unknown dtype.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be opened or read.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { readNpy } from "#lib/arrays/read_npy.ts";
 * import { writeNpy } from "#lib/arrays/write_npy.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeNpy(join(folder, "labels.npy"), ndArray("i8", [2], new BigInt64Array([0n, 1n])));
 * const labels = await readNpy(join(folder, "labels.npy"));
 * if (labels.dtype !== "i8" || labels.data[1] !== 1n) throw new Error("readNpy");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function readNpy(path: string): Promise<NdArray> {
  const handle = await open(path, "r");
  try {
    const source = await fileSource(handle, path);
    return await readNpyFrom(sourceReader(source, { start: 0, size: source.size }), { file: path });
  } finally {
    await handle.close();
  }
}
