import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { formatRttm, parseRttm } from "#lib/timeline/rttm.ts";
import type { RttmReport } from "./report.ts";

/**
 * Compare a diarization with a reference as RTTM lines: turns, order, labels, and times at the reference's number of decimals.
 *
 * @param options `decimals` of the reference's times.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareRttm } from "#lib/parity/compare_rttm.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const turn = (start: number) => new Annotation({ uri: "a" }).add(new Segment(start, 2), "ann");
 * assert.equal(compareRttm(turn(1.0001), turn(1), { decimals: 3 }).identical, true);
 * assert.equal(compareRttm(turn(1.001), turn(1), { decimals: 3 }).identical, false);
 * ```
 */
export function compareRttm(
  actual: Annotation,
  reference: Annotation,
  options: { readonly decimals: number },
): RttmReport {
  const uri = reference.uri ?? "recording";
  const text = formatRttm(Annotation.fromTracks(actual.itertracks({ yieldLabel: true }), { uri }), options);
  const expectedText = formatRttm(
    Annotation.fromTracks(reference.itertracks({ yieldLabel: true }), { uri }),
    options,
  );
  const lines = text.split("\n").slice(0, -1);
  const expected = expectedText.split("\n").slice(0, -1);
  const at = expected.findIndex((line, i) => line !== lines[i]);
  const line = at >= 0 ? at : lines.length > expected.length ? expected.length : -1;
  const written = parseRttm(text).get(uri) ?? new Annotation({ uri });
  return {
    identical: line < 0,
    turns: lines.length,
    referenceTurns: expected.length,
    speakers: actual.labels().length,
    referenceSpeakers: reference.labels().length,
    der: diarizationErrorRate(reference, written).der,
    ...(line < 0 ? {} : {
      firstDifference: {
        line: line + 1,
        actual: lines[line] ?? "(no line)",
        expected: expected[line] ?? "(no line)",
      },
    }),
  };
}
