import { createHash } from "node:crypto";
import { FLOAT_FIELDS, FORMER_FIELDS, type PipelineConfig } from "./pipeline_config.ts";
import { pythonFloat, pythonText } from "./python_json.ts";

/** Under which names the fields are hashed. */
export interface ConfigVersionOptions {
  /** Whether those of the esc stage have the names that they had while it was the noise stage. @default false */
  readonly former?: boolean;
}

/**
 * The version of a configuration: the first 12 hex digits of the SHA-256 of its fields as Python's `json.dumps(..., sort_keys=True)` writes
 * them. One meaning has one version: a float that was given as a whole number is hashed as a float.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { configVersion } from "#lib/corpus/config/config_version.ts";
 * import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
 * const config = pipelineConfig({ max_clip_s: 600 });
 * assert.equal(configVersion(config), "b43d394f6e37");
 * assert.equal(configVersion(config, { former: true }), "0d19e22faca4");
 * ```
 */
export function configVersion(config: PipelineConfig, options: ConfigVersionOptions = {}): string {
  return createHash("sha256").update(canonicalConfig(config, options)).digest("hex").slice(0, 12);
}

/**
 * The text that {@linkcode configVersion} hashes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { canonicalConfig } from "#lib/corpus/config/config_version.ts";
 * import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
 * assert.match(canonicalConfig(pipelineConfig({})), /^\{"audio_fmt": "wav", "esc_inference_window": 10\.0, /);
 * ```
 */
export function canonicalConfig(config: PipelineConfig, options: ConfigVersionOptions = {}): string {
  return `{${pythonLiterals(config, options).map(([name, written]) => `${name}: ${written}`).join(", ")}}`;
}

/**
 * Names and values as Python writes them into JSON, sorted by name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pythonLiterals } from "#lib/corpus/config/config_version.ts";
 * import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
 * assert.deepEqual(pythonLiterals(pipelineConfig({}))[0], ['"audio_fmt"', '"wav"']);
 * ```
 */
export function pythonLiterals(
  config: PipelineConfig,
  { former = false }: ConfigVersionOptions = {},
): [name: string, written: string][] {
  const formerOf = new Map<string, string>(Object.entries(FORMER_FIELDS).map(([old, name]) => [name, old]));
  const fields = Object.entries(config).map(([name, value]): [string, string] => {
    const shown = (former ? formerOf.get(name) : undefined) ?? name;
    if (typeof value === "string") return [shown, pythonText(value)];
    return [shown, FLOAT_FIELDS.has(name) ? pythonFloat(Number(value)) : BigInt(value).toString()];
  });
  return fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, written]) => [pythonText(name), written]);
}
