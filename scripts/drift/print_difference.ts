/** The comparison of two runs as text. */
import type { QuantityDifference, RunDifference, TurnsDifference } from "#lib/parity/drift/run_difference.ts";
import type { DriftRunDescription } from "#lib/parity/drift/drift_report.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { FULL_WIDTH, type Layout } from "./layout.ts";
import { clock, percent, place, short, sparkline, when, wrapped } from "./words.ts";

/** Stage, artefact, largest, 99.9 %, changed, over time. */
const COLUMNS = [17, 20, 9, 9, 9, 16];
/** Of a narrower terminal: a stage has a line for itself, and time what is left. */
const NARROW = [0, 23, 9, 9, 9];
/** The shortest picture of time that still tells something. */
const LEAST_TIME = 6;

/** Which runs are held against each other. */
export function heading(a: DriftRunDescription, b: DriftRunDescription, { style }: Layout): string[] {
  const line = (letter: string, { name, computed, adapter }: DriftRunDescription) =>
    `${style("bold", `${letter}  ${name}`)}  ${style("dim", adapter ? `${computed}, ${adapter}` : computed)}`;
  return [line("A", a), line("B", b)];
}

/** One row per artefact; the stages beside their first, or above it where the terminal is narrow. */
export function differenceTable({ quantities }: RunDifference, { style, columns }: Layout): string[] {
  const narrow = columns < FULL_WIDTH;
  const rest = columns - NARROW.reduce((sum, width) => sum + width);
  const widths = narrow ? [...NARROW, rest < LEAST_TIME ? 0 : rest] : COLUMNS;
  const cells = (texts: readonly string[]) =>
    texts.map((text, i) => {
      if (widths[i] === 0) return "";
      return i < 2 || i === texts.length - 1
        ? text.padEnd(widths[i])
        : text.padStart(widths[i] - 2).padEnd(widths[i]);
    }).join("").trimEnd();
  const titles = [narrow ? "" : "stage", "artefact", "largest", "99.9 %", "changed", "over time"];
  const lines = [style("bold", cells(titles)), style("dim", "─".repeat(columns))];
  let before = "";
  for (const difference of quantities) {
    const { stage, quantity, differing, maxAbs, percentiles, decisions, beyondTolerance, overTime } =
      difference;
    const isNew = stage !== before;
    before = stage;
    if (narrow && isNew) lines.push(stage);
    const first = isNew ? stage : "", indent = narrow ? "  " : "";
    if (differing === 0 && !beyondTolerance) {
      lines.push(style("dim", cells([first, indent + quantity, "equal", "", "", ""])));
      continue;
    }
    const line = cells([
      first,
      `${indent}${quantity}${sameShape(difference) ? "" : "*"}`,
      short(maxAbs),
      short(percentiles["99.9"]),
      decisions ? percent(decisions.changed, decisions.total) : "",
      overTime ? sparkline(overTime.values, widths[5]) : "",
    ]);
    lines.push(beyondTolerance ? style("red", line) : line);
  }
  if (!quantities.every(sameShape)) {
    lines.push(
      ...wrapped("* of other sizes in A and B; what corresponds was compared", columns, "  ").map((line) =>
        style("dim", line)
      ),
    );
  }
  return lines;
}

const sameShape = ({ shapeA, shapeB }: QuantityDifference): boolean => `${shapeA}` === `${shapeB}`;

/** Columns before what is said of a first or largest difference. */
const LABEL = 11;

/** Where the drift begins, in words. */
export function beginning(
  { quantities, firstBeyondTolerance, firstDiffering }: RunDifference,
  { style, columns }: Layout,
): string[] {
  const stage = firstBeyondTolerance ?? firstDiffering;
  const first = quantities.find((quantity) =>
    quantity.stage === stage && (firstBeyondTolerance === undefined || quantity.beyondTolerance)
  );
  if (first === undefined) return [];
  const { quantity, firstBeyond, worst, tolerance, ulps, notes } = first;
  const what = firstBeyondTolerance === undefined
    ? "that differs, within its tolerance"
    : `beyond its tolerance of ${short(tolerance)}`;
  const lines = [`${style("bold", `${first.stage}: ${quantity}`)} is the first ${what}`];
  const say = (label: string, text: string) =>
    lines.push(...wrapped(`  ${label}`.padEnd(LABEL) + text, columns, " ".repeat(LABEL)));
  const spot = (label: string, at: typeof worst) => {
    if (at === undefined) return;
    say(label, place(at));
    say("", `A ${exact(at.a)}, B ${exact(at.b)}`);
    if (at.a === null || at.b === null || first.type === "i4" || first.type === "u1") return;
    const steps = at.ulps === null ? "" : `, ${short(at.ulps)} ulp`;
    say("", `${short(Math.abs(at.a - at.b))} apart${steps}`);
  };
  spot("first", firstBeyond ?? first.first);
  if (worst && JSON.stringify(worst.at) !== JSON.stringify((firstBeyond ?? first.first)?.at)) {
    spot("largest", worst);
  }
  if (!sameShape(first)) say("shape", `A (${first.shapeA.join(", ")}), B (${first.shapeB.join(", ")})`);
  if (ulps && ulps.counts.length > 0) {
    const last = ulps.counts.length - 1;
    const equal = percent(ulps.equal, first.compared);
    say("ulp", `${equal} equal; the others 1 to 2^${last} ulp apart, a block per power of 2`);
    const blocks = sparkline(ulps.counts, ulps.counts.length);
    const room = columns - LABEL;
    if (blocks.length <= room) say("", blocks);
    else {
      // In several rows, each with the power that it begins with.
      for (let from = 0; from < blocks.length; from += room) {
        say(`2^${from}`, blocks.slice(from, from + room));
      }
    }
  }
  for (const note of notes) {
    lines.push(...wrapped(`  ${note}`, columns, "  ").map((line) => style("dim", line)));
  }
  return lines;
}

