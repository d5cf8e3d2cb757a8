import { modelIsHere } from "#lib/networks/find_model.ts";
import { modelPlaces } from "#lib/places/places.ts";
import { type Preset, presetNamed } from "./presets.ts";
import { pldaPlaces } from "./preset_plda.ts";

/** What is taken where no preset is named. */
export interface BestPreset {
  readonly preset: Preset;
  /** One sentence that says which was taken, why, and how to get a better one; undefined where the best is here. */
  readonly note?: string;
}

/**
 * From the best on. Error rates are of docs/presets.md, in percent, on seven excerpts of AMI that nothing was tuned on; of community-1's
 * own embedding there is none, since its weights were not at hand.
 */
const BY_MERIT = [
  { name: "community-1" },
  { name: "hybrid", unheard: 41.4 },
  { name: "own", unheard: 47.6 },
] as const;

/**
 * The best preset whose weights are here: `community-1`, else `hybrid`, else `own`, whose weights come with dialab.
 *
 * @param options `models`: the folder looked into first.
 * @throws {PlaceError} when the folder `models` is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bestPreset } from "#lib/diarization/best_preset.ts";
 * const { preset, note } = bestPreset();
 * assert(["community-1", "hybrid", "own"].includes(preset.name));
 * assert.equal(note === undefined, preset.name === "community-1");
 * ```
 */
export function bestPreset({ models }: { readonly models?: string } = {}): BestPreset {
  for (const { name } of BY_MERIT) {
    const preset = presetNamed(name);
    if (name !== "own" && !isHere(preset, models)) continue;
    if (name === "community-1") return { preset };
    return { preset, note: noteOn(name) };
  }
  throw new Error("own is always taken");
}

function noteOn(taken: "hybrid" | "own"): string {
  const [, hybrid, own] = BY_MERIT;
  const why = taken === "own"
    ? `Preset own is taken, whose weights come with dialab (DER ${own.unheard} % on AMI excerpts that it has not heard; ` +
      `${hybrid.unheard} % with pyannote's segmentation).`
    : `Preset hybrid is taken, since WeSpeaker's embedding is not here.`;
  return `${why} For community-1, which is better: npx dialab fetch models.`;
}

/** Whether all files of a preset's weights are here; what is in them is looked at when they are read. */
function isHere({ segmentation, embedding, plda }: Preset, models: string | undefined): boolean {
  const places = modelPlaces(models), forPlda = pldaPlaces(models);
  return modelIsHere(segmentation, { places }) && modelIsHere(embedding.model, { places }) &&
    (plda === undefined ||
      [plda.model, plda.transform].every((name) => modelIsHere(name, { places: forPlda })));
}
