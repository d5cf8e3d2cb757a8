import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { pyannoteErrorRate } from "#lib/metrics/pyannote_error_rate.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { compareRttm } from "../compare_rttm.ts";
import { changedStretches, whoWasTaken } from "./first_change.ts";
import type { SpeakerChange, TurnError, TurnsDifference } from "./run_difference.ts";

/** Settings of `compareTurns`. */
export interface CompareTurnsOptions {
  /** Decimals of the times that must be equal. @default {3} */
  readonly decimals?: number;
  /** Stretches of error that are listed at most, the longest. @default {500} */
  readonly maxErrors?: number;
}

/**
 * Compare two diarizations: their RTTM line for line, the diarization error rate with A as the reference, and where they differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareTurns } from "#lib/parity/drift/compare_turns.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const turn = (end: number) => new Annotation({ uri: "x" }).add(new Segment(1, end), "ann");
 * const { identical, falseAlarm, errors } = compareTurns(turn(3), turn(4));
 * assert.deepEqual([identical, falseAlarm, errors.length], [false, 1, 1]);
 * assert.deepEqual(errors[0], { startSec: 3, endSec: 4, kind: "false alarm" });
 * ```
 */
export function compareTurns(
  a: Annotation,
  b: Annotation,
  options: CompareTurnsOptions = {},
): TurnsDifference {
  const { decimals = 3, maxErrors = 500 } = options;
  const rttm = compareRttm(b, a, { decimals });
  const [left, right] = [asWritten(a, { decimals }), asWritten(b, { decimals })];
  const rates = diarizationErrorRate(left, right);
  const { missed, falseAlarm, confusion, total, mapping } = rates;
  const der = pyannoteErrorRate(rates);
  const { firstDifference: first } = rttm;
  const renamed = right.renameLabels(mappedNames(right, mapping));
  const stretches = rttm.identical ? [] : changedStretches(left, renamed);
  const errors = joined(stretches);
  const longest = errors.length <= maxErrors
    ? errors
    : errors.toSorted((x, y) => y.endSec - y.startSec - (x.endSec - x.startSec)).slice(0, maxErrors)
      .sort((x, y) => x.startSec - y.startSec);
  return {
    identical: rttm.identical,
    namesOnly: !rttm.identical && der === 0 && sameLines(left, renamed),
    turns: [rttm.referenceTurns, rttm.turns],
    speakers: [rttm.referenceSpeakers, rttm.speakers],
    ...{ der, missed, falseAlarm, confusion, total },
    mapping: Object.fromEntries(mapping),
    ...(stretches.length > 0 && { firstChange: speakerChange(stretches[0], mapping) }),
    ...(first && {
      first: {
        line: first.line,
        a: first.expected,
        b: first.actual,
        startSec: Math.min(...[first.expected, first.actual].map(startOf)),
      },
    }),
    errors: longest,
    errorCount: errors.length,
  };
}

/** B's speakers of a stretch under both their names. */
function speakerChange(
  { startSec, endSec, onlyA, onlyB }: ReturnType<typeof changedStretches>[number],
  mapping: ReadonlyMap<string, string>,
): SpeakerChange {
  const change = {
    onlyA,
    onlyB: onlyB.map((name) => {
      if (name.startsWith("\0")) return { b: name.slice(1) };
      const [b] = [...mapping].find(([, a]) => a === name) ?? [name];
      return { b, a: name };
    }),
  };
  return { startSec, endSec, ...change, words: whoWasTaken(change) };
}

/** Whether turns and names are the same, whatever the order of turns that share their bounds. */
function sameLines(a: Annotation, b: Annotation): boolean {
  const [left, right] = [a, b].map((turns) =>
    [...turns.itertracks({ yieldLabel: true })].map(([{ start, end }, , label]) => `${start} ${end} ${label}`)
      .sort()
  );
  return left.length === right.length && left.every((line, i) => line === right[i]);
}

/** B's labels under A's names; one without a counterpart gets a name that A cannot have. */
function mappedNames(b: Annotation, mapping: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(b.labels().map((label) => [label, mapping.get(label) ?? `\0${label}`]));
}

function startOf(line: string): number {
  const start = Number(line.split(" ")[3]);
  return Number.isNaN(start) ? Infinity : start;
}

/** Stretches of one kind that touch, whoever they are of, as one. */
function joined(stretches: readonly TurnError[]): TurnError[] {
  const errors: TurnError[] = [];
  for (const { startSec, endSec, kind } of stretches) {
    const last = errors.at(-1);
    if (last?.kind === kind && last.endSec === startSec) errors[errors.length - 1] = { ...last, endSec };
    else errors.push({ startSec, endSec, kind });
  }
  return errors;
}
