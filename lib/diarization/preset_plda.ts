import { dirname, join } from "node:path";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { findModel, type FoundModel } from "#lib/networks/find_model.ts";
import { modelPlaces } from "#lib/places/places.ts";
import type { Preset } from "./presets.ts";

/** A PLDA, and the two files that it was read from. */
export interface PresetPlda {
  readonly model: PldaModel;
  readonly files: readonly [plda: FoundModel, transform: FoundModel];
}

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
): Promise<PresetPlda | undefined> {
  if (plda === undefined) return undefined;
  // The project's own PLDA has the files' names and other dimensions: it goes with the project's captures.
  const places = modelPlaces(options.models).filter(({ origin }) => origin !== "project");
  const found = await findModel(plda.model, { places });
  const transform = await findModel(plda.transform, {
    places: places.filter((place) => join(place.path, found.card.file) === found.path),
  });
  return { model: await readPlda(dirname(found.path)), files: [found, transform] };
}
