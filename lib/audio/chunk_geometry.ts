/** Windows over a recording. */
export interface ChunkGeometry {
  /** Seconds of a window. Default: 10. */
  readonly windowSec?: number;
  /** Seconds from one window's start to the next one's. Default: 1. */
  readonly stepSec?: number;
}

/**
 * Window and step in samples: the window rounded down and the step to the nearest, as pyannote does.
 *
 * @param sampleRate Hz.
 * @throws {RangeError} A window or step under one sample, or a step longer than the window, which would leave gaps.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkGeometry } from "#lib/audio/chunk_geometry.ts";
 *
 * assert.deepEqual(chunkGeometry(16000), { window: 160000, step: 16000 });
 * assert.throws(() => chunkGeometry(16000, { windowSec: 1, stepSec: 2 }), RangeError);
 * ```
 */
export function chunkGeometry(
  sampleRate: number,
  geometry: ChunkGeometry = {},
): { window: number; step: number } {
  const { windowSec = 10, stepSec = 1 } = geometry;
  const window = Math.floor(windowSec * sampleRate);
  const step = Math.round(stepSec * sampleRate);
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`A window must have at least one sample, not ${windowSec} s at ${sampleRate} Hz`);
  }
  if (!Number.isSafeInteger(step) || step < 1 || step > window) {
    throw new RangeError(`A step must be in (0, ${windowSec}] s, the window; not ${stepSec} s`);
  }
  return { window, step };
}

/**
 * How many windows a recording has: the full ones, and one padded with zeros where it is shorter than a window or
 * samples are left over. (pyannote.audio core/inference.py, slide)
 *
 * @param samples Length of the recording, 0 or more.
 * @param geometry Window and step, in samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkCount, chunkGeometry } from "#lib/audio/chunk_geometry.ts";
 *
 * const geometry = chunkGeometry(16000);
 * assert.deepEqual([1, 160000, 160001, 176000].map((n) => chunkCount(n, geometry)), [1, 1, 2, 2]);
 * ```
 */
export function chunkCount(samples: number, geometry: { window: number; step: number }): number {
  const { window, step } = geometry;
  return samples < window ? 1 : 1 + Math.ceil((samples - window) / step);
}
