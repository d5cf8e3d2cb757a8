import type { NdArray } from "./nd_array.ts";
import { npyPieces } from "./npy_pieces.ts";
import { writeBeside } from "./write_beside.ts";
import { writeFully } from "./write_fully.ts";

/**
 * Writes an npy file, whole or not at all, straight from the array's memory: the bytes that numpy.save writes.
 *
 * Source: numpy/lib/format.py, versions 1.0 and 2.0.
 *
 * @throws {RangeError} The data does not fit the shape, a bool is neither 0 nor 1, or text cannot be kept: a
 * lone surrogate, or NUL at a string's end.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be written.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, stat } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { writeNpy } from "#lib/arrays/write_npy.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeNpy(join(folder, "pi.npy"), ndArray("f8", [2], new Float64Array([0.5, 0.5])));
 * if ((await stat(join(folder, "pi.npy"))).size !== 128 + 16) throw new Error("writeNpy");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeNpy(path: string, array: NdArray): Promise<void> {
  const pieces = npyPieces(array, path);
  await writeBeside(path, async (handle) => {
    let at = 0;
    for (const piece of pieces) {
      await writeFully(handle, piece, at);
      at += piece.length;
    }
  });
}
