import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Backend, Precision } from "#lib/compute/compute.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { findModel, type FoundModel, ModelNotFoundError } from "#lib/networks/find_model.ts";
import { modelCards } from "#lib/networks/model_cards.ts";
import { ModelFileError } from "#lib/networks/onnx/model_file_error.ts";
import { clusteringNamed, UnknownClusteringError } from "#lib/pipeline/clusterings.ts";
import { nestedOptions } from "#lib/pipeline/nested_options.ts";
import { type CommunityOptions, parseOptions } from "#lib/pipeline/options.ts";
import { weightsOf } from "#lib/pipeline/provenance_facts.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { modelPlaces } from "#lib/places/places.ts";
import {
  compareProvenance,
  compareWeights,
  type ProvenanceDifference,
  type ProvenanceEffect,
  worstEffect,
} from "./compare_provenance.ts";
import { thisProgram } from "./gather_provenance.ts";
import { namedWeights } from "./named_weights.ts";
import { pldaPlaces } from "./preset_plda.ts";
import { type Preset, PRESETS } from "./presets.ts";

/** What a run would be if it were done again with this installation. */
export interface Repetition {
  /** `missing`: it cannot be done, for weights are missing or not those of their card, or its clustering is not registered; else what the differences do at most. */
  readonly outcome: ProvenanceEffect | "missing";
  /** `a` is the run, `b` this installation. */
  readonly differences: readonly ProvenanceDifference[];
  /** The file of weights that would be taken for each part, where one is there. */
  readonly weights: readonly {
    readonly name: string;
    readonly path: string;
    readonly sha256: string;
    /** Undefined where the run does not tell its weights. */
    readonly same: boolean | undefined;
  }[];
  /** Why weights or stages cannot be had, in sentences. */
  readonly missing: readonly string[];
  /** What was not looked at, and why, in sentences. */
  readonly notes: readonly string[];
}

/** Where {@linkcode wouldRepeat} looks. */
export interface RepetitionOptions {
  /** Folder with weights, looked into first, as in `diarize`. */
  readonly models?: string;
  /** The recording, whose sum is held against the run's. @default the run's own is taken to be at hand */
  readonly audio?: string;
  /** Code of the user's own that is loaded here, as `moduleSums` tells it. @default {[]} */
  readonly imports?: RunProvenance["imports"];
  /** What computes here. @default this process */
  readonly made?: RunProvenance["made"];
}

/**
 * Whether this installation would give the same as a run: weights are looked for as `diarize` does and held against the run's sums, the
 * preset is asked for its settings, the backend is opened, version, commit and runtime are compared. Nothing is computed.
 *
 * @throws {PlaceError} when the folder `models` is not there.
 * @throws {Error} The system's own error, with its `code`, where the recording cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wouldRepeat } from "#lib/diarization/would_repeat.ts";
 * import { parseRunProvenance } from "#lib/pipeline/run_provenance.ts";
 * const made = { dialab: "1.0.0", runtime: "bun 1", platform: "linux x64" };
 * const run = parseRunProvenance({ version: 2, clustering: "vbx", options: { vbx: { fa: 0.3 } }, made });
 * const { outcome, differences } = await wouldRepeat(run, { made: { ...made, runtime: "deno 2" } });
 * assert.deepEqual([outcome, differences.map(({ what }) => what)], ["bits", ["runtime"]]);
 * ```
 */
export async function wouldRepeat(run: RunProvenance, options: RepetitionOptions = {}): Promise<Repetition> {
  const { models, audio, imports = [], made = thisProgram() } = options;
  const preset = run.preset !== undefined && Object.hasOwn(PRESETS, run.preset)
    ? PRESETS[run.preset]
    : undefined;
  const { found, missing: missingWeights } = await weightsHere(run, { preset, models });
  const missing = [...missingWeights, ...stagesMissing(run)];
  const compute = await computeHere(run.compute);
  const { weights: _, ...here } = {
    ...run,
    ...(preset && settingsHere(run, preset)),
    ...(audio !== undefined && {
      audio: {
        file: basename(audio),
        bytes: (await stat(audio)).size,
        sha256: await fileSha256(audio),
      },
    }),
    ...(run.compute && { compute: compute.opened }),
    imports,
    made,
  };
  const before = weightsOf(run.weights);
  const differences = [
    ...compareProvenance({ ...run, weights: undefined }, here),
    ...compareWeights(
      before.filter(([name]) => found.has(name)),
      [...found].filter(([name]) => before.some(([own]) => own === name)).map((
        [name, file],
      ) => [name, namedWeights(file)]),
    ),
  ];
  return {
    outcome: missing.length > 0 ? "missing" : worstEffect(differences),
    differences,
    weights: [...found].map(([name, { path, sha256 }]) => {
      const own = before.find(([other]) => other === name)?.[1];
      return { name, path, sha256, same: own && own.sha256 === sha256 };
    }),
    missing,
    notes: [...notesOn(run, preset, imports), ...compute.notes],
  };
}

