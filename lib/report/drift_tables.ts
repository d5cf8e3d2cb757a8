/** The tables of a page on drift. */
import type { Bisection, HybridOutcome } from "#lib/parity/drift/bisection.ts";
import type { Margins } from "#lib/parity/drift/margins.ts";
import type { DriftSpot, RunDifference, TurnsDifference } from "#lib/parity/drift/run_difference.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { shortNumber } from "#lib/parity/parity_columns.ts";
import { ROUNDING_SEC } from "#lib/plots/lane_rows.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import type { Cell, Column, Table } from "./report.ts";

/** The most stretches of time that are listed. */
const MOST_ERRORS = 40;

function columns(
  words: readonly string[],
  numbers: readonly string[] = [],
  rest: readonly string[] = [],
): Column[] {
  const plain = (titles: readonly string[]) => titles.map((title) => ({ title }));
  return [...plain(words), ...numbers.map((title) => ({ title, isNumber: true })), ...plain(rest)];
}

/** A moment that can be heard where there is a recording. */
function moment(startSec: number | undefined, recording: string | undefined): Cell {
  if (startSec === undefined) return "-";
  const text = clockTime(startSec);
  // Chunks before the recording's start begin below 0.
  return recording === undefined ? text : { text, heardAt: { recording, startSec: Math.max(0, startSec) } };
}

/** Small ones by their power of ten, rounded up; others as they are read most easily. */
function plainNumber(value: number | null): string {
  return value !== null && value >= 1e-3 && value < 1e4
    ? `${Number(value.toPrecision(3))}`
    : shortNumber(value);
}

function place({ at }: DriftSpot): string {
  // A cluster that nobody is in has no chunk to name.
  return Object.entries(at).flatMap(([axis, index]) => index === undefined ? [] : [`${axis} ${index}`]).join(
    ", ",
  );
}

/**
 * Every quantity of both runs: its errors, the decisions that changed, and where it first differs.
 *
 * @param recording Name of the page's recording, if it has one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { quantitiesTable } from "#lib/report/drift_tables.ts";
 * const window = { startSec: 0, durationSec: 10, stepSec: 1 };
 * const nothing = { a: "a", b: "b", identical: true, quantities: [], onlyIn: { a: [], b: [] } };
 * assert.deepEqual(quantitiesTable({ ...nothing, chunks: window, frames: window }).rows, []);
 * ```
 */
export function quantitiesTable({ quantities }: RunDifference, recording?: string): Table {
  return {
    caption: "B against A. Bars are logarithmic, from 1e-17 to 1; the mark is what rounding explains.",
    columns: columns(
      ["stage", "quantity"],
      ["largest error", "99.9 % below", "values that differ", "decisions changed"],
      ["first", "where"],
    ),
    rows: quantities.map((one): Cell[] => {
      const {
        stage,
        quantity,
        maxAbs,
        percentiles,
        differing,
        compared,
        decisions,
        tolerance,
        beyondTolerance,
      } = one;
      const spot = one.firstBeyond ?? one.first;
      return [
        stage,
        quantity,
        {
          text: plainNumber(maxAbs),
          ...(maxAbs !== null && maxAbs > 0 && { bar: { error: maxAbs, tolerance } }),
          ...(beyondTolerance && { tone: "bad" as const }),
        },
        plainNumber(percentiles["99.9"]),
        differing === 0 ? "none" : `${differing} of ${compared}`,
        decisions === undefined ? "-" : `${decisions.changed} of ${decisions.total} ${decisions.what}`,
        moment(spot?.startSec, recording),
        spot === undefined ? "-" : { text: place(spot), isLong: true },
      ];
    }),
  };
}

/**
 * Where the turns differ, the longest stretches first in time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnErrorsTable } from "#lib/report/drift_tables.ts";
 * const errors = [{ startSec: 1, endSec: 2.5, kind: "missed" }] as const;
 * const rates = { der: 0.1, missed: 1.5, falseAlarm: 0, confusion: 0, total: 15 };
 * const counts = { turns: [1, 1], speakers: [1, 1] } as const;
 * const table = turnErrorsTable({ identical: false, ...counts, ...rates, errors, errorCount: 1 });
 * assert.deepEqual(table.rows, [["0:01.00", "missed", "1.500 s"]]);
 * ```
 */
