import { z } from "zod";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { checkedFields } from "./checked_fields.ts";
import { ConfigError } from "./config_error.ts";

const text = z.string("text is needed");
const whole = z.union([z.int(), z.bigint()], "a whole number is needed");
/** Whole numbers stand for floats: 600 and 600.0 are one setting. */
const float = z.union([z.number(), z.bigint().transform(Number)], "a number is needed");

const schema = z.object({
  vad_threshold: float.default(0.5),
  vad_hop_size: whole.default(256),
  vtc_threshold: float.default(0.5),
  vtc_model_config: text.default(""),
  vtc_checkpoint: text.default(""),
  snr_model_path: text.default(""),
  esc_pool_window: float.default(1),
  esc_inference_window: float.default(10),
  max_clip_s: float.default(600),
  split_search_s: float.default(120),
  target_sr: whole.default(16000),
  audio_fmt: text.default("wav"),
  shard_size: whole.default(100),
});

/** The fields of a pipeline that hold floats: whatever they are given, they are written as `600.0`. */
export const FLOAT_FIELDS: ReadonlySet<string> = new Set(
  Object.entries(schema.shape).filter(([, field]) => Object.is(field.unwrap(), float)).map(([name]) => name),
);

/** What fields of the esc stage were called while it was the noise stage. */
export const FORMER_FIELDS: Readonly<Record<string, keyof PipelineConfig>> = {
  noise_pool_window: "esc_pool_window",
  noise_inference_window: "esc_inference_window",
};

/**
 * How an output directory was made, frozen, by the names of its file: thresholds and hop (samples) of VAD and VTC, paths of models, windows
 * of the sound events (s), longest clip and the search for its end (s), sample rate (Hz), format and clips of a shard. Whole numbers
 * beyond 2^53 are bigint.
 */
export type PipelineConfig = Readonly<z.output<typeof schema>>;

/** What may be given of it: what is left out has its default. */
export type PipelineConfigInput = Partial<PipelineConfig>;

/** How a configuration is checked. */
export interface PipelineConfigOptions {
  /** Named in messages. @default "the configuration" */
  readonly file?: string;
  /** Where in the file it stands. @default the whole */
  readonly section?: string;
  /** Hears of fields that are not known. @default a warning of the process */
  readonly warn?: Warn;
}

/**
 * A pipeline's configuration: the fields given, of the type that each has, and the defaults of the others. `noise_pool_window` and
 * `noise_inference_window` are read as `esc_*`, which they are called now.
 *
 * @throws {ConfigError} with the key, the value and what is needed, also where a field and its former name disagree.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
 * assert.equal(pipelineConfig({ shard_size: 50 }).max_clip_s, 600);
 * assert.throws(() => pipelineConfig({ vad_threshold: "0.5" }), /vad_threshold is "0\.5": a number is needed/);
 * assert(Object.isFrozen(pipelineConfig({})));
 * ```
 */
export function pipelineConfig(value: unknown, options: PipelineConfigOptions = {}): PipelineConfig {
  const { file = "the configuration", section, warn = warnOnProcess } = options;
  return Object.freeze(checkedFields(schema, withNewNames(value, file), { file, section, warn }));
}

function withNewNames(value: unknown, file: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const fields: Record<string, unknown> = { ...value };
  for (const [former, name] of Object.entries(FORMER_FIELDS)) {
    if (!Object.hasOwn(fields, former)) continue;
    const given = fields[former];
    delete fields[former];
    if (Object.hasOwn(fields, name) && !Object.is(fields[name], given)) {
      throw new ConfigError(
        `${file}: ${name} is ${
          fields[name]
        } and ${former}, its former name, is ${given}; one value is needed.`,
      );
    }
    fields[name] = given;
  }
  return fields;
}
