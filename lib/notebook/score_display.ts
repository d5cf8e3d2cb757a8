import type { DiarizationErrors } from "#lib/metrics/diarization_error_rate.ts";
import type { Scores } from "#lib/metrics/score_file.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

const percent = (share: number) => formatPercent(share);
const seconds = (sec: number) => formatSeconds(sec, { unit: "" });

/**
 * The forms of a diarization error rate and its parts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorRateDisplay } from "#lib/notebook/score_display.ts";
 * const errors = { der: 0.25, total: 8, correct: 6, missed: 2, falseAlarm: 0, confusion: 0 };
 * assert.match(errorRateDisplay(errors)["text/plain"], /25\.00 % +2\.000 +0\.000 +0\.000 +8\.000/);
 * ```
 */
export function errorRateDisplay(errors: DiarizationErrors): MimeBundle {
  return tableBundle([{
    "DER": percent(errors.der),
    "missed (s)": seconds(errors.missed),
    "false alarm (s)": seconds(errors.falseAlarm),
    "confusion (s)": seconds(errors.confusion),
    "reference speech (s)": seconds(errors.total),
  }]);
}

/**
 * The forms of all measures of a recording.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoreFile } from "#lib/metrics/score_file.ts";
 * import { scoreDisplay } from "#lib/notebook/score_display.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(0, 6), "x");
 * const shown = scoreDisplay(scoreFile(reference, hypothesis, { uri: "talk" }));
 * assert.match(shown["text/plain"], /talk +25\.00 % +25\.00 % +100\.00 % +75\.00 %/);
 * ```
 */
export function scoreDisplay(scores: Scores & { readonly uri?: string }): MimeBundle {
  return tableBundle([{
    ...scores.uri === undefined ? {} : { recording: scores.uri },
    "DER": percent(scores.diarization.der),
    "JER": percent(scores.jaccard.jer),
    "purity": percent(scores.purity.purity),
    "coverage": percent(scores.coverage.coverage),
    "detection error": percent(scores.detection.rate),
  }]);
}