const exact = (value: number | null): string => value === null ? "not finite" : `${value}`;

/** The turns of both. */
export function turnLines(turns: TurnsDifference, { style, columns }: Layout): string[] {
  const { identical, der, missed, falseAlarm, confusion, total, first, firstChange, errors, errorCount } =
    turns;
  const [turnsA, turnsB] = turns.turns, [speakersA, speakersB] = turns.speakers;
  const summary = `turns: ${turnsA} in A, ${turnsB} in B; speakers: ${speakersA} and ${speakersB}; DER ${
    formatPercent(der)
  }`;
  if (identical) return wrapped(summary, columns, "  ");
  const parts = `missed ${formatSeconds(missed)}, false alarm ${formatSeconds(falseAlarm)}, confusion ${
    formatSeconds(confusion)
  }`;
  const lines = [
    ...wrapped(summary, columns, "  "),
    ...wrapped(`  ${parts} of ${formatSeconds(total)}`, columns, "    "),
  ];
  if (firstChange) {
    const said = `  first ${when({ startSec: firstChange.startSec })}: ${firstChange.words}`;
    lines.push(...wrapped(said, columns, "    "));
  } else if (!turns.namesOnly) lines.push("  the same speakers at every instant, in other lines");
  const renamed = Object.entries(turns.mapping).filter(([b, a]) => a !== b);
  if (renamed.length > 0) {
    const names = renamed.map(([b, a]) => `${a} is ${b}`).join(", ");
    lines.push(...wrapped(`  by other names in B: ${names}`, columns, "    "));
  }
  if (first) {
    lines.push(
      `  line ${first.line} of RTTM is the first that differs`,
      ...wrapped(`    A ${first.a}`, columns, "      "),
      ...wrapped(`    B ${first.b}`, columns, "      "),
    );
  }
  const longest = errors.toSorted((x, y) => y.endSec - y.startSec - (x.endSec - x.startSec)).slice(0, 5);
  for (const error of longest) {
    const length = error.endSec - error.startSec;
    lines.push(style("dim", `  ${error.kind.padEnd(11)} ${when(error)}`.padEnd(42) + formatSeconds(length)));
  }
  if (errorCount > longest.length) lines.push(style("dim", `  and ${errorCount - longest.length} shorter`));
  return lines;
}

/** Relative errors up to this come of adding up in another order. */
const ROUNDING = 1e-10;

/** All in one sentence. */
export function verdict(difference: RunDifference): string {
  const { identical, firstBeyondTolerance, firstDiffering, turns } = difference;
  const from = firstBeyondTolerance ?? firstDiffering;
  if (identical && from === undefined) return "the same in every stage";
  // What a stage is given may be off within a wide tolerance, and all after it then is beyond a narrow one.
  const visible = difference.quantities.find(({ differing, relativeRms }) =>
    differing > 0 && (relativeRms === null || relativeRms > ROUNDING)
  )?.stage;
  const where = firstBeyondTolerance === undefined
    ? `all stages within tolerance, ${from} the first that differs at all`
    : visible === undefined || visible === from
    ? `${from} is the first stage beyond tolerance`
    : `${visible} is the first stage that differs by more than rounding, ${from} the first beyond tolerance`;
  if (identical) return `the same turns; ${where}`;
  if (turns?.namesOnly) return `the same turns under other names; ${where}`;
  const change = turns?.firstChange;
  const since = change ? ` from ${clock(change.startSec)} on, where ${change.words}` : "";
  return `other turns${since}; ${where}`;
}
