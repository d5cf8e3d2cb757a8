import type { Models } from "#lib/pipeline/stage.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import type { Capture } from "./capture.ts";
import { findPlda, type FindPldaOptions } from "./find_plda.ts";

/**
 * The weights that a capture's stages need: its PLDA, or none where its run had no such stage.
 *
 * @throws {PldaNotFoundError} as `findPlda`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { captureModels } from "#lib/parity/capture_models.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * assert.equal((await captureModels(capture)).plda!.dimension, 64);
 * ```
 */
export async function captureModels(
  capture: Pick<Capture, "name" | "folder" | "artefacts" | "run">,
  options: FindPldaOptions = {},
): Promise<Models> {
  if (!stagesOf(capture.run).some(({ name }) => name === "plda")) return {};
  return { plda: (await findPlda(capture, options)).model };
}
