import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { pyannoteErrorRate } from "#lib/metrics/pyannote_error_rate.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import type { LabelledTrack } from "#lib/timeline/track_set.ts";
import type { RttmReport } from "./report.ts";

/**
 * Compare a diarization with a reference as RTTM lines: turns, order, labels, and times at the reference's number of decimals.
 * The reference's order is that of its file: tracks read from RTTM are named by their line.
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
  const lines = rttmLines([...actual.itertracks({ yieldLabel: true })], uri, options);
  const expected = rttmLines(inFileOrder(reference), uri, options);
  const at = expected.findIndex((line, i) => line !== lines[i]);
  const line = at >= 0 ? at : lines.length > expected.length ? expected.length : -1;
  const [left, right] = [reference, actual].map((turns) => asWritten(turns, { ...options, warn: () => {} }));
  return {
    identical: line < 0,
    turns: lines.length,
    referenceTurns: expected.length,
    speakers: actual.labels().length,
    referenceSpeakers: reference.labels().length,
    der: pyannoteErrorRate(diarizationErrorRate(left, right)),
    ...(line < 0 ? {} : {
      firstDifference: {
        line: line + 1,
        actual: lines[line] ?? "(no line)",
        expected: expected[line] ?? "(no line)",
      },
    }),
  };
}

function rttmLines(
  tracks: readonly LabelledTrack[],
  uri: string,
  options: { readonly decimals: number },
): string[] {
  return tracks.map(([segment, , label]) =>
    formatRttm(new Annotation({ uri }).add(segment, label), options).trimEnd()
  );
}

/** An annotation is sorted by time, so swapped lines show in the names of the tracks only. */
function inFileOrder(reference: Annotation): LabelledTrack[] {
  return [...reference.itertracks({ yieldLabel: true })].sort(([, a], [, b]) => Number(a) - Number(b) || 0);
}
