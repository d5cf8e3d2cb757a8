import { resampledLength } from "./resampled_length.ts";
import { type SincKernel, sincKernel } from "./sinc_kernel.ts";

/**
 * Outputs that wait for the recording's length: torchaudio rounds it to float32, which takes away up to 8 samples
 * after four hours at 16 kHz, and 128 after 37.
 */
const HELD = 1024;

/**
 * Changes the sample rate of one channel as `torchaudio.functional.resample` does, in blocks: however a signal is cut,
 * the outputs are the same bits. Sums are taken in float64 and rounded once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Resampler } from "#lib/audio/resampler.ts";
 *
 * const resampler = new Resampler(8000, 16000);
 * const parts = [resampler.push(new Float32Array(3000)), resampler.push(new Float32Array(5000)), resampler.finish()];
 * assert.equal(parts.reduce((sum, part) => sum + part.length, 0), 16000);
 * ```
 */
export class Resampler {
  readonly #kernel: SincKernel;
  /** Inputs that later outputs need, the first of them at `#start`. */
  #inputs: Float32Array<ArrayBuffer>;
  #start: number;
  #pushed = 0;
  /** Outputs made so far; the last `#held` of them were not given away yet. */
  #made = 0;
  #held = new Float32Array(0);

  /**
   * @param fromRate Hz of the inputs, a positive integer.
   * @param toRate Hz of the outputs, a positive integer.
   * @throws {RangeError} See {@linkcode sincKernel}.
   */
  constructor(fromRate: number, toRate: number) {
    this.#kernel = sincKernel(fromRate, toRate);
    this.#start = this.#kernel.first[0];
    this.#inputs = new Float32Array(-this.#start);
  }

  /** Takes the next inputs; gives the next outputs, which lag behind by the filter and {@linkcode HELD}. */
  push(block: Float32Array): Float32Array<ArrayBuffer> {
    this.#pushed += block.length;
    this.#take(block);
    return this.#give(Math.max(0, this.#held.length - HELD));
  }

  /** The outputs that are left, when all inputs were pushed. */
  finish(): Float32Array<ArrayBuffer> {
    const { from, to, length } = this.#kernel;
    this.#take(new Float32Array(length + from));
    const available = (Math.floor(this.#pushed / from) + 1) * to;
    const total = Math.min(available, resampledLength(this.#pushed, { fromRate: from, toRate: to }));
    return this.#give(this.#held.length - (this.#made - total));
  }

  /** Makes every output that the inputs so far allow. */
  #take(block: Float32Array): void {
    const { from, to, first, length, taps } = this.#kernel;
    const inputs = new Float32Array(this.#inputs.length + block.length);
    inputs.set(this.#inputs);
    inputs.set(block, this.#inputs.length);
    const end = this.#start + inputs.length;
    const outputs = new Float32Array(
      this.#held.length + Math.max(0, Math.ceil((end - this.#start) * to / from) + to),
    );
    outputs.set(this.#held);
    let count = this.#held.length;
    let cycle = Math.floor(this.#made / to);
    let phase = this.#made % to;
    let at = cycle * from + first[phase];
    while (at + length <= end) {
      const offset = at - this.#start;
      const row = phase * length;
      let sum = 0;
      for (let k = 0; k < length; k++) sum += taps[row + k] * inputs[offset + k];
      outputs[count++] = sum;
      if (++phase === to) {
        phase = 0;
        cycle++;
      }
      at = cycle * from + first[phase];
    }
    this.#made = cycle * to + phase;
    this.#inputs = inputs.slice(Math.min(at, end) - this.#start);
    this.#start = Math.min(at, end);
    this.#held = outputs.subarray(0, count);
  }

  #give(count: number): Float32Array<ArrayBuffer> {
    const given = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return given;
  }
}
