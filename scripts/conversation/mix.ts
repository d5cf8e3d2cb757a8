import { Random } from "#lib/synthesis/random.ts";

/** Samples, and where on the recording the first of them goes. */
export interface Part {
  readonly start: number;
  readonly samples: Float32Array;
  /** RMS that it gets, of full scale. */
  readonly level: number;
}

/**
 * Parts added up over a little noise.
 *
 * @returns `length` samples.
 */
export function mix(
  parts: readonly Part[],
  { length, noise, seed }: {
    readonly length: number;
    /** RMS of white noise, of full scale. */
    readonly noise: number;
    readonly seed: number;
  },
): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  const sum = Float64Array.from({ length }, () => noise * random.normal());
  for (const { start, samples, level } of parts) {
    const energy = samples.reduce((total, x) => total + x * x, 0);
    const gain = level / Math.sqrt(energy / samples.length);
    for (let i = 0; i < samples.length; i++) sum[start + i] += gain * samples[i];
  }
  return Float32Array.from(sum);
}
