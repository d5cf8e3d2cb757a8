import { join } from "node:path";
import { closest } from "#lib/pipeline/closest.ts";
import { StageOutputError } from "./stage_output_error.ts";
import { stageFiles, type StageFilesParts } from "./stage_files.ts";
import { type StageLayoutParts, stageLayouts, type StageName } from "./stage_layout.ts";
import { StageOutput } from "./stage_output.ts";

/** How a stage is opened. */
export interface OpenStageOptions {
  /** Folder below which recordings are looked for, whose recorded paths begin elsewhere. @default they are not looked for */
  readonly root?: string;
}

/**
 * Opens one stage of an output directory, of Dataloader++ or of `dialab process`. A damaged table is named in `warnings`, and the others are read.
 *
 * @throws {StageOutputError} when there is no stage of that name, its tables are not there, or none of them can be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStage } from "#lib/corpus/adapters/open_stage.ts";
 * await assert.rejects(openStage("no such folder", "vad"), /no such folder\/vad_meta: vad is not there/);
 * ```
 */
export async function openStage(
  folder: string,
  name: StageName,
  options: OpenStageOptions = {},
): Promise<StageOutput> {
  const layouts = await stageLayouts(folder);
  const layout = layouts.find((one) => one.name === name);
  if (layout === undefined) {
    const names = layouts.map((one) => one.name);
    const meant = closest(name, names);
    throw new StageOutputError(
      `There is no stage ${JSON.stringify(name)}; there are ${names.join(", ")}.${
        meant === undefined ? "" : ` Did you mean ${meant}?`
      }`,
    );
  }
  const found = await stageFiles(join(folder, layout.metadata), [layout.idColumn]);
  if (found === undefined) {
    throw new StageOutputError(
      `${join(folder, layout.metadata)}: ${name} is not there, a folder with Parquet files is needed.`,
    );
  }
  return opened(layout, folder, { found, root: options.root });
}

/**
 * Opens all stages that an output directory has, in the order in which they are joined.
 *
 * @throws {StageOutputError} when it has none, or nothing of one can be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStages } from "#lib/corpus/adapters/open_stage.ts";
 * await assert.rejects(openStages("no such folder"), /no such folder has no stage: vad_meta, vtc_meta, snr_meta/);
 * ```
 */
export async function openStages(folder: string, options: OpenStageOptions = {}): Promise<StageOutput[]> {
  const stages: StageOutput[] = [];
  const layouts = await stageLayouts(folder);
  for (const layout of layouts) {
    const found = await stageFiles(join(folder, layout.metadata), [layout.idColumn]);
    if (found !== undefined) stages.push(opened(layout, folder, { found, root: options.root }));
  }
  if (stages.length > 0) return stages;
  const needed = layouts.map(({ metadata }) => metadata).join(", ");
  throw new StageOutputError(`${folder} has no stage: ${needed} are looked for.`);
}

function opened(
  layout: StageLayoutParts,
  folder: string,
  { found, root }: { readonly found: StageFilesParts; readonly root: string | undefined },
): StageOutput {
  if (found.files.length === 0) throw new StageOutputError(found.faults.join(" "));
  return new StageOutput({ layout, folder, found, root });
}
