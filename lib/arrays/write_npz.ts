import type { NdArray } from "./nd_array.ts";
import { npyPieces } from "./npy_pieces.ts";
import { writeBeside } from "./write_beside.ts";
import { ZipWriter } from "./zip_writer.ts";

/** Options of {@linkcode writeNpz}. */
export interface WriteNpzOptions {
  /** Deflate the arrays, as numpy.savez_compressed does. Default false: stored, as numpy.savez does. */
  readonly compress?: boolean;
}

/**
 * Writes an npz file, whole or not at all, straight from the arrays' memory. Equal arrays in equal order give
 * equal bytes: times are 1980-01-01. (Deflated bytes may differ from one runtime's zlib to another's.)
 *
 * Source: numpy/lib/npyio.py (`savez`); PKWARE APPNOTE.TXT 6.3.
 *
 * @throws {RangeError} A name that a zip cannot keep (NUL, a lone surrogate, over 65531 bytes), or an array that
 * an npy cannot keep (see `writeNpy`).
 * @throws {Error} The system's own error, with its `code`, where the file cannot be written.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { readNpz } from "#lib/arrays/read_npz.ts";
 * import { writeNpz } from "#lib/arrays/write_npz.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const labels = ndArray("i8", [3], new BigInt64Array([0n, 1n, 0n]));
 * await writeNpz(join(folder, "ahc.npz"), { labels }, { compress: true });
 * const read = await readNpz(join(folder, "ahc.npz"));
 * if (read.labels.data.join() !== "0,1,0") throw new Error("writeNpz");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeNpz(
  path: string,
  arrays: Readonly<Record<string, NdArray>>,
  options: WriteNpzOptions = {},
): Promise<void> {
  // Everything is checked before the disk is touched.
  const members = Object.entries(arrays).map(([name, array]) => {
    checkName(name);
    return { name: `${name}.npy`, pieces: npyPieces(array, `array ${JSON.stringify(name)}`) };
  });
  await writeBeside(path, async (handle) => {
    const zip = new ZipWriter(handle, { compress: options.compress ?? false });
    for (const { name, pieces } of members) await zip.add(name, pieces);
    await zip.finish();
  });
}

function checkName(name: string): void {
  const quoted = JSON.stringify(name.slice(0, 80));
  if (!name.isWellFormed()) throw new RangeError(`Array name ${quoted} has a lone surrogate`);
  if (name.includes("\0")) throw new RangeError(`Array name ${quoted} contains NUL`);
  const { length } = new TextEncoder().encode(`${name}.npy`);
  if (length > 0xffff) {
    throw new RangeError(`Array name ${quoted}... takes ${length} bytes, at most 65535 fit`);
  }
}
