import type { SpeechSample } from "../transforms/speech_sample.ts";

/** The sound of a sample. */
export interface LoadedWaveform {
  /** An array for each channel, all of one length, full scale 1. */
  readonly waveform: readonly Float32Array[];
  /** Hz. */
  readonly sampleRate: number;
}

/** How a sample is loaded. */
export interface LoadOptions {
  /** Ends the waiting for what has not been read yet. */
  readonly signal?: AbortSignal;
  /** Where samples are put, if they are decoded at once: an array of so many numbers, which are all written over. Default: into new arrays. */
  readonly allocate?: (length: number) => Float32Array<ArrayBuffer>;
}

/**
 * The samples of a corpus, wherever they lie: which there are, and each of them. In which order an epoch has them is not its
 * business (`speechBatches`).
 */
export interface SpeechLoader extends AsyncDisposable {
  /** How many samples there are, after filters. */
  readonly length: number;
  /** How many lie beside each other, for `sampleOrder`: of each shard those that passed; their sum is `length`. */
  readonly sizes: readonly number[];
  /** The id of each, in the order in which they lie. */
  availableIds(): readonly string[];
  /** The same as UTF-8, with a NUL behind each, where that is had sooner: a state is held against them. */
  idBytes?(): Uint8Array;
  /** Seconds of the sample of this number, from 0, as index or list announce them; undefined where they do not. */
  durationSec(number: number): number | undefined;
  /**
   * The sound alone.
   *
   * @throws {RangeError} There is no sample of this id.
   * @throws {SampleError} It cannot be read.
   */
  loadWaveform(id: string, options?: LoadOptions): Promise<LoadedWaveform>;
  /** What is known of a sample: its sidecar, and its row of the table. */
  loadMetadata(id: string, options?: LoadOptions): Promise<Readonly<Record<string, unknown>>>;
  /** Both, as transforms and batches take them. */
  load(id: string, options?: LoadOptions): Promise<SpeechSample>;
  /** The sample of a number from 0, as `availableIds` counts them. */
  loadAt(number: number, options?: LoadOptions): Promise<SpeechSample>;
  /** Lets go of open files. */
  close(): Promise<void>;
}
