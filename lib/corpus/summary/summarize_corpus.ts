import { openStages } from "../adapters/open_stage.ts";
import { StageOutputError } from "../adapters/stage_output_error.ts";
import type { StageOutput } from "../adapters/stage_output.ts";
import { MetadataManifest } from "../manifests/metadata_manifest.ts";
import { columnSummaries, type ColumnSummary } from "./column_summary.ts";
import { type SegmentSummary, segmentSummary } from "./segment_summary.ts";

/** What one stage has. */
export interface StageSummary {
  readonly name: string;
  /** Tables of its rows. */
  readonly files: number;
  readonly rows: number;
  /** Recordings, each counted once. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded, the ones whose array is gone; null where the stage has no arrays. */
  readonly arraysMissing: number | null;
  /** Of recordings that succeeded; null where the stage has no `duration`. */
  readonly durationSec: number | null;
  /** With short gaps closed; null where the stage has none. */
  readonly segments: SegmentSummary | null;
  readonly columns: readonly ColumnSummary[];
}

/** What is in an output directory. */
export interface CorpusSummary {
  readonly folder: string;
  /** Recordings that any stage has a row of. */
  readonly recordings: number;
  /** Recordings that succeeded in every stage. */
  readonly inAllStages: number;
  /** Of all recordings, by the longest that a stage says; null where none says any. */
  readonly durationSec: number | null;
  readonly stages: readonly StageSummary[];
  /** Tables that could not be read: a sentence each. */
  readonly warnings: readonly string[];
}

/** Which stages are looked at. */
export interface SummarizeCorpusOptions {
  /** Their names, in the order wanted. @default all that are there */
  readonly stages?: readonly string[];
}

/**
 * Looks through an output directory, of Dataloader++ or of `dialab process`: its stages, how many recordings each has, and what their
 * columns hold. The database does it, a column at a time.
 *
 * @throws {StageOutputError} when there is no stage, one that is named is not there, or nothing of one can be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { summarizeCorpus } from "#lib/corpus/summary/summarize_corpus.ts";
 * await assert.rejects(summarizeCorpus("no such folder"), /no such folder has no stage/);
 * ```
 */
export async function summarizeCorpus(
  folder: string,
  options: SummarizeCorpusOptions = {},
): Promise<CorpusSummary> {
  const stages = chosen(folder, await openStages(folder), options.stages);
  const manifests: MetadataManifest[] = [];
  try {
    const summaries: StageSummary[] = [];
    for (const stage of stages) {
      const manifest = await stage.asManifest();
      manifests.push(manifest);
      summaries.push(await ofStage(stage, manifest));
    }
    const all = await ofAll(stages, manifests);
    const warnings = stages.flatMap((stage) => stage.warnings);
    return { folder, ...all, stages: summaries, warnings };
  } finally {
    for (const manifest of manifests) await manifest.close();
  }
}

function chosen(
  folder: string,
  there: readonly StageOutput[],
  names: readonly string[] | undefined,
): readonly StageOutput[] {
  if (names === undefined) return there;
  return names.map((name) => {
    const stage = there.find((one) => one.name === name);
    if (stage !== undefined) return stage;
    const known = there.map((one) => one.name).join(", ");
    throw new StageOutputError(`${folder} has no stage ${JSON.stringify(name)}; it has ${known}.`);
  });
}

async function ofStage(stage: StageOutput, manifest: MetadataManifest): Promise<StageSummary> {
  const [[ids, succeeded, durationSec]] = await manifest.query(
    `SELECT count(*), count(*) FILTER (ok), sum(d) FILTER (ok) FROM (${await byId([[stage, manifest]])})`,
  );
  await using segments = await stage.segmentManifest();
  const hasArrays = await stage.arrayIds() !== undefined;
  return {
    name: stage.name,
    files: stage.files.length,
    rows: stage.rowCount,
    succeeded: Number(succeeded),
    failed: Number(ids) - Number(succeeded),
    arraysMissing: hasArrays ? Number(succeeded) - (await stage.listExisting()).length : null,
    durationSec: manifest.has("duration") ? Number(durationSec ?? 0) : null,
    segments: segments === undefined ? null : await segmentSummary(segments),
    columns: await columnSummaries(manifest),
  };
}

async function ofAll(stages: readonly StageOutput[], manifests: readonly MetadataManifest[]) {
  const pairs = stages.map((stage, i) => [stage, manifests[i]] as const);
  const [[recordings, inAllStages, durationSec]] = await manifests[0].query(
    `SELECT count(*), count(*) FILTER (stages = ${stages.length}), sum(d) FROM (${await byId(pairs)})`,
  );
  return {
    recordings: Number(recordings),
    inAllStages: Number(inAllStages),
    durationSec: manifests.some((manifest) => manifest.has("duration")) ? Number(durationSec ?? 0) : null,
  };
}

/** A row of each id: in how many stages it succeeded, whether in any, and the longest duration. */
async function byId(pairs: readonly (readonly [StageOutput, MetadataManifest])[]): Promise<string> {
  const parts = await Promise.all(pairs.map(async ([stage, manifest], s) => {
    const ok = await stage.successSql(manifest);
    const at = (name: string) => `c${manifest.columns.findIndex((one) => one.name === name)}`;
    const long = manifest.columns.find(({ name }) => name === "duration");
    const d = long !== undefined && ["int", "float", "decimal"].includes(long.type)
      ? `CAST(${at("duration")} AS DOUBLE)`
      : "NULL";
    const duration = `CASE WHEN isnan(${d}) THEN NULL ELSE ${d} END`;
    return `SELECT ${at("wav_id")} AS id, ${s} AS stage, ${ok} AS ok, ${
      d === "NULL" ? "NULL::DOUBLE" : duration
    } AS d FROM (${manifest.parts().sql})`;
  }));
  return `SELECT id, bool_or(ok) AS ok, count(DISTINCT stage) FILTER (ok) AS stages, max(d) AS d FROM (${
    parts.join(" UNION ALL ")
  }) WHERE id IS NOT NULL GROUP BY id`;
}
