/** Consecutive samples in [-1, 1], one array per channel in WAVE's order, all of one length. Nobody else keeps or changes them. */
export type AudioBlock = readonly Float32Array<ArrayBuffer>[];

/**
 * A recording that is read in blocks, so that its length costs no memory. {@linkcode openAudio} opens files,
 * {@linkcode audioFromSamples} wraps samples in memory.
 */
export interface Audio extends AsyncDisposable {
  /** What errors call it: the path as given, or a name. */
  readonly file: string;
  /** Samples per second of each channel, in Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples per channel; undefined where only decoding would tell, as where the end is missing. */
  readonly frames: number | undefined;
  /** The container and its encoding in words: `WAV, 16-bit PCM`. */
  readonly format: string;
  /** Faults that reading goes on behind, in words: data shorter than announced. Grows while the blocks are read. */
  readonly warnings: readonly string[];
  /** The samples from the start; each call starts anew. At least one frame, or an AudioFileError. */
  blocks(): AsyncIterable<AudioBlock>;
  /** Lets go of the file. The blocks end with an error if they are read on. */
  close(): Promise<void>;
}
