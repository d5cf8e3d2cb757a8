import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";
import { segmentStatistics, statisticsColumns } from "./segment_statistics.ts";
import { speechSegments } from "./speech_segments.ts";

/**
 * Where two or more speak at once, by the segmentation network. The row: overlap_ratio of the whole, overlap_of_speech of what is speech
 * (null where nobody speaks), and how long stretches are (`overlap_*`).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { overlapProcessor } from "#lib/corpus/processors/overlap_processor.ts";
 * assert.deepEqual(overlapProcessor().needs, ["segmentations"]);
 * ```
 */
export function overlapProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "overlap",
    title: "where two or more speak at once",
    needs: ["segmentations"],
    columns: { overlap_ratio: "float", overlap_of_speech: "float", ...statisticsColumns("overlap") },
    segments: {},
    async process(input) {
      const durationSec = await input.durationSec();
      const segmentations = await input.segmentations();
      const segments = speechSegments(segmentations, { durationSec, speakers: 2 });
      const overlap = segmentStatistics("overlap", segments);
      const { speech_sum } = segmentStatistics("speech", speechSegments(segmentations, { durationSec }));
      const sum = overlap.overlap_sum as number, speech = speech_sum as number;
      return {
        scalars: {
          overlap_ratio: sum / durationSec,
          overlap_of_speech: speech === 0 ? null : sum / speech,
          ...overlap,
        },
        segments,
      };
    },
  });
}
