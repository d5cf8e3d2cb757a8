import { AudioFileError } from "./audio_file_error.ts";
import type { AudioBlock } from "./audio.ts";

/** Samples of a block that goes out: enough to be quick, little beside everything else. */
const BLOCK = 1 << 14;

/** Hours of silence that no fault in a recording explains. */
const MOST_SILENT_HOURS = 6;

/** The start of what has been lost, and how much of it. */
export interface LostSamples {
  /** Stretches of silence put in. */
  readonly places: number;
  /** Samples per channel. */
  readonly frames: number;
  /** The first of them. */
  readonly first: number;
}

/**
 * Samples put at their positions in a recording. What was lost between them becomes silence of the same length, so
 * that nothing behind it moves; what comes twice is dropped.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SampleLine } from "#lib/audio/sample_line.ts";
 *
 * const line = new SampleLine({ file: "a.flac", sampleRate: 8000, channels: 1 });
 * line.put([Float32Array.of(1, 2)], 0);
 * line.put([Float32Array.of(5, 6)], 4);
 * line.put([Float32Array.of(9)], 3);
 * assert.deepEqual([...line.finish()].map(([mono]) => [...mono]), [[1, 2, 0, 0, 5, 6]]);
 * assert.deepEqual(line.lost, { places: 1, frames: 2, first: 2 });
 * ```
 */
export class SampleLine {
  readonly #file: string;
  readonly #sampleRate: number;
  readonly #channels: number;
  readonly #skip: number;
  readonly #most: number;
  #block: Float32Array<ArrayBuffer>[];
  #filled = 0;
  #ready: AudioBlock[] = [];
  /** Where the next sample belongs, priming included. */
  #next = 0;
  #lost = { places: 0, frames: 0, first: 0 };

  /**
   * @param options Samples at the start that are not heard (`skip`, default 0), and the most that are heard behind them
   *   (`most`, default all).
   */
  constructor(
    options: { file: string; sampleRate: number; channels: number; skip?: number; most?: number },
  ) {
    this.#file = options.file;
    this.#sampleRate = options.sampleRate;
    this.#channels = options.channels;
    this.#skip = options.skip ?? 0;
    this.#most = options.most ?? Infinity;
    this.#block = this.#empty();
  }

  /** Where the next sample belongs, priming included. */
  get next(): number {
    return this.#next;
  }

  /** Samples that can be heard so far. */
  get heard(): number {
    return Math.max(0, Math.min(this.#next - this.#skip, this.#most));
  }

  get lost(): LostSamples {
    return { ...this.#lost };
  }

  /** Puts samples at a position; what lies before the last put is dropped. */
  put(channelData: AudioBlock, at: number): void {
    const length = channelData[0]?.length ?? 0;
    if (at > this.#next) this.silence(at);
    const from = this.#next - at;
    if (from < length) this.#append(channelData, from, length);
  }

  /** Silence as far as a position, for what was lost. */
  silence(until: number): void {
    const frames = until - this.#next;
    if (frames <= 0) return;
    const hours = frames / this.#sampleRate / 3600;
    if (hours > MOST_SILENT_HOURS) {
      const at = (this.#next / this.#sampleRate).toFixed(3);
      throw new AudioFileError(`jumps by ${Math.round(hours)} hours at ${at} s`, { file: this.#file });
    }
    const first = Math.max(0, this.#next - this.#skip);
    const heard = Math.min(until - this.#skip, this.#most) - first;
    if (heard > 0) {
      if (this.#lost.places === 0) this.#lost.first = first;
      this.#lost.places++;
      this.#lost.frames += heard;
    }
    this.#append(undefined, 0, frames);
  }

  /** The blocks that are full. */
  *take(): Generator<AudioBlock> {
    const ready = this.#ready;
    this.#ready = [];
    yield* ready;
  }

  /** All that is left. */
  *finish(): Generator<AudioBlock> {
    this.#close();
    yield* this.take();
  }

  #empty(): Float32Array<ArrayBuffer>[] {
    return Array.from({ length: this.#channels }, () => new Float32Array(BLOCK));
  }

  /** What is heard of `source` from `from` to `to`, or of as much silence. */
  #append(source: AudioBlock | undefined, from: number, to: number): void {
    const hidden = Math.max(0, Math.min(to - from, this.#skip - this.#next));
    const room = this.#skip + this.#most - this.#next;
    const end = Math.min(to, from + Math.max(0, room));
    this.#next += to - from;
    for (let at = from + hidden; at < end;) {
      const count = Math.min(end - at, BLOCK - this.#filled);
      if (source) {
        for (let c = 0; c < this.#channels; c++) {
          this.#block[c].set(source[c].subarray(at, at + count), this.#filled);
        }
      }
      this.#filled += count;
      at += count;
      if (this.#filled === BLOCK) this.#close();
    }
  }

  #close(): void {
    if (this.#filled === 0) return;
    const filled = this.#filled;
    this.#ready.push(filled === BLOCK ? this.#block : this.#block.map((samples) => samples.slice(0, filled)));
    this.#block = this.#empty();
    this.#filled = 0;
  }
}
