import { z } from "zod";
import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
import { faultsOf } from "./faults_of.ts";

const speakers = z.int().min(1);
const windowOf = (defaults: { startSec: number; durationSec: number; stepSec: number }) =>
  z.strictObject({
    startSec: z.number().default(defaults.startSec).describe("Start of number 0, in seconds."),
    durationSec: z.number().positive().default(defaults.durationSec).describe("Length, in seconds."),
    stepSec: z.number().positive().default(defaults.stepSec).describe(
      "From one start to the next, in seconds.",
    ),
  }).prefault({});

/**
 * Every setting of a run, with pyannote's values as defaults. `z.toJSONSchema(communityOptions)` gives the JSON
 * Schema.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { communityOptions } from "#lib/pipeline/options.ts";
 * assert.equal(communityOptions.parse({}).ahc.threshold, 0.6);
 * assert.throws(() => communityOptions.parse({ ahc: { treshold: 0.7 } }), /treshold/);
 * ```
 */
export const communityOptions = z.strictObject({
  segmentation: z.strictObject({
    speechThreshold: z.number().gt(0).lt(1).nullable().default(null).describe(
      "Probability from which on a frame is speech; null: the likeliest set of speakers decides, as pyannote has it.",
    ),
  }).prefault({}).describe("Of the segmentation network; what is replayed from a capture has it behind it."),
  hints: z.strictObject({
    numSpeakers: speakers.optional().describe("Exactly so many speakers; overrides the other two."),
    minSpeakers: speakers.optional().describe("At least so many speakers."),
    maxSpeakers: speakers.optional().describe("At most so many speakers."),
  }).prefault({}).describe("What is known of the number of speakers. KMeans steps in where VBx breaks it."),
  training: z.strictObject({
    minActiveRatio: z.number().min(0).max(1).default(0.2)
      .describe(
        "Share of a chunk's frames in which a slot must speak alone for its embedding to be clustered.",
      ),
  }).prefault({}),
  ahc: z.strictObject({
    threshold: z.number().min(0).default(0.6).describe(
      "Distance between unit embeddings at which the tree is cut.",
    ),
  }).prefault({}),
  vbx: z.strictObject({
    fa: z.number().positive().default(0.07).describe("Acoustic factor F_A."),
    fb: z.number().positive().default(0.8).describe("Speaker regularisation factor F_B."),
    maxIterations: z.int().min(1).default(20).describe("Iterations at most."),
    elboEpsilon: z.number().default(1e-4).describe("Stop when the ELBO grows by less."),
    initSmoothing: z.number().min(0).default(7).describe("Softmax factor that makes the AHC labels soft."),
  }).prefault({}),
  kmeans: z.strictObject({
    runs: z.int().min(1).default(3).describe("Runs from different first centres."),
    seed: z.int().min(0).max(0xffffffff).default(42).describe("Seed of the MT19937 that draws them."),
  }).prefault({}),
  annotation: z.strictObject({
    minDurationOff: z.number().min(0).default(0).describe(
      "Fill a speaker's pauses up to this long, in seconds.",
    ),
  }).prefault({}),
  clustering: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).prefault({})
    .describe("Options that a registered clustering has of its own; defineClustering holds their schema."),
  grid: z.strictObject({ chunks: windowOf(CHUNKS), frames: windowOf(FRAMES) }).prefault({})
    .describe("When chunks and frames lie in time."),
});

/** What a user may give; everything is optional. */
export type CommunityOptionsInput = z.input<typeof communityOptions>;

/** Validated options; everything is there. */
export type CommunityOptions = z.output<typeof communityOptions>;

/** An option that is unknown or out of range. */
export class OptionsError extends RangeError {
  override name = "OptionsError";
}

/**
 * Check options and fill in the defaults.
 *
 * @throws {OptionsError} naming every wrong option, what it was and what is needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * assert.equal(parseOptions({ vbx: { fa: 0.1 } }).vbx.fb, 0.8);
 * assert.throws(() => parseOptions({ vbx: { fa: -1 } }), /vbx\.fa is -1/);
 * const unknown: object = { ahc: { treshold: 0.7 } };
 * assert.throws(() => parseOptions(unknown), /ahc has no "treshold"; did you mean "threshold"\?/);
 * ```
 */
export function parseOptions(options: CommunityOptionsInput = {}): CommunityOptions {
  const parsed = communityOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new OptionsError(
    `Options are not valid: ${
      faultsOf(parsed.error, { schema: communityOptions, value: options, root: "options" }).join("; ")
    }.`,
  );
}
