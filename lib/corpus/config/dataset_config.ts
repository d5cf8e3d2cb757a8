import { z } from "zod";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { checkedFields } from "./checked_fields.ts";
import { type FilterConfig, filterConfig } from "./filter_config.ts";
import { type PipelineConfig, pipelineConfig } from "./pipeline_config.ts";

const count = z.int("a whole number is needed");
const text = z.string("text is needed");
const flag = z.boolean("true or false is needed");

const loaderSchema = z.object({
  batch_size: count.default(8),
  num_workers: count.default(4),
  prefetch_factor: count.default(2),
  shuffle_buffer: count.default(1000),
  audio_key: text.default("wav"),
  metadata_keys: z.array(text, "a list of texts is needed").readonly().default(["json"]),
  seed: count.default(42),
  pin_memory: flag.default(true),
  drop_last: flag.default(true),
  pad_to_multiple_of: z.int("a whole number or null is needed").nullable().default(null),
});

const sections = z.object({
  dataset_dir: text,
  pipeline: z.unknown().default({}),
  filters: z.unknown().default({}),
  loader: z.unknown().default({}),
});

/** How batches were to be made, frozen, by the names of its file. */
export type LoaderConfig = Readonly<z.output<typeof loaderSchema>>;

/** A data set, frozen: where it lies, how it was made, what of it is wanted and how it is read. */
export interface DatasetConfig {
  /** As the file has it. */
  readonly dataset_dir: string;
  readonly pipeline: PipelineConfig;
  readonly filters: FilterConfig;
  readonly loader: LoaderConfig;
}

/** How the configuration of a data set is checked. */
export interface DatasetConfigOptions {
  /** Named in messages. @default "the configuration" */
  readonly file?: string;
  /** Hears of fields that are not known. @default a warning of the process */
  readonly warn?: Warn;
}

/**
 * The configuration of a data set, checked; sections that are left out have their defaults.
 *
 * @throws {ConfigError} with the key, the value and what is needed, and where there is no `dataset_dir`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { datasetConfig } from "#lib/corpus/config/dataset_config.ts";
 * const { loader, filters } = datasetConfig({ dataset_dir: "out/talks", filters: { min_snr_db: 3 } });
 * assert.deepEqual([loader.batch_size, filters.min_snr_db], [8, 3]);
 * assert.throws(() => datasetConfig({}), /dataset_dir is missing: text is needed/);
 * ```
 */
export function datasetConfig(value: unknown, options: DatasetConfigOptions = {}): DatasetConfig {
  const { file = "the configuration", warn = warnOnProcess } = options;
  const { dataset_dir, pipeline, filters, loader } = checkedFields(sections, value, { file, warn });
  return Object.freeze({
    dataset_dir,
    pipeline: pipelineConfig(pipeline, { file, section: "pipeline", warn }),
    filters: filterConfig(filters, { file, section: "filters", warn }),
    loader: Object.freeze(checkedFields(loaderSchema, loader, { file, section: "loader", warn })),
  });
}
