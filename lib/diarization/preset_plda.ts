import { dirname, join } from "node:path";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { findModel, type FoundModel, type ModelPlace } from "#lib/networks/find_model.ts";
import { foundTogether } from "#lib/networks/found_together.ts";
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
 * @throws {ModelNotFoundError} when one of its two files is missing, or both; the message says how to get them.
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
  const places = pldaPlaces(options.models);
  const first = findModel(plda.model, { places });
  const beside = first.then(
    ({ card, path }) => places.filter((place) => join(place.path, card.file) === path),
    () => places,
  );
  const [found, transform] = await foundTogether([
    first,
    beside.then((places) => findModel(plda.transform, { places })),
  ]);
  return { model: await readPlda(dirname(found.path)), files: [found, transform] };
}

/**
 * Where the PLDA of a preset may lie: of all places for weights not the one with the project's synthetic captures, whose PLDA has the same
 * files' names and other dimensions.
 *
 * @param models The folder looked into first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pldaPlaces } from "#lib/diarization/preset_plda.ts";
 * assert(pldaPlaces().every(({ origin }) => origin !== "project"));
 * ```
 */
export function pldaPlaces(models?: string): ModelPlace[] {
  return modelPlaces(models).filter(({ origin }) => origin !== "project");
}
