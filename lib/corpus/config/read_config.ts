import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readUtf8 } from "#lib/timeline/text_files.ts";
import { configJson } from "./config_json.ts";
import { configVersion } from "./config_version.ts";
import { type DatasetConfig, datasetConfig } from "./dataset_config.ts";
import { type FilterConfig, filterConfig, looksLikeFilters } from "./filter_config.ts";
import { type PipelineConfig, pipelineConfig } from "./pipeline_config.ts";

/** What a pipeline's configuration is called beside its output. */
export const PIPELINE_CONFIG_FILE = "pipeline_config.json";

/** A configuration that was read, and what there is to say of it. */
export interface ConfigReading {
  readonly file: string;
  /** Which of them it is. */
  readonly kind: "pipeline" | "filter" | "dataset";
  readonly config: PipelineConfig | FilterConfig | DatasetConfig;
  /** Of the pipeline: 12 hex digits. Undefined where it is filters alone. */
  readonly version?: string;
  /** The version that the same settings had while the esc stage was called noise: what old outputs are named by. */
  readonly formerVersion?: string;
  /** Fields that are not known, bounds that nothing can meet: a sentence each. */
  readonly warnings: readonly string[];
}

/** How a configuration is read. */
export interface ReadConfigOptions {
  /** What it is. @default a data set where it has `dataset_dir`, filters where all its fields are theirs, otherwise a pipeline */
  readonly kind?: ConfigReading["kind"];
  /** What is done about fields that filters do not know; those of the others are warned about. @default {"warn"} */
  readonly unknown?: "warn" | "refuse";
}

/**
 * Reads a configuration of a pipeline, of filters or of a data set.
 *
 * @param path The file, or a folder with a `pipeline_config.json`.
 * @throws {ConfigError} that names the file: no JSON, a key that stands twice, a wrong type, a null, something missing.
 * @throws {Error} The system's own error, with its `code`, where it cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readConfig } from "#lib/corpus/config/read_config.ts";
 * await assert.rejects(readConfig("no such config.json"), { code: "ENOENT" });
 * ```
 */
export async function readConfig(path: string, options: ReadConfigOptions = {}): Promise<ConfigReading> {
  const isFolder = (await stat(path)).isDirectory();
  const file = isFolder ? join(path, PIPELINE_CONFIG_FILE) : path;
  return parseConfig(await readUtf8(file), { ...options, file });
}

/**
 * A configuration from JSON text; see {@linkcode readConfig}.
 *
 * @throws {ConfigError}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseConfig } from "#lib/corpus/config/read_config.ts";
 * const { version, formerVersion, warnings } = parseConfig('{"noise_pool_window": 1, "new": 2}', { file: "c.json" });
 * assert.deepEqual([version, formerVersion], ["b43d394f6e37", "0d19e22faca4"]);
 * assert.deepEqual(warnings, ['c.json: "new" is no field and is ignored.']);
 * ```
 */
export function parseConfig(
  text: string,
  options: ReadConfigOptions & { readonly file?: string } = {},
): ConfigReading {
  const { file = "the configuration" } = options;
  const value = configJson(text, file);
  const { kind = kindOf(value), unknown } = options;
  const warnings: string[] = [];
  const how = { file, warn: (warning: string) => void warnings.push(warning) };
  if (kind === "filter") return { file, kind, config: filterConfig(value, { ...how, unknown }), warnings };
  const config = kind === "dataset" ? datasetConfig(value, how) : pipelineConfig(value, how);
  const pipeline = "dataset_dir" in config ? config.pipeline : config;
  const version = configVersion(pipeline);
  const formerVersion = configVersion(pipeline, { former: true });
  return { file, kind, config, version, formerVersion, warnings };
}

function kindOf(value: unknown): ConfigReading["kind"] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "pipeline";
  if (Object.hasOwn(value, "dataset_dir")) return "dataset";
  return looksLikeFilters(value) ? "filter" : "pipeline";
}
