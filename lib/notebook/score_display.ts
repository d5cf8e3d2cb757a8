import type { DiarizationErrors } from "#lib/metrics/diarization_error_rate.ts";
import type { Coverage } from "#lib/metrics/coverage.ts";
import type { DetectionErrorRate } from "#lib/metrics/detection_error_rate.ts";
import type { JaccardErrorRate } from "#lib/metrics/jaccard_error_rate.ts";
import type { Purity } from "#lib/metrics/purity.ts";
import type { Scores } from "#lib/metrics/score_file.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

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
    "DER": formatPercent(errors.der),
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
    "DER": formatPercent(scores.diarization.der),
    "JER": formatPercent(scores.jaccard.jer),
    "purity": formatPercent(scores.purity.purity),
    "coverage": formatPercent(scores.coverage.coverage),
    "detection error": formatPercent(scores.detection.rate),
  }]);
}

/**
 * The forms of a Jaccard error rate: the mean over the reference's speakers of how far each was missed or taken for another.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { jaccardDisplay } from "#lib/notebook/score_display.ts";
 * const shown = jaccardDisplay({ jer: 0.25, speakerError: 0.5, speakers: 2, hypothesisSpeakers: 3 });
 * assert.match(shown["text/plain"], /25\.00 % +2 +3/);
 * ```
 */
export function jaccardDisplay({ jer, speakers, hypothesisSpeakers }: JaccardErrorRate): MimeBundle {
  return tableBundle([{
    "JER": formatPercent(jer),
    "speakers": speakers,
    "speakers of the hypothesis": hypothesisSpeakers,
  }]);
}

/**
 * The forms of a detection error rate: speech against silence, whoever speaks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectionDisplay } from "#lib/notebook/score_display.ts";
 * const parts = { total: 8, detected: 6, missed: 2, falseAlarm: 0, precision: 1, recall: 0.75, fMeasure: 0.857 };
 * assert.match(detectionDisplay({ rate: 0.25, ...parts })["text/plain"], /25\.00 % +2\.000 +0\.000/);
 * ```
 */
export function detectionDisplay(errors: DetectionErrorRate): MimeBundle {
  return tableBundle([{
    "detection error": formatPercent(errors.rate),
    "missed (s)": seconds(errors.missed),
    "false alarm (s)": seconds(errors.falseAlarm),
    "precision": formatPercent(errors.precision),
    "recall": formatPercent(errors.recall),
    "reference speech (s)": seconds(errors.total),
  }]);
}

/**
 * The forms of a purity or a coverage.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { purityDisplay } from "#lib/notebook/score_display.ts";
 * assert.match(purityDisplay({ purity: 0.75, total: 8, dominant: 6 })["text/plain"], /^purity .*\n.*\n75\.00 % +6\.000 +8\.000/);
 * ```
 */
export function purityDisplay(share: Purity | Coverage): MimeBundle {
  const [name, value] = "purity" in share ? ["purity", share.purity] : ["coverage", share.coverage];
  return tableBundle([{
    [name]: formatPercent(value),
    "by the dominant speaker (s)": seconds(share.dominant),
    "of (s)": seconds(share.total),
  }]);
}
