import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import type { Capture } from "./capture.ts";
import { besideCaptures } from "./find_captures.ts";
import { modelPlaces } from "#lib/places/places.ts";

const CURE =
  "Give the folder that holds plda.npz and xvec_transform.npz as --models DIR, or set DIALAB_MODELS. " +
  "They are in the plda folder of pyannote/speaker-diarization-community-1 on Hugging Face.";

/** No PLDA weights fit. The message says where they were looked for and where to get them. */
export class PldaNotFoundError extends Error {
  override name = "PldaNotFoundError";
}

/**
 * The PLDA that goes with a capture, the first whose dimension is the embeddings': of the flag's, those beside the capture
 * (`models/plda` next to `captures`), and those of the usual places.
 *
 * @param options `models`: what the user gave as `--models`.
 * @throws {PldaNotFoundError} when there are none of that dimension, or none at all where the flag points.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPlda } from "#lib/parity/find_plda.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * const { model } = await findPlda(capture);
 * assert.equal(model.dimension, capture.artefacts.embeddings.shape[2]);
 * ```
 */
export async function findPlda(
  capture: Capture,
  options: { readonly models?: string } = {},
): Promise<{ folder: string; model: PldaModel }> {
  const dimension = capture.artefacts.embeddings.shape[2];
  const { models } = options;
  if (models !== undefined && !pldaFolders(models).some(holdsPlda)) {
    throw new PldaNotFoundError(`No PLDA weights in ${models}, nor in its folder plda. ${CURE}`);
  }
  const candidates = [
    ...models === undefined ? [] : [models],
    besideCaptures(capture.folder, "models"),
    ...modelPlaces().map(({ path }) => path),
  ].flatMap(pldaFolders);
  const seen: string[] = [];
  for (const folder of new Set(candidates)) {
    if (!holdsPlda(folder)) continue;
    const model = await readPlda(folder);
    if (model.dimension === dimension) return { folder, model };
    seen.push(`${folder} (dimension ${model.dimension})`);
  }
  throw new PldaNotFoundError(
    `No PLDA weights for ${dimension}-dimensional embeddings (capture ${capture.name}): ` +
      (seen.length > 0 ? `found only ${seen.join(", ")}. ` : "none found. ") +
      CURE,
  );
}

function pldaFolders(models: string): string[] {
  return [resolve(models, "plda"), resolve(models)];
}

function holdsPlda(folder: string): boolean {
  return existsSync(join(folder, "plda.npz"));
}