export function turnErrorsTable({ errors, errorCount }: TurnsDifference, recording?: string): Table {
  const lengthOf = ({ startSec, endSec }: TurnsDifference["errors"][number]) => endSec - startSec;
  const longest = errors.filter((error) => lengthOf(error) > ROUNDING_SEC)
    .sort((x, y) => lengthOf(y) - lengthOf(x)).slice(0, MOST_ERRORS);
  return {
    caption: longest.length < errorCount
      ? `The ${longest.length} longest of ${errorCount} stretches in which the turns differ.`
      : "Where the turns differ.",
    columns: [{ title: "from" }, { title: "what" }, { title: "length", isNumber: true }],
    rows: longest.sort((x, y) => x.startSec - y.startSec).map((error) => [
      moment(error.startSec, recording),
      error.kind,
      formatSeconds(lengthOf(error)),
    ]),
  };
}

/**
 * What each stage has to do with the difference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bisectionTable } from "#lib/report/drift_tables.ts";
 * const same = { identical: true, der: 0 };
 * const stages = [{ stage: "plda", by: "rerun", differs: [], own: same, handOver: same }] as const;
 * const rest = { a: "a", b: "b", whole: same, verdict: "", notes: [], stagesRun: 1 };
 * assert.equal(bisectionTable({ ...rest, stages }).rows.length, 1);
 * ```
 */
export function bisectionTable(bisection: Bisection, recording?: string): Table {
  const { stages, culprit, smallest, notes } = bisection;
  const least = smallest &&
    ` Of ${smallest.artefact}, ${smallest.enough} of the ${smallest.differing} that differ (by ${smallest.unit}) ` +
      `${smallest.enough === 1 ? "is" : "are"} enough${
        smallest.spots[0] ? `, at ${place(smallest.spots[0])}` : ""
      }.`;
  return {
    caption: `A's run with one stage as B's, and B's run handed over to A after each stage.${least ?? ""}` +
      notes.map((note) => ` ${note}`).join(""),
    columns: columns(["stage", "its own result", "A with it", "B until here"], [], ["first heard"]),
    rows: stages.map(({ stage, differs, own, handOver }): Cell[] => [
      stage === culprit ? { text: `${stage}: this one`, tone: "bad" } : stage,
      differs.length === 0
        ? "the same"
        : differs.map(({ artefact, maxAbs }) => `${artefact} by ${plainNumber(maxAbs)}`).join(", "),
      outcome(own),
      outcome(handOver),
      moment(own.startSec, recording),
    ]),
  };
}

function outcome({ identical, der, fault }: HybridOutcome): Cell {
  if (fault !== undefined) return { text: fault, tone: "quiet", isLong: true };
  return identical ? { text: "A's turns", tone: "good" } : { text: `DER ${formatPercent(der)}`, tone: "bad" };
}

/**
 * The decisions of a run that were nearest to falling otherwise.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { marginsTable } from "#lib/report/drift_tables.ts";
 * const nothing = { run: "a", lists: [], nearestMeasured: [], nearestCounted: [], missing: [] };
 * assert.match(marginsTable(nothing).caption, /^a:/);
 * ```
 */
export function marginsTable(margins: Margins, recording?: string): Table {
  const { run, nearestMeasured, missing } = margins;
  const absent = missing.map(({ kind, why }) => ` Without ${kind}: ${why}.`).join("");
  return {
    caption:
      `${run}: the ${nearestMeasured.length} decisions nearest to falling otherwise, of those that measure.${absent}`,
    columns: columns(["decision"], ["value", "threshold", "distance", "relative"], ["when", "where"]),
    rows: nearestMeasured.map((margin): Cell[] => [
      margin.kind,
      ...[margin.value, margin.threshold, margin.distance, margin.relative].map((x) => x.toPrecision(4)),
      moment(margin.startSec, recording),
      place(margin),
    ]),
  };
}
