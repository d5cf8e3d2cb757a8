import type { WavId } from "../ids/wav_id.ts";
import { FeatureStore } from "./feature_store.ts";
import type { Feature, FeatureColumns, Scalar, StoredFeature } from "./feature.ts";
import type { ProcessorInput } from "./processor_input.ts";

/** What the networks give that a processor asks for: who speaks in each chunk; also the slots' embeddings; also turns. */
export type ProcessorNeed = "segmentations" | "embeddings" | "turns";

/** How a processor is defined. */
export interface ProcessorDefinition {
  /** What it is asked for by, and its folder is called: small letters, digits and underscores. */
  readonly name: string;
  /** In a few words. */
  readonly title: string;
  /** A whole number that grows when the same recording gives something else: results of another one are made anew. @default {1} */
  readonly version?: number;
  /** @default none: its networks are not loaded */
  readonly needs?: readonly ProcessorNeed[];
  /** What it was set to, for the same purpose. @default none */
  readonly settings?: Readonly<Record<string, Scalar>>;
  /** Columns of its row. */
  readonly columns: FeatureColumns;
  /** Columns of its segments beside wav_id, onset, offset and duration; undefined where it makes none. */
  readonly segments?: FeatureColumns;
  /** Whether it makes arrays. @default {false} */
  readonly arrays?: boolean;
  /** Makes the feature of one recording. What it throws fails this recording for this processor, and nothing else. */
  readonly process: (input: ProcessorInput) => Promise<Feature>;
}

/** Makes a feature of recordings, and keeps it: a row of a table for each, maybe segments, maybe arrays. */
export interface FeatureProcessor extends Required<Omit<ProcessorDefinition, "segments">> {
  readonly segments: FeatureColumns | undefined;
  /** Keeps a feature below a folder, in the place of one that is there. */
  readonly save: (feature: StoredFeature, folder: string) => Promise<void>;
  /** What is kept of a recording, arrays with it. A RangeError where there is nothing. */
  readonly load: (wavId: WavId, folder: string) => Promise<StoredFeature>;
  /** Whether something is kept of it, it succeeded, and its arrays are there. */
  readonly exists: (wavId: WavId, folder: string) => Promise<boolean>;
}

/** Columns that every row has. */
const TAKEN = [
  "success",
  "path",
  "wav_id",
  "duration",
  "original_sr",
  "error",
  "warnings",
  "audio_sha256",
  "dialab",
];
const IN_SEGMENTS = ["wav_id", "onset", "offset", "duration"];

/**
 * A processor from its definition: saving and loading come with it. Below a folder OUT rows are in `OUT/NAME_meta/metadata.parquet`,
 * segments in `OUT/NAME/segments.parquet`, arrays in `OUT/NAME/{wav_id}.npz`; what is saved waits in `OUT/NAME_meta/journal.jsonl`
 * until `dialab process` has come to its end, and is read from there.
 *
 * @throws {RangeError} when the name is none, or a column has the name of one that every row has.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defineProcessor } from "#lib/corpus/processors/feature_processor.ts";
 * const zeros = defineProcessor({
 *   name: "zeros",
 *   title: "how many samples are exactly 0",
 *   columns: { n_zeros: "int" },
 *   async process(input) {
 *     let n_zeros = 0;
 *     for await (const samples of input.mono()) n_zeros += samples.filter((sample) => sample === 0).length;
 *     return { scalars: { n_zeros } };
 *   },
 * });
 * assert.deepEqual([zeros.version, zeros.arrays], [1, false]);
 * assert.throws(() => defineProcessor({ ...zeros, columns: { duration: "float" } }), /every row has a column "duration"/);
 * ```
 */
export function defineProcessor(definition: ProcessorDefinition): FeatureProcessor {
  const { name, version = 1, needs = [], settings = {}, columns, segments, arrays = false } = definition;
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.endsWith("_meta")) {
    throw new RangeError(
      `${
        JSON.stringify(name)
      } is no name of a processor: small letters, digits and underscores are needed, not "_meta" at its end.`,
    );
  }
  if (!Number.isSafeInteger(version)) {
    throw new RangeError(`The version of ${name} is a whole number, not ${version}.`);
  }
  for (
    const [what, taken, given] of [["row", TAKEN, columns], ["segment", IN_SEGMENTS, segments ?? {}]] as const
  ) {
    const twice = Object.keys(given).find((column) => taken.includes(column));
    if (twice !== undefined) {
      throw new RangeError(`Processor ${name}: every ${what} has a column ${JSON.stringify(twice)}.`);
    }
  }
  const shape = { name, columns, segments, arrays };
  return {
    ...{ ...definition, version, needs, settings, columns, segments, arrays },
    save: (feature, folder) => new FeatureStore(folder, shape).save(feature),
    load: (wavId, folder) => new FeatureStore(folder, shape).load(wavId),
    exists: (wavId, folder) => new FeatureStore(folder, shape).exists(wavId),
  };
}
