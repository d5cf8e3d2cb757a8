import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { z } from "zod";
import { ProcessError } from "./process_error.ts";

const scalar = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const pipelineSchema = z.object({
  format: z.literal("dialab-pipeline"),
  version: z.literal(1),
  processors: z.record(
    z.string(),
    z.object({
      title: z.string(),
      /** Name of the preset, where networks are needed. */
      preset: z.string().optional(),
      /** dialab's version that wrote it last; each row has its own. */
      dialab: z.string(),
      /** What the results depend on. */
      fields: z.record(z.string(), scalar),
    }),
  ),
});

/** What a folder of results was made with: `pipeline.json`. */
export type PipelineFileData = z.output<typeof pipelineSchema>;

const FILE = "pipeline.json";

/**
 * What a folder of results was made with; without any processor where nothing is there.
 *
 * @throws {ProcessError} when the file is damaged, or of a later version.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPipelineFile } from "#lib/corpus/processors/pipeline_file.ts";
 * assert.deepEqual((await readPipelineFile("no such folder")).processors, {});
 * ```
 */
export async function readPipelineFile(folder: string): Promise<PipelineFileData> {
  const file = join(folder, FILE);
  const text = await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return { format: "dialab-pipeline", version: 1, processors: {} };
  try {
    return pipelineSchema.parse(JSON.parse(text));
  } catch {
    throw new ProcessError(`${file} is no pipeline.json that this version of dialab reads.`, "damaged");
  }
}

/**
 * Writes it, whole or not at all; processors stand in the order of their names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { readPipelineFile, writePipelineFile } from "#lib/corpus/processors/pipeline_file.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const vad = { title: "speech", dialab: "0.1.0", fields: { version: 1 } };
 * await writePipelineFile(folder, { format: "dialab-pipeline", version: 1, processors: { vad } });
 * assert.deepEqual((await readPipelineFile(folder)).processors, { vad });
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writePipelineFile(folder: string, data: PipelineFileData): Promise<void> {
  const processors = Object.fromEntries(Object.entries(data.processors).sort(([a], [b]) => a < b ? -1 : 1));
  await writeWhole(join(folder, FILE), `${JSON.stringify({ ...data, processors }, null, 2)}\n`);
}
