/** The comparison of two runs as text of 80 columns. */
import type { QuantityDifference, RunDifference, TurnsDifference } from "#lib/parity/drift/run_difference.ts";
import type { DriftRunDescription } from "#lib/parity/drift/drift_report.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { Style } from "../cli/style.ts";
import { clock, percent, place, short, sparkline, when, wrapped } from "./words.ts";

const WIDTH = 80;
const COLUMNS = [17, 20, 9, 9, 9, 16];

/** Which runs are held against each other. */
export function heading(a: DriftRunDescription, b: DriftRunDescription, style: Style): string[] {
  const line = (letter: string, { name, computed, adapter }: DriftRunDescription) =>
    `${style("bold", `${letter}  ${name}`)}  ${style("dim", adapter ? `${computed}, ${adapter}` : computed)}`;
  return [line("A", a), line("B", b)];
}

/** One row per artefact. */
export function differenceTable({ quantities }: RunDifference, style: Style): string[] {
  const cells = (texts: readonly string[]) =>
    texts.map((text, i) =>
      i < 2 || i === texts.length - 1
        ? text.padEnd(COLUMNS[i])
        : text.padStart(COLUMNS[i] - 2).padEnd(COLUMNS[i])
    ).join("").trimEnd();
  const titles = ["stage", "artefact", "largest", "99.9 %", "changed", "over time"];
  let before = "";
  const rows = quantities.map((quantity) => {
    const stage = quantity.stage === before ? "" : quantity.stage;
    before = quantity.stage;
    return row(quantity, stage, cells, style);
  });
  const foot = quantities.every(sameShape) ? [] : ["* sizes differ; what corresponds was compared"];
  return [
    style("bold", cells(titles)),
    style("dim", "─".repeat(WIDTH)),
    ...rows,
    ...foot.map((line) => style("dim", line)),
  ];
}

const sameShape = ({ shapeA, shapeB }: QuantityDifference): boolean => `${shapeA}` === `${shapeB}`;

function row(
  difference: QuantityDifference,
  stage: string,
  cells: (texts: readonly string[]) => string,
  style: Style,
): string {
  const { quantity, differing, maxAbs, percentiles, decisions, beyondTolerance, overTime } = difference;
  const changed = decisions ? percent(decisions.changed, decisions.total) : "";
  if (differing === 0 && !beyondTolerance) {
    return style("dim", cells([stage, quantity, "equal", "", "", ""]));
  }
  const mark = sameShape(difference) ? "" : "*";
  const line = cells([
    stage,
    quantity + mark,
    short(maxAbs),
    short(percentiles["99.9"]),
    changed,
    overTime ? sparkline(overTime.values, 16) : "",
  ]);
  return beyondTolerance ? style("red", line) : line;
}

/** Where the drift begins, in words. */
export function beginning(
  { quantities, firstBeyondTolerance, firstDiffering }: RunDifference,
  style: Style,
): string[] {
  const stage = firstBeyondTolerance ?? firstDiffering;
  const first = quantities.find((quantity) =>
    quantity.stage === stage && (firstBeyondTolerance === undefined || quantity.beyondTolerance)
  );
  if (first === undefined) return [];
  const { quantity, firstBeyond, worst, tolerance, ulps, notes } = first;
  const what = firstBeyondTolerance === undefined
    ? "that differs, within tolerance"
    : `beyond ${short(tolerance)}`;
  const lines = [`${style("bold", `${first.stage}: ${quantity}`)} is the first ${what}`];
  const spot = (title: string, at: typeof worst) => {
    if (at === undefined) return;
    lines.push(`  ${title}  ${place(at)}`, `         A ${exact(at.a)}, B ${exact(at.b)}`);
    if (at.a === null || at.b === null || first.type === "i4" || first.type === "u1") return;
    const steps = at.ulps === null ? "" : `, ${short(at.ulps)} ulp`;
    lines.push(`         ${short(Math.abs(at.a - at.b))} apart${steps}`);
  };
  spot("first", firstBeyond ?? first.first);
  if (worst && JSON.stringify(worst.at) !== JSON.stringify((firstBeyond ?? first.first)?.at)) {
    spot("worst", worst);
  }
  if (!sameShape(first)) {
    lines.push(`  shape  A (${first.shapeA.join(", ")}), B (${first.shapeB.join(", ")})`);
  }
  if (ulps && ulps.counts.length > 0) {
    lines.push(
      `  ulp    ${percent(ulps.equal, first.compared)} equal, then by powers of two from 1 to 2^${
        ulps.counts.length - 1
      }`,
      `         ${sparkline(ulps.counts, ulps.counts.length)}`,
    );
  }
  for (const note of notes) lines.push(style("dim", `  ${note}`));
  return lines;
}

const exact = (value: number | null): string => value === null ? "not finite" : `${value}`;

/** The turns of both. */
export function turnLines(turns: TurnsDifference, style: Style): string[] {
  const { identical, der, missed, falseAlarm, confusion, total, first, firstChange, errors, errorCount } =
    turns;
  const sizes = `turns ${turns.turns.join(" | ")}   speakers ${turns.speakers.join(" | ")}`;
  if (identical) return [`${sizes}   DER 0`];
  const parts = `missed ${formatSeconds(missed)}, false alarm ${formatSeconds(falseAlarm)}, confusion ${
    formatSeconds(confusion)
  }`;
  const lines = [`${sizes}   DER ${formatPercent(der)}`, `  ${parts} of ${formatSeconds(total)}`];
  if (firstChange) {
    const said = `  first ${when({ startSec: firstChange.startSec })}: ${firstChange.words}`;
    lines.push(...wrapped(said, "    "));
  } else if (!turns.namesOnly) lines.push("  the same speakers at every instant, in other lines");
  const renamed = Object.entries(turns.mapping).filter(([b, a]) => a !== b);
  if (renamed.length > 0) {
    const names = renamed.map(([b, a]) => `${a} is ${b}`).join(", ");
    lines.push(...wrapped(`  by other names in B: ${names}`, "    "));
  }
  if (first) {
    lines.push(
      `  line ${first.line} of RTTM is the first that differs`,
      `    A ${first.a}`,
      `    B ${first.b}`,
    );
  }
  const longest = errors.toSorted((x, y) => y.endSec - y.startSec - (x.endSec - x.startSec)).slice(0, 5);
  for (const error of longest) {
    const length = error.endSec - error.startSec;
    lines.push(style("dim", `  ${error.kind.padEnd(11)} ${when(error)}`.padEnd(50) + formatSeconds(length)));
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
