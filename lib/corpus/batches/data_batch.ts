import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { WavId } from "../ids/wav_id.ts";
import type { SampleSegment } from "../transforms/speech_sample.ts";

/** A number of each sample that not every one need have. */
export interface BatchScalar {
  /** (B,); NaN where a sample has none. */
  readonly values: ArrayOf<"f4">;
  /** (B,); 1 where a sample has one, which may itself be NaN. */
  readonly mask: ArrayOf<"b1">;
}

/** Samples of speech beside each other, padded to one length. */
export interface DataBatch {
  /** Full scale 1, 0 behind each sample's end: (B, channels, T). */
  readonly waveforms: ArrayOf<"f4">;
  /** Samples per channel before padding: (B,). */
  readonly waveformLengths: ArrayOf<"i4">;
  /** 1 where the waveform is the sample's, 0 where it is padding: (B, T). */
  readonly attentionMask: ArrayOf<"b1">;
  /** Hz, of all. */
  readonly sampleRate: number;
  /** Before padding: (B,). */
  readonly durationsSec: ArrayOf<"f4">;
  /** The samples' ids, in order. */
  readonly ids: readonly string[];
  /** The recordings that they are of. */
  readonly wavIds: readonly WavId[];
  /** Numbers of segments' labels, -1 behind the last: (B, most segments). There where some sample has labels. */
  readonly labels?: ArrayOf<"i4">;
  /** 1 where `labels` holds one: (B, most segments). */
  readonly labelMask?: ArrayOf<"b1">;
  /** By frame and label, 0 behind a sample's end: (B, most frames, labels). There where some sample has them. */
  readonly frameLabels?: ArrayOf<"b1">;
  /** Of each sample, in seconds from its start. There where they were asked for. */
  readonly segments?: readonly (readonly SampleSegment[])[];
  /** By name, those that some sample has. */
  readonly scalars: Readonly<Record<string, BatchScalar>>;
  /** Each sample's, as it was. */
  readonly metadata: readonly Readonly<Record<string, unknown>>[];
  /** Of the waveforms, from 0 to 1: how much is padding. */
  readonly paddingShare: number;
}
