import type { NdArray } from "./nd_array.ts";
import type { ReadNpzOptions } from "./npz_archive.ts";
import { openNpz } from "./open_npz.ts";

/**
 * Reads the arrays of an npz, stored or deflated, zip64 or not. Values go straight into the arrays' memory, and
 * every member's CRC-32 is checked. As in numpy, a member that cannot be read (objects, bytes, a record, a text file) does not
 * spoil the others: its property of the result throws when it is asked for.
 *
 * @throws {ArrayFileError} The file is truncated or corrupt; or an array that `only` names is, or is pickled, unknown or not there.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be opened or read.
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
 * const path = join(folder, "state.npz");
 * await writeNpz(path, {
 *   q: ndArray("f8", [1, 2], new Float64Array([0.25, 0.75])),
 *   iterations: ndArray("i8", [], new BigInt64Array([16n])),
 * });
 * const { iterations } = await readNpz(path, { only: ["iterations"] });
 * if (iterations.data[0] !== 16n) throw new Error("readNpz");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function readNpz(path: string, options: ReadNpzOptions = {}): Promise<Record<string, NdArray>> {
  await using archive = await openNpz(path, options);
  return await archive.readAll(options);
}
