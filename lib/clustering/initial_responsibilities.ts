/**
 * Soft responsibilities from hard labels: softmax of `smoothing` times the one-hot labels (pyannote utils/vbx.py:137-149).
 *
 * @param labels One label per vector, from 0.
 * @returns Row-major (labels.length, speakers); `speakers` is the largest label + 1.
 * @throws {RangeError} on a negative label or when there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";
 * const { q0, speakers } = initialResponsibilities(new Int32Array([0, 1]));
 * assert.equal(speakers, 2);
 * assert(Math.abs(q0[0] - 1 / (1 + Math.exp(-7))) < 1e-15);
 * ```
 */
export function initialResponsibilities(
  labels: Int32Array,
  options: { readonly smoothing?: number } = {},
): { q0: Float64Array; speakers: number } {
  const { smoothing = 7 } = options;
  if (labels.length === 0) throw new RangeError("Initial responsibilities need at least one label.");
  const lowest = labels.reduce((low, label) => Math.min(low, label));
  if (lowest < 0) throw new RangeError(`Labels count from 0; one is ${lowest}.`);
  const speakers = labels.reduce((top, label) => Math.max(top, label)) + 1;
  const other = Math.exp(-smoothing);
  const total = 1 + (speakers - 1) * other;
  const q0 = new Float64Array(labels.length * speakers).fill(other / total);
  labels.forEach((label, n) => q0[n * speakers + label] = 1 / total);
  return { q0, speakers };
}
