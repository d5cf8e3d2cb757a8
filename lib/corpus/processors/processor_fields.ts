import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import type { Scalar } from "./feature.ts";
import type { FeatureProcessor, ProcessorNeed } from "./feature_processor.ts";
import type { HearingParts } from "./hearing.ts";

/** What a processor's results depend on besides the recordings, by dotted names. */
export type ProcessorFields = Readonly<Record<string, Scalar>>;

/**
 * What the results of a processor depend on: its version and settings, and of the networks that it needs, weights by their sha256 and
 * options. The segmentation alone depends on its weights and speech threshold; turns depend on every option, and on the clustering.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processorFields } from "#lib/corpus/processors/processor_fields.ts";
 * import { processorNamed } from "#lib/corpus/processors/registry.ts";
 * assert.deepEqual(processorFields(processorNamed("loudness"), undefined), { version: 1 });
 * ```
 */
export function processorFields(
  processor: Pick<FeatureProcessor, "version" | "settings" | "needs">,
  hearing: Pick<HearingParts, "weights" | "options" | "preset"> | undefined,
): ProcessorFields {
  const { version, settings, needs } = processor;
  const own = Object.entries(settings).map(([name, value]) => [`settings.${name}`, value] as const);
  const fields: Record<string, Scalar> = { version, ...Object.fromEntries(own) };
  if (hearing === undefined || needs.length === 0) return fields;
  const { weights, preset } = hearing;
  const options = parseOptions(mergeOptions(hearing.options, {}));
  fields["weights.segmentation"] = weights.segmentation.sha256;
  fields[`options.${THRESHOLD}`] = options.segmentation.speechThreshold;
  if (!needs.includes("embeddings") && !needs.includes("turns")) return fields;
  fields["weights.embedding"] = weights.embedding!.sha256;
  fields["embedding.kind"] = preset.embedding.kind;
  if (!needs.includes("turns")) return fields;
  for (const { file, sha256 } of weights.plda ?? []) fields[`weights.plda.${file}`] = sha256;
  fields.clustering = preset.clustering;
  flatten("options", options, fields);
  return fields;
}

function flatten(prefix: string, value: unknown, into: Record<string, Scalar>): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null) {
    into[prefix] = value as Scalar;
    return;
  }
  for (const [name, one] of Object.entries(value)) flatten(`${prefix}.${name}`, one, into);
}

/**
 * Which options, by their dotted names, are read by no processor that needs no more than this: by the segmentation its threshold alone,
 * by turns all of them.
 *
 * @param options Those that were given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unreadOptions } from "#lib/corpus/processors/processor_fields.ts";
 * const options = { vbx: { fa: 0.1 }, segmentation: { speechThreshold: 0.5 } };
 * assert.deepEqual(unreadOptions([], options), ["vbx.fa", "segmentation.speechThreshold"]);
 * assert.deepEqual(unreadOptions(["segmentations"], options), ["vbx.fa"]);
 * assert.deepEqual(unreadOptions(["turns"], options), []);
 * ```
 */
export function unreadOptions(needs: readonly ProcessorNeed[], options: CommunityOptionsInput): string[] {
  if (needs.includes("turns")) return [];
  const given: Record<string, Scalar> = {};
  for (const [section, value] of Object.entries(options)) flatten(section, value, given);
  return Object.keys(given).filter((name) => needs.length === 0 || name !== THRESHOLD);
}

const THRESHOLD = "segmentation.speechThreshold";

/**
 * The first field in which two differ, in words; undefined where they are the same.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changedField } from "#lib/corpus/processors/processor_fields.ts";
 * assert.equal(changedField({ version: 1, "settings.leastSec": 0 }, { version: 1, "settings.leastSec": 0.1 }), "settings.leastSec was 0, is 0.1");
 * assert.equal(changedField({ version: 1 }, { version: 1 }), undefined);
 * ```
 */
export function changedField(before: ProcessorFields, now: ProcessorFields): string | undefined {
  const told = (fields: ProcessorFields, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const text = value === undefined
      ? "not there"
      : typeof value === "string"
      ? value.slice(0, 16)
      : String(value);
    return text;
  };
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const name of names) {
    if (Object.hasOwn(before, name) && Object.hasOwn(now, name) && before[name] === now[name]) continue;
    return `${name} was ${told(before, name)}, is ${told(now, name)}`;
  }
  return undefined;
}
