/** A drift report as text. */
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { Layout } from "./layout.ts";
import { amplificationLines } from "./print_amplification.ts";
import { bisectionLines } from "./print_bisection.ts";
import { beginning, differenceTable, heading, turnLines, verdict } from "./print_difference.ts";
import { marginLines } from "./print_margins.ts";
import { wrapped } from "./words.ts";

/** All its lines. */
export function reportLines(
  { a, b, settings, difference, bisection, margins, amplification }: DriftReport,
  layout: Layout,
): string[] {
  const { style, columns } = layout;
  const start = beginning(difference, layout);
  const { onlyIn, turns, identical } = difference;
  const lone = (["a", "b"] as const).filter((run) => onlyIn[run].length > 0).flatMap((run) =>
    wrapped(
      `not compared, as only ${run.toUpperCase()} has ${onlyIn[run].length > 1 ? "them" : "it"}: ${
        onlyIn[run].join(", ")
      }`,
      columns,
      "  ",
    ).map((line) => style("dim", line))
  );
  return [
    ...heading(a, b, layout),
    ...settingLines(settings ?? [], layout),
    "",
    ...differenceTable(difference, layout),
    ...lone,
    ...(start.length > 0 ? ["", ...start] : []),
    ...(turns ? ["", ...turnLines(turns, layout)] : []),
    ...(bisection ? ["", ...bisectionLines(bisection, layout)] : []),
    ...(margins ? ["", ...bothMargins(margins, layout)] : []),
    ...(amplification ? ["", ...amplificationLines(amplification, layout)] : []),
    "",
    ...wrapped(verdict(difference), columns).map((line) => style(identical ? "green" : "red", line)),
  ];
}

/** What was set otherwise, which may be why they differ. */
function settingLines(settings: NonNullable<DriftReport["settings"]>, { columns }: Layout): string[] {
  if (settings.length === 0) return [];
  return [
    "made with other settings:",
    ...settings.flatMap(({ what, a, b }) => wrapped(`  ${what}: ${a} in A, ${b} in B`, columns, "    ")),
  ];
}

/** B's only where they read otherwise. */
function bothMargins({ a, b }: NonNullable<DriftReport["margins"]>, layout: Layout): string[] {
  const [first, second] = [marginLines("A", a, layout), marginLines("B", b, layout)];
  const same = first.slice(1).join() === second.slice(1).join();
  return [
    ...first,
    "",
    ...(same ? [layout.style("dim", "The margins of B are the same, as far as is shown.")] : second),
  ];
}
