import { z } from "zod";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { checkedFields } from "./checked_fields.ts";

const bound = z.union([z.number(), z.bigint().transform(Number)], "a number or null is needed").nullable()
  .default(
    null,
  );
const segments = z.union(
  [z.int(), z.bigint().transform(Number)],
  "a whole number or null is needed",
).nullable().default(null);
const names = z.array(z.string("text is needed"), "a list of texts or null is needed").readonly().nullable()
  .default(null);

const schema = z.object({
  min_duration_s: bound,
  max_duration_s: bound,
  min_speech_ratio: bound,
  max_speech_ratio: bound,
  min_snr_db: bound,
  max_snr_db: bound,
  min_c50_db: bound,
  max_c50_db: bound,
  min_vtc_segments: segments,
  required_labels: names,
  excluded_esc_categories: names,
  max_dominant_esc_prob: bound,
});

/**
 * Which recordings are wanted, frozen, by the names of its file. All that is not null must hold: lengths in seconds, shares from 0 to 1,
 * levels in dB, at least so many segments, at least one of the labels, none of the categories. Bounds themselves pass.
 */
export type FilterConfig = Readonly<z.output<typeof schema>>;

/** What may be given of it: what is left out is not asked. */
export type FilterConfigInput = Partial<FilterConfig>;

/** How filters are checked. */
export interface FilterConfigOptions {
  /** Named in messages. @default "the filters" */
  readonly file?: string;
  /** Where in the file they stand. @default the whole */
  readonly section?: string;
  /** What is done about fields that are not known: where filters choose recordings, one that is passed over lets too many pass. @default {"warn"} */
  readonly unknown?: "warn" | "refuse";
  /** Hears of fields that are not known, and of bounds that nothing can meet. @default a warning of the process */
  readonly warn?: Warn;
}

/**
 * Filters, checked, with null for what is not asked.
 *
 * @throws {ConfigError} with the key, the value and what is needed, and where asked with a key that is no filter.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { filterConfig, isActive } from "#lib/corpus/config/filter_config.ts";
 * const filters = filterConfig({ min_snr_db: 10, required_labels: ["KCHI"] });
 * assert.equal(filters.max_snr_db, null);
 * assert.deepEqual([isActive(filters), isActive(filterConfig({}))], [true, false]);
 * assert.throws(() => filterConfig({ required_labels: "KCHI" }), /required_labels is "KCHI": a list of texts or null/);
 * ```
 */
export function filterConfig(value: unknown, options: FilterConfigOptions = {}): FilterConfig {
  const { file = "the filters", section, unknown, warn = warnOnProcess } = options;
  const config = checkedFields(schema, value, { file, section, unknown, warn });
  for (const name of ["duration_s", "speech_ratio", "snr_db", "c50_db"] as const) {
    const least = config[`min_${name}`], most = config[`max_${name}`];
    if (least !== null && most !== null && least > most) {
      warn(`${file}: nothing passes min_${name} ${least} and max_${name} ${most} at once.`);
    }
  }
  return Object.freeze(config);
}

/**
 * Whether filters ask for anything; an empty list does, though all pass it, as in the original.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { filterConfig, isActive } from "#lib/corpus/config/filter_config.ts";
 * assert.equal(isActive(filterConfig({ min_duration_s: 0 })), true);
 * ```
 */
export function isActive(filters: FilterConfigInput): boolean {
  return Object.values(filters).some((value) => value !== null && value !== undefined);
}

/**
 * Whether an object has the fields of filters and no other, and so is one rather than the configuration of a pipeline.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { looksLikeFilters } from "#lib/corpus/config/filter_config.ts";
 * assert.deepEqual([{ min_snr_db: 3 }, { shard_size: 3 }, {}].map(looksLikeFilters), [true, false, false]);
 * ```
 */
export function looksLikeFilters(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => Object.hasOwn(schema.shape, key));
}
