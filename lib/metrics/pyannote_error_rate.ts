import type { DiarizationErrors } from "./diarization_error_rate.ts";

/**
 * The error rate with pyannote.metrics' values where the reference is silent: 0 if the hypothesis is so too, else 1. For
 * comparing two runs, where two that find nobody agree; as a score it would call perfect what was never scored.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
 * import { pyannoteErrorRate } from "#lib/metrics/pyannote_error_rate.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const [nobody, ann] = [new Annotation(), new Annotation().add(new Segment(0, 9), "ann")];
 * assert.equal(pyannoteErrorRate(diarizationErrorRate(nobody, nobody)), 0);
 * assert.equal(pyannoteErrorRate(diarizationErrorRate(nobody, ann)), 1);
 * assert.equal(pyannoteErrorRate(diarizationErrorRate(ann, ann)), 0);
 * ```
 */
export function pyannoteErrorRate({ der, total, falseAlarm }: DiarizationErrors): number {
  if (total > 0) return der;
  return falseAlarm > 0 ? 1 : 0;
}
