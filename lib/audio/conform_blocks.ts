import type { AudioBlock } from "./audio.ts";
import { mixChannels } from "./mix_channels.ts";
import { Resampler } from "./resampler.ts";

/** Rate in Hz and number of channels. */
export interface AudioShape {
  readonly sampleRate: number;
  readonly channels: number;
}

/**
 * Blocks of one shape as another: a recording that changes inside goes on in the shape that it began with. The rate is
 * changed as everywhere (see {@linkcode Resampler}); of more channels their mean is in each, of one all are copies.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ConformBlocks } from "#lib/audio/conform_blocks.ts";
 *
 * const conform = new ConformBlocks({ sampleRate: 8000, channels: 1 }, { sampleRate: 16000, channels: 2 });
 * const blocks = [...conform.push([new Float32Array(4000)]), ...conform.finish()];
 * assert.equal(blocks.reduce((sum, [left]) => sum + left.length, 0), 8000);
 * assert.equal(blocks[0].length, 2);
 * ```
 */
export class ConformBlocks {
  readonly #channels: number;
  readonly #isSame: boolean;
  readonly #resamplers: readonly Resampler[];

  /** @throws {RangeError} The rate cannot be changed. */
  constructor(from: AudioShape, to: AudioShape) {
    this.#channels = to.channels;
    this.#isSame = from.channels === to.channels;
    const resampled = from.sampleRate === to.sampleRate ? 0 : to.channels;
    this.#resamplers = Array.from({ length: resampled }, () => new Resampler(from.sampleRate, to.sampleRate));
  }

  *push(block: AudioBlock): Generator<AudioBlock> {
    const shaped = this.#isSame ? block : this.#spread(mixChannels(block));
    yield* this.#through(shaped, (resampler, samples) => resampler.push(samples));
  }

  *finish(): Generator<AudioBlock> {
    const empty = this.#spread(new Float32Array(0));
    yield* this.#through(empty, (resampler) => resampler.finish());
  }

  #spread(mono: Float32Array<ArrayBuffer>): AudioBlock {
    return Array.from({ length: this.#channels }, () => mono.slice());
  }

  *#through(
    block: AudioBlock,
    run: (resampler: Resampler, samples: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>,
  ): Generator<AudioBlock> {
    const out = this.#resamplers.length === 0
      ? block
      : block.map((samples, c) => run(this.#resamplers[c], samples));
    if (out[0].length > 0) yield out;
  }
}
