import type { DriftRun } from "./drift_run.ts";

/** From here on, two runs under different names are hardly of one recording; networks that differ in precision alone come to 1 %. */
const MOST_FRAMES = 0.1;

/**
 * Why two runs are hardly of one recording, so that comparing them says nothing: one is longer, or they are of recordings with
 * different names and as many speakers are active in fewer than 90 % of the segmentation's frames.
 *
 * @returns A sentence; undefined where nothing speaks against it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { otherRecording } from "#lib/parity/drift/other_recording.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const [a, b] = await Promise.all(["a_two_speakers", "c_one_chunk"].map(async (name) =>
 *   recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/${name}`))
 * ));
 * assert.match(otherRecording(a, b)!, /^A has 66 chunks and B 1: /);
 * assert.equal(otherRecording(a, a), undefined);
 * ```
 */
export function otherRecording(a: DriftRun, b: DriftRun): string | undefined {
  const [left, right] = [a.artefacts.segmentations, b.artefacts.segmentations];
  if (left === undefined || right === undefined) return undefined;
  const [chunks, frames] = left.shape;
  if (chunks !== right.shape[0]) {
    return `A has ${chunks} chunks and B ${right.shape[0]}: they are of recordings of different lengths.`;
  }
  const [of, other] = [a.artefacts.diarization?.uri, b.artefacts.diarization?.uri];
  if (of === undefined || other === undefined || of === other || frames !== right.shape[1]) return undefined;
  const [x, y] = [left, right].map(({ data, shape }) => activeSlots(data, shape[2]));
  const changed = x.reduce((sum, count, i) => sum + (count === y[i] ? 0 : 1), 0) / x.length;
  if (!(changed > MOST_FRAMES)) return undefined;
  return `A is of ${of} and B of ${other}, and in ${
    Math.round(100 * changed)
  } % of their segmentations' frames ` +
    "not as many speak: they are hardly of one recording.";
}

/** How many slots are active in each frame, in whatever order the slots are. */
function activeSlots(data: ArrayLike<number>, slots: number): number[] {
  return Array.from({ length: data.length / slots }, (_, frame) => {
    let count = 0;
    for (let slot = 0; slot < slots; slot++) if (data[frame * slots + slot] > 0.5) count++;
    return count;
  });
}
