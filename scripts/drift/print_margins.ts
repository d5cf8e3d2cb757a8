/** Margins as text. */
import type { Margin, Margins } from "#lib/parity/drift/margins.ts";
import { FULL_WIDTH, type Layout } from "./layout.ts";
import { clock, short, wrapped } from "./words.ts";

/** Kind of decision, and three numbers, in both tables. */
const KIND = 16, NUMBER = 10;

/** The nearest of every kind, and the nearest of all. */
export function marginLines(
  name: string,
  { lists, nearestMeasured, nearestCounted, missing }: Margins,
  layout: Layout,
): string[] {
  const { style, columns } = layout;
  const lines = [style("bold", `Margins of ${name}: how near decisions came to falling otherwise`)];
  // What is counted or measured is told where there is room; docs/drift.md has it too.
  const inUnit = (unit: string) => columns < FULL_WIDTH ? "" : `  ${unit}`;
  const row = (kind: string, of: string, ties: string, near: string, unit: string) =>
    `${kind.padEnd(KIND)}${of.padStart(8)}${ties.padStart(6)}${near}${inUnit(unit)}`.trimEnd();
  lines.push(style("dim", row("decision", "of", "ties", HELD, "in")));
  for (const { kind, total, ties, nearest, unit } of lists) {
    lines.push(
      row(kind, `${total}`, `${ties}`, nearest[0] ? held(nearest[0]) : "none".padStart(NUMBER), unit),
    );
  }
  for (const { kind, why } of missing) lines.push(style("dim", `${kind.padEnd(KIND)}  ${why}`));
  return [
    ...lines,
    "",
    ...table("The nearest that measure: a change in the numbers tips them", nearestMeasured, layout),
    "",
    ...table("The nearest that count: another decision before them tips them", nearestCounted, layout),
  ];
}

/** How far, what decided, and what it was held against. */
function held({ distance, value, threshold }: Margin): string {
  return [distance, value, threshold].map((number) => short(number).padStart(NUMBER)).join("");
}
const HELD = ["apart", "value", "against"].map((title) => title.padStart(NUMBER)).join("");

function table(title: string, margins: readonly Margin[], { style, columns }: Layout): string[] {
  const narrow = columns < FULL_WIDTH;
  const row = (kind: string, relative: string, numbers: string, when: string) =>
    `${kind.padEnd(KIND)}${relative.padStart(9)}${numbers}${when.padStart(11)}`.trimEnd();
  const lines = wrapped(title, columns, "  ").map((line) => style("bold", line));
  if (margins.length > 0) {
    lines.push(
      style("dim", `${row("decision", "relative", HELD.slice(NUMBER), "when")}${narrow ? "" : "  where"}`),
    );
  }
  for (const margin of margins) {
    const { kind, relative, at, startSec } = margin;
    // A training embedding is a chunk's slot, and a merge is somewhere near the chunk of one of its leaves.
    const axes = Object.entries(at).filter(([axis]) =>
      axis !== "embedding" && !(axis === "slot" && at.merge !== undefined)
    );
    const where = axes.map(([axis, index]) => `${axis} ${index}`).join(", ");
    const time = startSec === undefined ? "" : clock(startSec);
    const numbers = row(kind, short(relative), held(margin).slice(NUMBER), time);
    if (narrow) lines.push(numbers, style("dim", `  ${where}`));
    else lines.push(`${numbers.padEnd(KIND + 9 + 2 * NUMBER + 11)}  ${style("dim", where)}`.trimEnd());
  }
  return lines;
}
