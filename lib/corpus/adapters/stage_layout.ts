import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { STAGE_LAYOUTS, type StageLayoutParts } from "./known_stages.ts";
import { processorNamed, processorNames } from "../processors/registry.ts";

export { STAGE_LAYOUTS, type StageLayoutParts, type StageName } from "./known_stages.ts";

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
