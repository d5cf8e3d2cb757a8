import type { FilterConfigInput } from "../config/filter_config.ts";
import type { ManifestCondition } from "../manifests/manifest_condition.ts";

/** What an option of filters asks of which stage. */
export interface FilterConditionParts {
  readonly option: keyof FilterConfigInput;
  /** The stage whose column it is. */
  readonly stage: "vad" | "vtc" | "snr" | "esc";
  readonly condition: ManifestCondition;
}

const BOUNDS = [
  ["min_duration_s", "vad", "duration", "atLeast"],
  ["max_duration_s", "vad", "duration", "atMost"],
  ["min_speech_ratio", "vad", "speech_ratio", "atLeast"],
  ["max_speech_ratio", "vad", "speech_ratio", "atMost"],
  ["min_snr_db", "snr", "snr_mean", "atLeast"],
  ["max_snr_db", "snr", "snr_mean", "atMost"],
  ["min_c50_db", "snr", "c50_mean", "atLeast"],
  ["max_c50_db", "snr", "c50_mean", "atMost"],
  ["min_vtc_segments", "vtc", "vtc_n_segments", "atLeast"],
  ["max_dominant_esc_prob", "esc", "dominant_prob", "atMost"],
] as const;

/**
 * Filters as conditions, all of which a recording must meet; an empty list asks for nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { filterConditions } from "#lib/corpus/filters/filter_conditions.ts";
 * const conditions = filterConditions({ min_snr_db: 10, required_labels: ["KCHI"], excluded_esc_categories: [] });
 * assert.deepEqual(conditions.map(({ stage, condition }) => [stage, condition.column]), [
 *   ["snr", "snr_mean"],
 *   ["vtc", "vtc_label_counts"],
 * ]);
 * ```
 */
export function filterConditions(filters: FilterConfigInput): FilterConditionParts[] {
  const bounds = BOUNDS.flatMap(([option, stage, column, kind]): FilterConditionParts[] => {
    const value = filters[option];
    return value === null || value === undefined
      ? []
      : [{ option, stage, condition: { column, kind, value } }];
  });
  const { required_labels: labels, excluded_esc_categories: values } = filters;
  const lists: FilterConditionParts[] = [];
  if (labels?.length) {
    const condition = { column: "vtc_label_counts", kind: "hasLabel", labels } as const;
    lists.push({ option: "required_labels", stage: "vtc", condition });
  }
  if (values?.length) {
    const condition = { column: "dominant_category", kind: "noneOf", values } as const;
    lists.push({ option: "excluded_esc_categories", stage: "esc", condition });
  }
  return [...bounds, ...lists];
}
