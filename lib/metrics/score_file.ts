/** All measures of one recording. */
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { quotable } from "#lib/timeline/timeline_file_error.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type DetectionErrorRate, detectionErrorRateOf } from "./detection_error_rate.ts";
import {
  type DiarizationErrorRate,
  diarizationErrorRateOf,
  type DiarizationErrors,
} from "./diarization_error_rate.ts";
import { fMeasure } from "./f_measure.ts";
import { type JaccardErrorRate, jaccardErrorRateOf } from "./jaccard_error_rate.ts";
import { type Purity, purityOf } from "./purity.ts";
import { scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";
import { speakerMapping } from "./speaker_mapping.ts";

/** Every measure, of one recording or of many. */
export interface Scores {
  readonly diarization: DiarizationErrors;
  readonly jaccard: JaccardErrorRate;
  /** Without collar and with overlap, whatever the other measures use. */
  readonly purity: Purity;
  /** As purity. */
  readonly coverage: Coverage;
  /** Harmonic mean of purity and coverage. */
  readonly purityCoverageF: number;
  readonly detection: DetectionErrorRate;
}

/** The scores of one recording. */
export interface FileScore extends Scores {
  readonly uri: string;
  readonly diarization: DiarizationErrorRate;
  /** What must be known of the figures: that nothing was scored, and why. */
  readonly warnings: readonly string[];
}

/** `scoreFile`'s options. */
export interface ScoreFileOptions extends ScoringOptions {
  /** The recording's name in the result. */
  readonly uri: string;
}

/**
 * Every measure of one recording, from one sweep and one speaker mapping.
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoreFile } from "#lib/metrics/score_file.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(0, 6), "x");
 * const { uri, diarization, purity, coverage } = scoreFile(reference, hypothesis, { uri: "talk" });
 * assert.deepEqual([uri, diarization.der, purity.purity, coverage.coverage], ["talk", 0.25, 1, 0.75]);
 * ```
 */
export function scoreFile(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoreFileOptions,
): FileScore {
  const regions = scoredRegions(reference, hypothesis, options);
  const mapping = speakerMapping(regions);
  const purity = purityOf(regions);
  const coverage = coverageOf(regions);
  const diarization = diarizationErrorRateOf(regions, mapping);
  return {
    uri: options.uri,
    diarization,
    jaccard: jaccardErrorRateOf(regions, mapping),
    purity,
    coverage,
    purityCoverageF: fMeasure(purity.purity, coverage.coverage),
    detection: detectionErrorRateOf(regions),
    warnings: diarization.total > 0 ? [] : [nothingScored(reference, diarization, options)],
  };
}

/** Why a reference has no scored speech. */
function nothingScored(
  reference: Annotation,
  { falseAlarm }: DiarizationErrorRate,
  { uri, uem, noEval, collarSec = 0 }: ScoreFileOptions,
): string {
  const nothing = `nothing of ${quotable(uri)} is scored`;
  const turns = reference.getTimeline();
  if (turns.size === 0) {
    const claimed = falseAlarm > 0 ? `, while the hypothesis claims ${formatSeconds(falseAlarm)}` : "";
    return `${nothing}: nobody speaks in its reference${claimed}.`;
  }
  const span = ({ start, end }: Segment): string =>
    [start, end].map((sec) => formatSeconds(sec, { unit: "" })).join(" to ") + " s";
  if (uem !== undefined && turns.crop(uem).size === 0) {
    const { start, end } = uem.extent();
    if (!(end > start)) return `${nothing}: its UEM is empty.`;
    const inMillis = turns.crop(new Segment(start / 1000, end / 1000)).size > 0;
    const parts = [...uem];
    const said = parts.slice(0, 3).map(span).join(", ") + (parts.length > 3 ? ", ..." : "");
    return `${nothing}: its UEM lies outside what is said (it has ${said}; the reference speaks from ` +
      `${span(turns.extent())})${start > 0 && inMillis ? "; is it in milliseconds?" : "."}`;
  }
  const zones = noEval !== undefined && noEval.size > 0 ? ["no-score parts"] : [];
  if (collarSec > 0) zones.unshift("collars");
  return `${nothing}: ${zones.length > 0 ? zones.join(" and ") : "what is left out"} cover all of its turns.`;
}
