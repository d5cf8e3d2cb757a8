/** Which hypothesis speaker stands for which reference speaker. */
import { type ScoredRegions } from "./scored_regions.ts";
import { speakerTimes } from "./speaker_times.ts";
import { linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";

/**
 * The one-to-one mapping that shares the most time: for each hypothesis speaker the index of its reference speaker, or -1.
 * Pairs that share no time are not mapped (pyannote.metrics' `HungarianMapper`, md-eval's `map_speakers`). Ties fall as
 * SciPy's assignment breaks them over labels in ascending order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { speakerMapping } from "#lib/metrics/speaker_mapping.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 4), "ann").add(new Segment(4, 9), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 5), "x").add(new Segment(5, 6), "y").add(new Segment(6, 9), "z");
 * assert.deepEqual([...speakerMapping(scoredRegions(reference, hypothesis))], [0, -1, 1]);
 * ```
 */
export function speakerMapping(regions: ScoredRegions): Int32Array {
  const rows = regions.hypothesis.labels.length;
  const columns = regions.reference.labels.length;
  const { shared } = speakerTimes(regions, { over: regions.mapOver, merged: false });
  const assignment = linearSumAssignment(shared, { rows, columns, maximize: true });
  const mapping = new Int32Array(rows).fill(-1);
  assignment.rows.forEach((row, i) => {
    const column = assignment.columns[i];
    if (shared[row * columns + column] > 0) mapping[row] = column;
  });
  return mapping;
}
