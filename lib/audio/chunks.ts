import type { Audio } from "./audio.ts";
import { type ChunkGeometry, chunkGeometry } from "./chunk_geometry.ts";
import { monoBlocks, type MonoOptions, NETWORK_SAMPLE_RATE } from "./mono_blocks.ts";

/** Options of {@linkcode chunks}. */
export interface ChunksOptions extends MonoOptions, ChunkGeometry {
  /**
   * Gives every chunk in the same array, which holds until the next chunk is asked for. Default: false, each chunk has
   * its own.
   */
  readonly reuse?: boolean;
}

/** One window of a recording. */
export interface Chunk {
  /** Counted from 0. */
  readonly index: number;
  /** Where it starts. */
  readonly startSec: number;
  /** The window; behind the recording's end it is zero. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** How many of its samples are the recording's; less than all in the last chunk only. */
  readonly length: number;
}

/**
 * The windows that the networks hear: 10 s every 1 s at 16 kHz, mono. All full windows, and a last one padded with
 * zeros where the recording is shorter than a window or samples are left over. Holds one window and one block of the
 * recording at a time. (PIPELINE section 1; pyannote.audio core/inference.py, slide)
 *
 * @throws {RangeError} Window or step make no sense: see {@linkcode chunkGeometry}.
 * @throws {AudioFileError} See {@linkcode monoBlocks}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { chunks } from "#lib/audio/chunks.ts";
 *
 * const audio = audioFromSamples(new Float32Array(11.5 * 16000), { sampleRate: 16000 });
 * const all = await Array.fromAsync(chunks(audio));
 * assert.deepEqual(all.map(({ startSec }) => startSec), [0, 1, 2]);
 * assert.deepEqual(all.map(({ length }) => length), [160000, 160000, 152000]);
 * assert(all.every(({ samples }) => samples.length === 160000));
 * ```
 */
export async function* chunks(audio: Audio, options: ChunksOptions = {}): AsyncGenerator<Chunk> {
  const { sampleRate = NETWORK_SAMPLE_RATE, reuse = false } = options;
  const { window, step } = chunkGeometry(sampleRate, options);
  // The chunk that is being filled; `filled` of its samples are there.
  const next = new Float32Array(window);
  const given = reuse ? new Float32Array(window) : undefined;
  let index = 0;
  let filled = 0;
  const chunk = (length: number): Chunk => {
    if (given) given.set(next);
    return { index, startSec: index * step / sampleRate, samples: given ?? next.slice(), length };
  };
  for await (const block of monoBlocks(audio, { ...options, sampleRate })) {
    for (let done = 0; done < block.length;) {
      if (filled === window) {
        next.copyWithin(0, step);
        filled -= step;
      }
      const part = block.subarray(done, done + window - filled);
      next.set(part, filled);
      filled += part.length;
      done += part.length;
      if (filled === window) {
        yield chunk(window);
        index++;
      }
    }
  }
  // A full window was given; anything beyond it began another.
  if (filled < window) {
    next.fill(0, filled);
    yield chunk(filled);
  }
}
