/** A bisection as text of 80 columns. */
import type { Bisection, HybridOutcome, SmallestPart } from "#lib/parity/drift/bisection.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import type { Style } from "../cli/style.ts";
import { place, short, wrapped } from "./words.ts";

/** A row per stage, the verdict, and the least that is enough. */
export function bisectionLines(bisection: Bisection, style: Style): string[] {
  const { stages, culprit, smallest, verdict, notes } = bisection;
  const cells = (...texts: string[]) =>
    `${texts[0].padEnd(17)}${texts[1].padEnd(10)}${texts[2].padEnd(29)}${texts[3].padEnd(13)}${texts[4]}`
      .trimEnd();
  const lines = [
    style("bold", "Bisection: A's run with a stage as B's, and B's run handed over to A after it"),
    style("dim", cells("stage", "B's by", "its own difference from A", "alone: DER", "handed over")),
  ];
  for (const { stage, by, differs, own, handOver } of stages) {
    const worst = differs[0];
    const size = worst &&
      (worst.maxAbs === null ? worst.artefact : `${worst.artefact} ${short(worst.maxAbs)}`);
    const text = cells(stage, by, size ?? "none", told(own), told(handOver));
    const guilty = stage === culprit || (culprit === undefined && stage === bisection.firstBeyondTolerance);
    lines.push(guilty ? style("red", text) : worst ? text : style("dim", text));
  }
  lines.push("", ...wrapped(verdict).map((line) => style("bold", line)));
  if (smallest) lines.push(...smallestLines(smallest, style));
  for (const { stage, own, handOver } of stages) {
    const fault = own.fault ?? handOver.fault;
    if (fault === undefined) continue;
    lines.push(...wrapped(`  ${stage} does not fit: ${fault}`, "    ").map((line) => style("dim", line)));
  }
  return [...lines, ...notes.flatMap((note) => wrapped(`  ${note}`, "  ").map((line) => style("dim", line)))];
}

function told({ identical, namesOnly, der, fault }: HybridOutcome): string {
  if (fault !== undefined) return "no fit";
  if (namesOnly) return "names";
  return identical ? "same" : formatPercent(der);
}

function smallestLines(
  { artefact, together, unit, differing, enough, spots, minimal, outcome }: SmallestPart,
  style: Style,
) {
  const beside = together.length === 0 ? "" : `, beside all of ${together.join(", ")}`;
  if (unit === "the whole") return [`  ${artefact}${beside} is enough; it cannot be taken apart`];
  const many = (n: number) => {
    const words = unit.split(" ");
    words[0] += n === 1 ? "" : words[0].endsWith("h") ? "es" : "s"; // stretches of frames, chunks and slot
    return `${n} ${
      unit === "chunk and slot" ? n === 1 ? "slot of a chunk" : "slots of chunks" : words.join(" ")
    }`;
  };
  const least = minimal ? "enough, none to spare" : "enough, perhaps more than needed";
  const lines = wrapped(
    `  ${artefact}: ${many(enough)} of the ${differing} that differ ${
      enough === 1 ? "is" : "are"
    } ${least}${beside}`,
    "    ",
  );
  for (const spot of spots.slice(0, 5)) lines.push(`    ${place(spot)}`);
  if (enough > 5) lines.push(style("dim", `    and ${enough - 5} more`));
  lines.push(`    then DER ${formatPercent(outcome.der)}`);
  return lines;
}
