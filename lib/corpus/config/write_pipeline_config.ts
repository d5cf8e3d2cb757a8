import { join } from "node:path";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { pythonLiterals } from "./config_version.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { PIPELINE_CONFIG_FILE } from "./read_config.ts";

/**
 * Writes a pipeline's configuration as `pipeline_config.json` into the folder of its output, whole or not at all, as the original writes
 * it: sorted, floats as floats.
 *
 * @param folder There already.
 * @returns The file's path.
 * @throws {Error} The system's own error, with its `code`, where it cannot be written.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
 * import { readConfig } from "#lib/corpus/config/read_config.ts";
 * import { writePipelineConfig } from "#lib/corpus/config/write_pipeline_config.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writePipelineConfig(folder, pipelineConfig({ shard_size: 50 }));
 * assert.equal((await readConfig(folder)).version, "e64bcf8a7272");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writePipelineConfig(folder: string, config: PipelineConfig): Promise<string> {
  const file = join(folder, PIPELINE_CONFIG_FILE);
  const lines = pythonLiterals(config).map(([name, written]) => `  ${name}: ${written}`);
  await writeWhole(file, `{\n${lines.join(",\n")}\n}`);
  return file;
}
