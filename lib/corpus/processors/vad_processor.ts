import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";
import { segmentsBetween, segmentStatistics, statisticsColumns } from "./segment_statistics.ts";
import { speechSegments } from "./speech_segments.ts";

/** How speech is put together. */
export interface VadOptions {
  /** Pauses up to this long are closed, in seconds. @default {0} */
  readonly closeGapSec?: number;
  /** Speech that is shorter is left out, in seconds. @default {0} */
  readonly leastSec?: number;
}

/**
 * Where somebody speaks, by the segmentation network. The row: speech_ratio of the whole, how many stretches of speech and of silence, and
 * how long (`speech_*`, `nospch_*`), in the names of Dataloader++.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vadProcessor } from "#lib/corpus/processors/vad_processor.ts";
 * assert.deepEqual(vadProcessor({ closeGapSec: 0.1 }).settings, { closeGapSec: 0.1, leastSec: 0 });
 * ```
 */
export function vadProcessor(options: VadOptions = {}): FeatureProcessor {
  const { closeGapSec = 0, leastSec = 0 } = options;
  return defineProcessor({
    name: "vad",
    title: "where somebody speaks",
    needs: ["segmentations"],
    settings: { closeGapSec, leastSec },
    columns: {
      speech_ratio: "float",
      n_speech_segments: "int",
      n_silence_segments: "int",
      ...statisticsColumns("speech"),
      ...statisticsColumns("nospch"),
    },
    segments: {},
    async process(input) {
      const durationSec = await input.durationSec();
      const segments = speechSegments(await input.segmentations(), { durationSec, closeGapSec, leastSec });
      const silence = segmentsBetween(segments, durationSec);
      const speech = segmentStatistics("speech", segments);
      return {
        scalars: {
          speech_ratio: (speech.speech_sum as number) / durationSec,
          n_speech_segments: segments.length,
          n_silence_segments: silence.length,
          ...speech,
          ...segmentStatistics("nospch", silence),
        },
        segments,
      };
    },
  });
}
