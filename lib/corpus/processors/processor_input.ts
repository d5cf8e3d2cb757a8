import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { AudioBlock } from "#lib/audio/audio.ts";
import type { Compute } from "#lib/compute/compute.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { WavId } from "../ids/wav_id.ts";

/**
 * A recording as a processor gets it. It is decoded once for all processors: samples are asked for before anything is awaited, and read
 * to their end before what the networks give is awaited.
 */
export interface ProcessorInput {
  readonly wavId: WavId;
  /** Where it lies. */
  readonly file: string;
  /** Hz of the file. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Where kernels run. */
  readonly compute: Compute;
  /** Aborted where the work is to end. */
  readonly signal: AbortSignal | undefined;
  /** The file's own samples, all channels; others read the same arrays, so they are not to be changed. */
  blocks(): AsyncIterable<AudioBlock>;
  /** One channel at 16 kHz, as the networks hear it; the same holds. */
  mono(): AsyncIterable<Float32Array<ArrayBuffer>>;
  /** Seconds that were decoded. */
  durationSec(): Promise<number>;
  /** (chunks, frames, slots) of 0 and 1; for processors that need it. */
  segmentations(): Promise<ArrayOf<"f4">>;
  /** (chunks, slots, D); for processors that need it. */
  embeddings(): Promise<ArrayOf<"f4">>;
  /** Who speaks when, as far as the recording goes; for processors that need it. */
  turns(): Promise<Annotation>;
}
