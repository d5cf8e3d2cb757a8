import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";
import type { FeatureSegment } from "./feature.ts";
import { segmentStatistics, statisticsColumns } from "./segment_statistics.ts";

/**
 * Who speaks when, by the whole pipeline of the preset: a turn each in the table of segments, with its speaker as `label`. The row: how
 * many speakers, and how many turns and how long (`turn_*`; where several speak, each counts).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diarizationProcessor } from "#lib/corpus/processors/diarization_processor.ts";
 * assert.deepEqual(diarizationProcessor().segments, { label: "text" });
 * ```
 */
export function diarizationProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "diarization",
    title: "who speaks when",
    needs: ["turns"],
    columns: { n_speakers: "int", ...statisticsColumns("turn") },
    segments: { label: "text" },
    async process(input) {
      const turns = await input.turns();
      const segments = [...turns.itertracks({ yieldLabel: true })].map((
        [{ start, end }, , label],
      ): FeatureSegment => ({
        onset: start,
        offset: end,
        label: `${label}`,
      }));
      return {
        scalars: { n_speakers: turns.labels().length, ...segmentStatistics("turn", segments) },
        segments,
      };
    },
  });
}
