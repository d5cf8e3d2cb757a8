import { z } from "zod";
import { clusteringNamed } from "./clusterings.ts";
import { COMMUNITY_1 } from "./community_1.ts";
import { faultsOf } from "./faults_of.ts";
import { communityOptions, type CommunityOptionsInput } from "./options.ts";
import type { AnyStage } from "./stage.ts";

/**
 * What is written; a later one is refused, since what it adds might change the run. 2 adds `notDefault`, `notOfPreset` and
 * `made.commit`, 3 `imports` and `turns`; what tells itself as 1 or 2 is read.
 */
export const PROVENANCE_VERSION = 3;

/** Options by their dotted names, such as "ahc.threshold". */
const optionValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));

const weights = z.strictObject({
  /** Name of the model's card. */
  model: z.string(),
  /** The file's name, without folders. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What `run` in a capture's manifest.json holds; docs/captures.md tells the same in words. */
export const runProvenanceSchema = z.strictObject({
  version: z.literal([1, 2, PROVENANCE_VERSION]),
  /** Which stages there are, by name: "vbx", all of community-1; "ahc", those without PLDA and VBx; one that a user has registered. */
  clustering: z.string().min(1),
  /** Every option, those left at their defaults as well: a default may change. */
  options: communityOptions,
  /** Of `options`, those that are not dialab's defaults. */
  notDefault: optionValues.optional(),
  /** Of `options`, those that were given beside the preset's own, hints among them. */
  notOfPreset: optionValues.optional(),
  /** Name of the preset. */
  preset: z.string().optional(),
  /** The channel that was heard, from 0; null for the mean of all. */
  channel: z.int().min(0).nullable().optional(),
  weights: z.strictObject({
    segmentation: weights,
    embedding: weights,
    /** `plda.npz` and `xvec_transform.npz`; absent where there is no PLDA. */
    plda: z.array(weights).length(2).optional(),
  }).optional(),
  /** Where the networks ran, and what clustered. */
  networks: z.strictObject({ segmentation: z.string(), embedding: z.string() }).optional(),
  compute: z.strictObject({
    backend: z.string(),
    precision: z.string(),
    adapter: z.string().optional(),
  }).optional(),
  /** Versions of dialab and its runtime, and the platform; the commit as `programVersion` tells it. */
  made: z.strictObject({
    dialab: z.string(),
    commit: z.string().optional(),
    runtime: z.string(),
    platform: z.string(),
  }).optional(),
  /** Code of the user's own that was loaded before: each module and what it imports by relative paths, as `moduleSums` has them. */
  imports: z.array(z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .optional(),
  /** Which turns the file holds that tells of the run: as heard, or one speaker at most at a time; absent where it holds none or both. */
  turns: z.enum(["overlapping", "exclusive"]).optional(),
  audio: z.strictObject({
    file: z.string(),
    bytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }).optional(),
});

/** What a run depended on: with the same segmentations and embeddings it can be repeated from this. */
export type RunProvenance = z.output<typeof runProvenanceSchema>;

/**
 * Checks what a file says that a run depended on.
 *
 * @param value As parsed from JSON.
 * @throws {RangeError} Another version, or something missing, unknown or out of range; the message names it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseRunProvenance } from "#lib/pipeline/run_provenance.ts";
 * const { options } = parseRunProvenance({ version: 1, clustering: "ahc", options: { hints: { numSpeakers: 2 } } });
 * assert.deepEqual([options.hints.numSpeakers, options.vbx.fa], [2, 0.07]);
 * assert.throws(() => parseRunProvenance({ version: 4 }), /version 4; versions 1, 2 and 3 are read/);
 * ```
 */
export function parseRunProvenance(value: unknown): RunProvenance {
  if (typeof value === "object" && value !== null && "version" in value) {
    const { version } = value;
    if (version !== 1 && version !== 2 && version !== PROVENANCE_VERSION) {
      throw new RangeError(
        `The run is told in version ${version}; versions 1, 2 and ${PROVENANCE_VERSION} are read.`,
      );
    }
  }
  const parsed = runProvenanceSchema.safeParse(withThreshold(value));
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error, { schema: runProvenanceSchema, value, root: "it" });
  throw new RangeError(`What it tells of its run is not valid: ${faults.join("; ")}.`);
}

/** An early version 1 had `speechThreshold` beside the options; it is one of them. */
function withThreshold(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("speechThreshold" in value)) return value;
  const { speechThreshold, ...rest } = value as Record<string, unknown>;
  const options = (rest.options ?? {}) as Record<string, unknown>;
  return { ...rest, options: { ...options, segmentation: { speechThreshold } } };
}

/**
 * The stages of a run, from segmentations and embeddings on.
 *
 * @param run Its clustering, and the clustering's own options if it has any. Undefined for a run of pyannote's.
 * @throws {RangeError} when the clustering is not registered; the message says how that is done.
 * @throws {OptionsError} when its own options are wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stagesOf } from "#lib/pipeline/run_provenance.ts";
 * assert(stagesOf(undefined).some(({ name }) => name === "plda"));
 * assert(!stagesOf({ clustering: "ahc" }).some(({ name }) => name === "plda"));
 * ```
 */
export function stagesOf(
  run: { readonly clustering: string; readonly options?: CommunityOptionsInput } | undefined,
): readonly AnyStage[] {
  return run === undefined ? COMMUNITY_1 : clusteringNamed(run.clustering).stages(run.options?.clustering);
}
