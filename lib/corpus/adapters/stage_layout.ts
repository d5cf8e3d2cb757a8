import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { processorNamed, processorNames } from "../processors/registry.ts";

/**
 * Stages of an output directory: of Dataloader++ `vad`, `vtc`, `snr`, `esc`, and `noise`, which is what `esc` was called before; of
 * `dialab process` whatever processors there were.
 */
export type StageName = string;

/** Where a stage lies in an output directory, and how its rows tell whether they succeeded. */
export interface StageLayoutParts {
  readonly name: StageName;
  /** Folder of its tables of metadata, a row for each recording. */
  readonly metadata: string;
  /** The column of ids, which becomes `wav_id`. */
  readonly idColumn: "file_id" | "uid" | "wav_id";
  /** The column that tells success: true, "ok", or no error. */
  readonly success: { readonly column: string; readonly is: "true" | "ok" | "empty" };
  /** Folders of its tables of segments, as found and merged. */
  readonly segments?: { readonly raw: string; readonly merged: string };
  /** Folder of its arrays, an npz for each recording. */
  readonly arrays?: string;
}

const ofArrays = (name: "snr" | "esc" | "noise"): StageLayoutParts => ({
  name,
  metadata: `${name}_meta`,
  idColumn: "uid",
  success: { column: `${name}_status`, is: "ok" },
  arrays: name,
});

/** Those of Dataloader++, in the order in which they are joined. */
export const STAGE_LAYOUTS: readonly StageLayoutParts[] = [
  {
    name: "vad",
    metadata: "vad_meta",
    idColumn: "file_id",
    success: { column: "success", is: "true" },
    segments: { raw: "vad_raw", merged: "vad_merged" },
  },
  {
    name: "vtc",
    metadata: "vtc_meta",
    idColumn: "uid",
    success: { column: "error", is: "empty" },
    segments: { raw: "vtc_raw", merged: "vtc_merged" },
  },
  ofArrays("snr"),
  ofArrays("esc"),
  ofArrays("noise"),
];

/**
 * The stages that a folder may have: those of its `pipeline.json` where `dialab process` wrote it, else those of Dataloader++.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageLayouts } from "#lib/corpus/adapters/stage_layout.ts";
 * const names = (await stageLayouts("no such folder")).map(({ name }) => name);
 * assert.deepEqual(names, ["vad", "vtc", "snr", "esc", "noise"]);
 * ```
 */
export async function stageLayouts(folder: string): Promise<readonly StageLayoutParts[]> {
  const names = await processed(folder);
  if (names === undefined) return STAGE_LAYOUTS;
  const order = STAGE_LAYOUTS.map(({ name }) => name);
  const rank = (name: string) => (order.indexOf(name) + order.length + 1) % (order.length + 1); // others come last
  const sorted = names.sort((a, b) => rank(a) - rank(b) || compareCodePoints(a, b));
  return await Promise.all(sorted.map(async (name): Promise<StageLayoutParts> => {
    const files: string[] = await readdir(join(folder, name)).catch(() => []);
    // Where all arrays are lost, the processor knows that there were some.
    const hasArrays = processorNames().includes(name)
      ? processorNamed(name).arrays
      : files.some((file) => file.endsWith(".npz"));
    return {
      name,
      metadata: `${name}_meta`,
      idColumn: "wav_id",
      success: { column: "success", is: "true" },
      ...(files.includes("segments.parquet") && { segments: { raw: name, merged: name } }),
      ...(hasArrays && { arrays: name }),
    };
  }));
}

/** The processors of `dialab process`; undefined where it did not write the folder. */
async function processed(folder: string): Promise<string[] | undefined> {
  const text = await readFile(join(folder, "pipeline.json"), "utf8").catch(() => "");
  try {
    const { format, processors } = JSON.parse(text) as { format?: unknown; processors?: object };
    return format === "dialab-pipeline" ? Object.keys(processors ?? {}) : undefined;
  } catch {
    return undefined;
  }
}
