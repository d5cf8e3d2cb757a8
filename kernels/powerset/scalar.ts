import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import type { PowersetOptions } from "./contract.ts";
import { countFrames, powersetClasses } from "./powerset_classes.ts";

/**
 * Hard decision of a powerset network: per frame the class of the largest score, and from it who is active. The first of equal
 * maxima wins (pyannote utils/powerset.py, `to_multilabel`).
 *
 * A NaN among a frame's scores makes all its speakers NaN. (NumPy's and torch's argmax would silently take the NaN's class.)
 *
 * @param scores Row-major (frames, classes), frames of all chunks one after the other; any monotone score will do.
 * @returns Row-major (frames, speakers), 0 or 1.
 * @throws {RangeError} as `powersetClasses`, or when the scores are not whole frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { powersetToMultilabel } from "#kernels/powerset/scalar.ts";
 * const scores = Float32Array.of(-9, -8, -7, -6, -5, -0.1, -5);
 * assert.deepEqual([...powersetToMultilabel(scores)], [1, 0, 1]);
 * ```
 */
export function powersetToMultilabel(
  scores: Float32Array,
  options: PowersetOptions = {},
): Float32Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "powerset", name: "powersetToMultilabel" });
  const sets = powersetClasses(options);
  const frames = countFrames(scores, sets);
  const { speakers, classes, members } = sets;
  const out = new Float32Array(frames * speakers);
  for (let frame = 0; frame < frames; frame++) {
    const at = frame * classes, to = frame * speakers;
    let best = 0;
    let hasNaN = Number.isNaN(scores[at]);
    for (let c = 1; c < classes; c++) {
      if (scores[at + c] > scores[at + best]) best = c;
      hasNaN ||= Number.isNaN(scores[at + c]);
    }
    for (let s = 0; s < speakers; s++) out[to + s] = hasNaN ? NaN : (members[best] >>> s) & 1;
  }
  return out;
}
