/** A bisection as text. */
import type { Bisection, HybridOutcome, SmallestPart } from "#lib/parity/drift/bisection.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { FULL_WIDTH, type Layout } from "./layout.ts";
import { place, short, wrapped } from "./words.ts";

/** A row per stage, the verdict, and the least that is enough. */
export function bisectionLines(bisection: Bisection, layout: Layout): string[] {
  const { style, columns } = layout;
  const { stages, culprit, smallest, verdict, notes } = bisection;
  const narrow = columns < FULL_WIDTH;
  const cells = narrow
    ? (stage: string, by: string, size: string, alone: string, over: string) =>
      `${stage.padEnd(17)}${by.padEnd(11)}${alone.padEnd(12)}${over}${size === "" ? "" : `\n  ${size}`}`
    : (stage: string, by: string, size: string, alone: string, over: string) =>
      `${stage.padEnd(17)}${by.padEnd(11)}${size.padEnd(28)}${alone.padEnd(12)}${over}`.trimEnd();
  const title = "Bisection: A with one stage of B's (alone); B up to it, then A (handed over)";
  const lines = wrapped(title, columns, "  ").map((line) => style("bold", line));
  lines.push(
    style("dim", cells("stage", "B's is", "its own difference from A", "alone: DER", "handed over")),
  );
  for (const { stage, by, differs, own, handOver } of stages) {
    const worst = differs[0];
    const size = worst &&
      (worst.maxAbs === null ? worst.artefact : `${worst.artefact} ${short(worst.maxAbs)}`);
    const text = cells(stage, BY[by], size ?? (narrow ? "" : "none"), told(own), told(handOver));
    const guilty = stage === culprit || (culprit === undefined && stage === bisection.firstBeyondTolerance);
    lines.push(guilty ? style("red", text) : worst ? text : style("dim", text));
  }
  lines.push("", ...wrapped(verdict, columns).map((line) => style("bold", line)));
  if (smallest) lines.push(...smallestLines(smallest, layout));
  const dim = (text: string, indent: string) =>
    lines.push(...wrapped(text, columns, indent).map((line) => style("dim", line)));
  for (const { stage, own, handOver } of stages) {
    const fault = own.fault ?? handOver.fault;
    if (fault !== undefined) dim(`  ${stage} does not fit: ${fault}`, "    ");
  }
  for (const note of notes) dim(`  ${note}`, "  ");
  return lines;
}

/** Where B's stage comes from. */
const BY: Readonly<Record<Bisection["stages"][number]["by"], string>> = {
  rerun: "rerun",
  recording: "recorded",
  nothing: "unknown",
};

function told({ identical, namesOnly, der, fault }: HybridOutcome): string {
  if (fault !== undefined) return "no fit";
  if (namesOnly) return "names";
  return identical ? "same" : formatPercent(der);
}

function smallestLines(
  { artefact, together, unit, differing, enough, spots, minimal, outcome }: SmallestPart,
  { style, columns }: Layout,
): string[] {
  const beside = together.length === 0 ? "" : `, and all of ${together.join(", ")}`;
  if (unit === "the whole") {
    return wrapped(`  enough for that: ${artefact}${beside}; it cannot be taken apart`, columns, "    ");
  }
  const many = (n: number) => {
    const words = unit.split(" ");
    words[0] += n === 1 ? "" : words[0].endsWith("h") ? "es" : "s"; // stretches of frames, chunks and slot
    return `${n} ${
      unit === "chunk and slot" ? n === 1 ? "slot of a chunk" : "slots of chunks" : words.join(" ")
    }`;
  };
  const least = minimal ? "; with less the turns stay A's" : "; less may be enough, too";
  const lines = wrapped(
    `  enough for that: ${artefact} of ${many(enough)} of the ${differing} that differ${beside}${least}`,
    columns,
    "    ",
  );
  for (const spot of spots.slice(0, 5)) lines.push(...wrapped(`    ${place(spot)}`, columns, "      "));
  if (enough > 5) lines.push(style("dim", `    and ${enough - 5} more`));
  lines.push(`    then DER ${formatPercent(outcome.der)}`);
  return lines;
}
