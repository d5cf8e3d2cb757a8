import type { AudioBlock } from "./audio.ts";

/** Seconds that are looked at together; speech has parts of opposite phase for shorter times by itself. */
const SPAN_SEC = 0.5;
/** Mean square of what is loud: -60 dB of full scale. Rooms without speech are softer. */
const LOUD = 1e-6;
/** Of the channels' energy so little is left in their mean: 20 dB less. */
const SILENT = 0.01;
/** Energy varies slowly: every fourth sample tells it. */
const STRIDE = 4;
/** Seconds of it that are worth a word in a recording that is otherwise well. */
const LEAST_SEC = 1;

function energy(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += STRIDE) sum += samples[i] * samples[i];
  return sum * STRIDE;
}

/**
 * Finds where the channels of a recording are loud and their mean is silent, as one wire the wrong way round makes it: the
 * networks then hear nothing. Channels that have nothing to do with each other lose 1/N of their energy in the mean of N.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PhaseMeter } from "#lib/audio/phase_meter.ts";
 *
 * const meter = new PhaseMeter({ sampleRate: 8000 });
 * const tone = Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i));
 * meter.push([tone, tone.map((x) => -x)], new Float32Array(16000));
 * assert.match(meter.warning() ?? "", /2 channels that cancel each other .* in 2\.0 of 2\.0 s; .*--channel 0/);
 * ```
 */
export class PhaseMeter {
  readonly #sampleRate: number;
  #channels = 0;
  #frames = 0;
  #total = 0;
  #cancelled = 0;
  #channelEnergy = 0;
  #meanEnergy = 0;

  /** @param options `sampleRate` of the blocks, in Hz. */
  constructor({ sampleRate }: { sampleRate: number }) {
    this.#sampleRate = sampleRate;
  }

  /** The channels, and their mean. */
  push(block: AudioBlock, mean: Float32Array): void {
    this.#channels = block.length;
    for (const samples of block) this.#channelEnergy += energy(samples) / block.length;
    this.#meanEnergy += energy(mean);
    this.#frames += mean.length;
    if (this.#frames >= SPAN_SEC * this.#sampleRate) this.#endSpan();
  }

  #endSpan(): void {
    const isLoud = this.#channelEnergy > LOUD * this.#frames;
    const share = Math.min(SILENT, 0.1 / this.#channels);
    if (isLoud && this.#meanEnergy < share * this.#channelEnergy) this.#cancelled += this.#frames;
    this.#total += this.#frames;
    this.#frames = this.#channelEnergy = this.#meanEnergy = 0;
  }

  /** What to say at the end; undefined where the mean is well. */
  warning(): string | undefined {
    if (this.#frames > 0) this.#endSpan();
    const [cancelledSec, totalSec] = [this.#cancelled / this.#sampleRate, this.#total / this.#sampleRate];
    if (cancelledSec === 0 || cancelledSec < Math.min(LEAST_SEC, totalSec / 2)) return undefined;
    return `has ${this.#channels} channels that cancel each other (opposite phase): they are loud and their mean is ` +
      `silent in ${cancelledSec.toFixed(1)} of ${
        totalSec.toFixed(1)
      } s; hear one of them alone (--channel 0)`;
  }
}
