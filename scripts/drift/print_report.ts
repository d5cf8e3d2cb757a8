/** A drift report as text of 80 columns. */
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { Style } from "../cli/style.ts";
import { beginning, differenceTable, heading, turnLines, verdict } from "./print_difference.ts";
import { marginLines } from "./print_margins.ts";

/** All its lines. */
export function reportLines({ a, b, difference, margins }: DriftReport, style: Style): string[] {
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
    ...(margins ? ["", ...marginLines(margins.a, style), "", ...marginLines(margins.b, style)] : []),
    "",
    style(identical ? "green" : "red", verdict(difference)),
  ];
}
