/** A drift report as text of 80 columns. */
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { Style } from "../cli/style.ts";
import { amplificationLines } from "./print_amplification.ts";
import { bisectionLines } from "./print_bisection.ts";
import { beginning, differenceTable, heading, turnLines, verdict } from "./print_difference.ts";
import { marginLines } from "./print_margins.ts";
import { wrapped } from "./words.ts";

/** All its lines. */
export function reportLines(
  { a, b, settings, difference, bisection, margins, amplification }: DriftReport,
  style: Style,
): string[] {
  const start = beginning(difference, style);
  const { onlyIn, turns, identical } = difference;
  const lone = (["a", "b"] as const).filter((run) => onlyIn[run].length > 0).map((run) =>
    style("dim", `only ${run.toUpperCase()} holds ${onlyIn[run].join(", ")}`)
  );
  return [
    ...heading(a, b, style),
    ...settingLines(settings ?? []),
    "",
    ...differenceTable(difference, style),
    ...lone,
    ...(start.length > 0 ? ["", ...start] : []),
    ...(turns ? ["", ...turnLines(turns, style)] : []),
    ...(bisection ? ["", ...bisectionLines(bisection, style)] : []),
    ...(margins ? ["", ...bothMargins(margins, style)] : []),
    ...(amplification ? ["", ...amplificationLines(amplification, style)] : []),
    "",
    ...wrapped(verdict(difference)).map((line) => style(identical ? "green" : "red", line)),
  ];
}

/** What was set otherwise, which may be why they differ. */
function settingLines(settings: NonNullable<DriftReport["settings"]>): string[] {
  if (settings.length === 0) return [];
  return [
    "made with other settings:",
    ...settings.flatMap(({ what, a, b }) => wrapped(`  ${what}: ${a} in A, ${b} in B`, "    ")),
  ];
}

/** B's only where they read otherwise. */
function bothMargins({ a, b }: NonNullable<DriftReport["margins"]>, style: Style): string[] {
  const [first, second] = [marginLines("A", a, style), marginLines("B", b, style)];
  const same = first.slice(1).join() === second.slice(1).join();
  return [
    ...first,
    "",
    ...(same ? [style("dim", "The margins of B are the same, as far as is shown.")] : second),
  ];
}