/** What the preset of a run's name gives here, with what the run was given beside it. */
function settingsHere(run: RunProvenance, preset: Preset) {
  const { notOfPreset = hintsOf(run.options) } = run;
  return {
    clustering: preset.clustering,
    options: parseOptions(nestedOptions(Object.entries(notOfPreset), preset.options)),
  };
}

function hintsOf({ hints }: CommunityOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(hints).map(([name, value]) => [`hints.${name}`, value]));
}

/** Why the stages of a run cannot be had here. */
function stagesMissing({ clustering }: RunProvenance): string[] {
  try {
    clusteringNamed(clustering);
    return [];
  } catch (error) {
    if (error instanceof UnknownClusteringError) return [`clustering: ${error.message}`];
    throw error;
  }
}

/** The files that `diarize` would take, as it looks for them. */
async function weightsHere(
  { weights }: RunProvenance,
  { preset, models }: { readonly preset: Preset | undefined; readonly models: string | undefined },
): Promise<{ found: ReadonlyMap<string, FoundModel>; missing: readonly string[] }> {
  const places = modelPlaces(models);
  const found = new Map<string, FoundModel>(), missing: string[] = [];
  for (const [name, { model }] of weightsOf(weights)) {
    const wanted =
      { "segmentation weights": preset?.segmentation, "embedding weights": preset?.embedding.model }[
        name
      ];
    const card = wanted !== undefined && servesFor(model, wanted) ? wanted : model;
    const from = name.startsWith("PLDA") ? pldaPlaces(models) : places;
    try {
      found.set(name, await findModel(card, { places: from }));
    } catch (error) {
      const isForeseen = error instanceof ModelNotFoundError || error instanceof ModelFileError ||
        error instanceof RangeError;
      if (!isForeseen) throw error;
      missing.push(`${name}: ${error.message}`);
    }
  }
  return { found, missing };
}

/** Whether a model is what was looked for by the name of another, or that one itself. */
function servesFor(model: string, wanted: string): boolean {
  return model === wanted ||
    modelCards().some(({ name, alternatives }) => name === wanted && alternatives.includes(model));
}

async function computeHere(
  compute: RunProvenance["compute"],
): Promise<{ opened?: NonNullable<RunProvenance["compute"]>; notes: readonly string[] }> {
  if (compute === undefined) return { notes: [] };
  const { backend, precision, adapter } = compute;
  const faults: string[] = [];
  // Whatever adapter is there is as good; the run's own by its name is the second try.
  for (const named of backend === "webgpu" && adapter !== undefined ? [undefined, adapter] : [undefined]) {
    try {
      await using opened = await openCompute({
        backend: backend as Backend,
        precision: precision as Precision,
        adapter: named,
      });
      const { backend: own, precision: of, adapter: on } = opened;
      return { opened: { backend: own, precision: of, ...(on !== undefined && { adapter: on }) }, notes: [] };
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  const opened = { backend: `not here (${faults[0]})`, precision };
  return { opened, notes: [] };
}

function notesOn(
  { weights, networks, preset: name, imports: before = [] }: RunProvenance,
  preset: Preset | undefined,
  imports: NonNullable<RunProvenance["imports"]>,
): string[] {
  const others = Object.values(networks ?? {}).filter((provider) => provider !== "cpu");
  return [
    ...(weights === undefined ? ["It does not tell its weights; none are looked for."] : []),
    ...(name !== undefined && preset === undefined
      ? [`There is no preset ${name} in this installation; the settings that it had are told one by one.`]
      : []),
    ...(before.length > 0 && imports.length === 0
      ? [`${before[0].file} was loaded before it; load it here as well (--import) to have it compared.`]
      : []),
    ...(others.length > 0
      ? [`Whether networks can run on ${[...new Set(others)].join(" and ")} here is seen when they do.`]
      : []),
  ];
}
