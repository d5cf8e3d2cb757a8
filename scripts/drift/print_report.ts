/** A drift report as text of 80 columns. */
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { Style } from "../cli/style.ts";
import { amplificationLines } from "./print_amplification.ts";
import { bisectionLines } from "./print_bisection.ts";
import { beginning, differenceTable, heading, turnLines, verdict } from "./print_difference.ts";
import { marginLines } from "./print_margins.ts";

/** All its lines. */
export function reportLines(
  { a, b, difference, bisection, margins, amplification }: DriftReport,
  style: Style,
): string[] {
  const start = beginning(difference, style);
  const { onlyIn, turns, identical } = difference;
  const lone = (["a", "b"] as const).filter((run) => onlyIn[run].length > 0).map((run) =>
    style("dim", `only ${run.toUpperCase()} holds ${onlyIn[run].join(", ")}`)
  );
  return [
    ...heading(a, b, style),
    "",
    ...differenceTable(difference, style),
    ...lone,
    ...(start.length > 0 ? ["", ...start] : []),
    ...(turns ? ["", ...turnLines(turns, style)] : []),
    ...(bisection ? ["", ...bisectionLines(bisection, style)] : []),
    ...(margins ? ["", ...bothMargins(margins, style)] : []),
    ...(amplification ? ["", ...amplificationLines(amplification, style)] : []),
    "",
    style(identical ? "green" : "red", verdict(difference)),
  ];
}

/** B's only where they are others. */
function bothMargins({ a, b }: NonNullable<DriftReport["margins"]>, style: Style): string[] {
  const same = JSON.stringify({ ...a, run: "" }) === JSON.stringify({ ...b, run: "" });
  const other = same ? [style("dim", `The margins of B are the same.`)] : marginLines("B", b, style);
  return [...marginLines("A", a, style), "", ...other];
}
