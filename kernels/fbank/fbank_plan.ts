import { type FbankOptions, FFT_LENGTH } from "./contract.ts";

/** Checked options and the sizes that follow from them. */
export interface FbankPlan extends Required<FbankOptions> {
  /** Samples of each clip. */
  readonly samples: number;
  /** Frames of each clip. */
  readonly frames: number;
}

/**
 * Checks the options of `fbank` against the number of samples, and fills in the defaults.
 *
 * @param length Samples of all clips together.
 * @throws {RangeError} on a clip shorter than a frame, clips of unequal length, or an option out of its range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbankPlan } from "#kernels/fbank/fbank_plan.ts";
 * assert.equal(fbankPlan(160_000).frames, 998);
 * assert.equal(fbankPlan(1600, { batch: 2 }).frames, 3);
 * assert.throws(() => fbankPlan(399), /399 samples; a frame has 400/);
 * ```
 */
export function fbankPlan(length: number, options: FbankOptions = {}): FbankPlan {
  const { batch = 1, sampleRate = 16000, frameLength = 400, frameShift = 160, melBins = 80 } = options;
  const { lowHz = 20, highHz = 8000, preemphasis = 0.97, scale = 32768, removeMean = false } = options;
  whole("batch", batch, 1, Infinity);
  whole("frameLength", frameLength, 2, FFT_LENGTH);
  whole("frameShift", frameShift, 1, Infinity);
  whole("melBins", melBins, 1, FFT_LENGTH / 2);
  if (!(sampleRate > 0 && sampleRate < Infinity)) {
    throw new RangeError(`sampleRate is ${sampleRate}; it must be positive`);
  }
  if (!(lowHz >= 0 && lowHz < highHz && highHz <= sampleRate / 2)) {
    const range = `0 and half of sampleRate, ${sampleRate / 2}`;
    throw new RangeError(
      `The filters run from ${lowHz} to ${highHz} Hz; both must lie in order between ${range}`,
    );
  }
  if (!(preemphasis >= 0 && preemphasis <= 1)) {
    throw new RangeError(`preemphasis is ${preemphasis}; it must lie from 0 to 1`);
  }
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`scale is ${scale}; it must be positive`);
  if (length % batch !== 0) {
    throw new RangeError(`${length} samples do not make ${batch} clips of one length`);
  }
  const samples = length / batch;
  if (samples < frameLength) {
    throw new RangeError(`A clip has ${samples} samples; a frame has ${frameLength}`);
  }
  const frames = 1 + Math.floor((samples - frameLength) / frameShift);
  return {
    ...{ batch, sampleRate, frameLength, frameShift, melBins, lowHz, highHz, preemphasis, scale, removeMean },
    ...{ samples, frames },
  };
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${name} is ${value}; it must be a whole number ${range}`);
}
