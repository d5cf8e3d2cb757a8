import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { WavId } from "../ids/wav_id.ts";

/** A stretch of a sample, as sidecars have it; what else it has is kept. */
export interface SampleSegment {
  /** Seconds from the sample's start. */
  readonly onset: number;
  /** Seconds from the sample's start. */
  readonly offset: number;
  readonly label?: string | null;
}

/** A sample of speech on its way into a batch. */
export interface SpeechSample {
  /** A clip's id, or a recording's where it is whole. */
  readonly id: string;
  /** The recording. */
  readonly wavId: WavId;
  /** An array for each channel, all of one length, full scale 1. */
  readonly waveform: readonly Float32Array[];
  /** Hz. */
  readonly sampleRate: number;
  /** What its sidecar and its row of the manifest say. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By `labelEncoder`: a number for each segment. */
  readonly labels?: readonly number[];
  /** By `maskGenerator`: 1 where somebody speaks, (frames,). */
  readonly speechFrames?: ArrayOf<"b1">;
  /** By `maskGenerator`: 1 where somebody of a label speaks, (frames, labels); (frames,) is one label. */
  readonly frameLabels?: ArrayOf<"b1">;
}

/** Makes another sample of one; it changes nothing in the one that it is given. */
export type SpeechTransform = (sample: SpeechSample) => SpeechSample;
