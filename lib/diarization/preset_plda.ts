import { dirname, join } from "node:path";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { findModel } from "#lib/networks/find_model.ts";
import { modelPlaces } from "#lib/places/places.ts";
import type { Preset } from "./presets.ts";

/**
 * The PLDA of a preset; undefined where it needs none.
 *
 * @param options `models`: the folder looked into first.
 * @throws {ModelNotFoundError} when one of its two files is missing; the message says how to get it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { presetPlda } from "#lib/diarization/preset_plda.ts";
 * import { presetNamed } from "#lib/diarization/presets.ts";
 * assert.equal(await presetPlda(presetNamed("compact")), undefined);
 * ```
 */
export async function presetPlda(
  { plda }: Pick<Preset, "plda">,
  options: { readonly models?: string } = {},
): Promise<PldaModel | undefined> {
  if (plda === undefined) return undefined;
  // The project's own PLDA has the files' names and other dimensions: it goes with the project's captures.
  const places = modelPlaces(options.models).filter(({ origin }) => origin !== "project");
  const { path, card } = await findModel(plda.model, { places });
  await findModel(plda.transform, { places: places.filter((place) => join(place.path, card.file) === path) });
  return await readPlda(dirname(path));
}
