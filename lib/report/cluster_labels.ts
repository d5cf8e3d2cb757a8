import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";

/**
 * The speaker that each cluster became: clusters that speak in any frame, sorted as text ("10" before "2"), are SPEAKER_00,
 * SPEAKER_01, ..., as pyannote has it.
 *
 * @param frames (T, columns) of 0 and 1.
 * @returns A name for each column; undefined for one that never speaks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { clusterLabels } from "#lib/report/cluster_labels.ts";
 * const frames = ndArray("f4", [2, 3], Float32Array.of(1, 0, 0, 0, 0, 1));
 * assert.deepEqual(clusterLabels(frames), ["SPEAKER_00", undefined, "SPEAKER_01"]);
 * ```
 */
export function clusterLabels(frames: Artefacts["discreteDiarization"]): (string | undefined)[] {
  const [count, columns] = frames.shape;
  const speaks = new Set<number>();
  for (let t = 0; t < count; t++) {
    for (let k = 0; k < columns; k++) if (frames.data[t * columns + k] > 0) speaks.add(k);
  }
  const sorted = [...speaks].map(String).sort(compareCodePoints);
  return Array.from({ length: columns }, (_, k) => {
    const place = sorted.indexOf(`${k}`);
    return place < 0 ? undefined : `SPEAKER_${`${place}`.padStart(2, "0")}`;
  });
}
