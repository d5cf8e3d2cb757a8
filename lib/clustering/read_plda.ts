import { join } from "node:path";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { type PldaArrays, type PldaModel, pldaModel } from "./plda_model.ts";

const FILES = { "xvec_transform.npz": ["mean1", "lda", "mean2"], "plda.npz": ["mu", "tr", "psi"] } as const;

/**
 * Read a PLDA model from a folder with pyannote's two files, `xvec_transform.npz` (mean1, lda, mean2) and `plda.npz` (mu, tr, psi).
 *
 * @throws {ArrayFileError} when a file is damaged or lacks an array.
 * @throws {RangeError} when the arrays do not fit each other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlda } from "#lib/clustering/read_plda.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const model = await readPlda(`${projectRoot()}/fixtures/models/plda`);
 * assert.equal(model.psi.length, model.ldaDimension);
 * ```
 */
export async function readPlda(folder: string): Promise<PldaModel> {
  const arrays: Partial<Record<keyof PldaArrays, PldaArrays[keyof PldaArrays]>> = {};
  for (const [file, names] of Object.entries(FILES)) {
    const found = await readNpz(join(folder, file), { only: [...names] });
    for (const name of names) {
      if (!found[name]) throw new ArrayFileError("it is missing", { file: join(folder, file), array: name });
      arrays[name] = found[name];
    }
  }
  return pldaModel(arrays as PldaArrays);
}
