import type { NdArray } from "#lib/arrays/nd_array.ts";
import type { WavId } from "../ids/wav_id.ts";

/** A number of a table's cell, its text, or null where there is none. */
export type Scalar = number | string | boolean | null;

/** What a column of a processor's tables holds; `int` are safe integers. */
export type FeatureColumnType = "bool" | "int" | "float" | "text";

/** Columns by name, in the table's order. */
export type FeatureColumns = Readonly<Record<string, FeatureColumnType>>;

/** A stretch of a recording, with what a processor's own columns say of it. */
export interface FeatureSegment {
  /** Seconds from the recording's start. */
  readonly onset: number;
  /** Seconds, over `onset`. */
  readonly offset: number;
  readonly [column: string]: Scalar;
}

/** What a processor makes of one recording. */
export interface Feature {
  /** Cells of its row, by the names of its columns; one that is missing is null. */
  readonly scalars: Readonly<Record<string, Scalar>>;
  /** In the order of the table. Only for processors with `segments`. */
  readonly segments?: readonly FeatureSegment[];
  /** Only for processors with `arrays`. */
  readonly arrays?: Readonly<Record<string, NdArray>>;
  /** What should be told, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A feature as it is kept: with whose it is, and whether there is one. */
export interface StoredFeature extends Required<Omit<Feature, "arrays">>, Pick<Feature, "arrays"> {
  readonly wavId: WavId;
  /** As the list of recordings has it. */
  readonly path: string;
  /** False where the recording failed: then there are no scalars, segments and arrays. */
  readonly success: boolean;
  /** Why it failed; empty where it did not. */
  readonly error: string;
  /** Of what was decoded, in seconds; null where it failed. */
  readonly durationSec: number | null;
  /** Hz of the file; null where it failed. */
  readonly originalSr: number | null;
  /** Of the recording's file, in hexadecimal; null where it cannot be read. */
  readonly audioSha256: string | null;
  /** dialab's version. */
  readonly dialab: string;
}
