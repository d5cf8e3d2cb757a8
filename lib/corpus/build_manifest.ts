import { counted } from "#lib/language/counted.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { openStages } from "./adapters/open_stage.ts";
import { StageOutputError } from "./adapters/stage_output_error.ts";
import type { StageName } from "./adapters/stage_layout.ts";
import type { StageOutput } from "./adapters/stage_output.ts";
import { filterConfig, type FilterConfigInput } from "./config/filter_config.ts";
import { checkFilters, stageOf } from "./filters/check_filters.ts";
import { type FilterConditionParts, filterConditions } from "./filters/filter_conditions.ts";
import { ManifestEngine } from "./manifests/manifest_engine.ts";
import { ManifestJoiner } from "./manifests/manifest_joiner.ts";
import { MetadataManifest } from "./manifests/metadata_manifest.ts";

/** How the manifest of an output directory is built. */
export interface BuildManifestOptions {
  /**
   * Stages to join, in this order; one that is not there is warned about and passed over.
   * @default those whose columns the filters name, or all that are there where there is no filter
   */
  readonly stages?: readonly string[];
  /** Which recordings are wanted. @default all */
  readonly filters?: FilterConfigInput;
  /** Recordings that all stages have, those of the first, or all. @default "inner" */
  readonly how?: "inner" | "left" | "outer";
  /** Whether rows of recordings that a stage failed on, or whose array is gone, stay, as in the original. @default false */
  readonly keepFailed?: boolean;
  /** Hears of damaged tables, ids that come twice, stages that are not there. @default a warning of the process */
  readonly warn?: Warn;
}

/** The manifest of an output directory. `close` or `await using` the manifest ends its database. */
export interface BuiltManifest {
  /** What meets all filters. */
  readonly manifest: MetadataManifest;
  /** The same before filters: `joined.countBy(conditions)` says how many each took. */
  readonly joined: MetadataManifest;
  /** The stages that were joined, in order. */
  readonly stages: readonly StageName[];
  /** What was asked, with the columns' names in the join. */
  readonly conditions: readonly FilterConditionParts[];
}

/**
 * Joins what the stages of an output directory know of each recording, and keeps what succeeded and meets the filters.
 *
 * @throws {StageOutputError} when no stage is there, or a filter asks for a stage or a column that is not there or not joined.
 * @throws {ConfigError} when a filter is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildManifest } from "#lib/corpus/build_manifest.ts";
 * await assert.rejects(buildManifest("no such folder"), /no such folder has no stage/);
 * ```
 */
export async function buildManifest(
  folder: string,
  options: BuildManifestOptions = {},
): Promise<BuiltManifest> {
  const { filters = {}, how = "inner", keepFailed = false, warn = warnOnProcess } = options;
  // What is no filter would let everything pass.
  const asked = filterConditions(filterConfig(filters, { unknown: "refuse", warn }));
  const stages = await chosen(folder, { stages: options.stages, asked, warn });
  for (const { warnings } of stages) warnings.forEach(warn);
  const manifests: MetadataManifest[] = [];
  const engine = new ManifestEngine();
  try {
    for (const stage of stages) {
      const manifest = await stage.asManifest({ engine });
      manifests.push(keepFailed ? manifest : await succeeded(stage, manifest, engine));
    }
    if (stages.length === 1) await tellDuplicates(folder, manifests[0], warn);
    const joined = await new ManifestJoiner(manifests).join({ how, warn });
    const conditions = asked.map((one) => {
      const condition = { ...one.condition, column: columnIn(one, stages) };
      try {
        joined.filter([condition]);
      } catch (error) {
        // Tables of others may have text where numbers are asked for.
        if (!(error instanceof RangeError)) throw error;
        throw new StageOutputError(`${folder}: ${one.option} cannot be met. ${error.message}`);
      }
      return { ...one, condition };
    });
    const manifest = joined.filter(conditions.map(({ condition }) => condition));
    return { manifest, joined, stages: stages.map(({ name }) => name), conditions };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function chosen(
  folder: string,
  { stages, asked, warn }: {
    readonly stages: readonly string[] | undefined;
    readonly asked: readonly FilterConditionParts[];
    readonly warn: Warn;
  },
): Promise<StageOutput[]> {
  const there = await openStages(folder);
  const all = there.map(({ name }) => name);
  const found = stages === undefined ? needed() : named(stages);
  checkFilters(asked, { folder, there, joined: found.map(({ name }) => name) });
  return found;

  function needed(): StageOutput[] {
    const names = asked.map(({ stage }) => stageOf(stage, all));
    return asked.length === 0 ? there : there.filter(({ name }) => names.includes(name));
  }

  function named(stages: readonly string[]): StageOutput[] {
    const found: StageOutput[] = [];
    for (const name of new Set(stages)) {
      const stage = there.find((one) => one.name === stageOf(name, all));
      if (stage !== undefined) found.push(stage);
      else warn(`${folder} has no stage ${JSON.stringify(name)}; it is passed over.`);
    }
    if (found.length > 0) return found;
    throw new StageOutputError(`${folder} has none of the stages ${stages.join(", ")}.`);
  }
}

/** What a stage did not fail on, and whose arrays are there. */
async function succeeded(
  stage: StageOutput,
  manifest: MetadataManifest,
  engine: ManifestEngine,
): Promise<MetadataManifest> {
  const all = manifest.parts(), ok = await stage.successSql(manifest);
  const kept = new MetadataManifest({ ...all, sql: `SELECT * FROM (${all.sql}) WHERE ${ok}` });
  const ids = await stage.arrayIds();
  if (ids === undefined) return kept;
  const column = { name: "wav_id", type: "text", values: ids } as const;
  const arrays = await MetadataManifest.fromTable({ columns: [column], rowCount: ids.length }, {
    source: "arrays",
    engine,
  });
  const both = await new ManifestJoiner([kept, arrays]).join({ checkDuplicates: false });
  const { sql, columns, engines } = both.parts();
  return new MetadataManifest({ sql, columns, engines, source: stage.name });
}

/** Of a stage that is joined with nothing, so that the join does not tell it. */
async function tellDuplicates(folder: string, manifest: MetadataManifest, warn: Warn): Promise<void> {
  const twice = await manifest.duplicates();
  if (twice.length === 0) return;
  const shown = twice.slice(0, 3).map((id) => JSON.stringify(id)).join(", ");
  const many = twice.length < 20 ? counted(twice.length, "id") : "20 ids or more";
  warn(`${folder}: ${manifest.source} has ${many} in more than one row: ${shown}.`);
}

/** What a column is called in the join: one whose name an earlier stage has gets the stage's behind it. */
function columnIn({ stage, condition }: FilterConditionParts, stages: readonly StageOutput[]): string {
  const { column } = condition;
  const name = stageOf(stage, stages.map((one) => one.name)),
    at = stages.findIndex((one) => one.name === name);
  const taken = stages.slice(0, at).some((one) => one.columns.some(({ name }) => name === column));
  return taken ? `${column}_${stages[at].name}` : column;
}
