/** `why` in words. */
import {
  type ProvenanceDifference,
  type ProvenanceEffect,
  worstEffect,
} from "#lib/diarization/compare_provenance.ts";
import type { Repetition } from "#lib/diarization/would_repeat.ts";
import { provenanceFacts } from "#lib/pipeline/provenance_facts.ts";
import type { Style } from "../cli/style.ts";
import { isOfFile } from "./file_state.ts";
import type { ToldRun } from "./read_runs.ts";

/** What a difference does, in words. */
const EFFECTS: Readonly<Record<ProvenanceEffect, string>> = {
  results: "changes results",
  unknown: "may change results",
  bits: "last bits only",
  none: "changes nothing",
};

/** What comes of it all, for this installation. */
const VERDICTS: Readonly<Record<Repetition["outcome"], string>> = {
  none: "The same: this installation would give the same result.",
  bits: "The same but for the last bits: this installation would give the same turns, near ties excepted.",
  unknown: "Perhaps: this installation may give another result.",
  results: "Different: this installation would give another result.",
  missing: "Not here: this installation lacks what the run had.",
};

/** What comes of the differences of two runs. */
const COMPARED: Readonly<Record<ProvenanceEffect, string>> = {
  none: "The same: both runs would give the same result.",
  bits: "The same but for the last bits: both runs would give the same turns, near ties excepted.",
  unknown: "Perhaps: the runs may give different results.",
  results: "Different: the runs give different results.",
};

/** One line on what comes of it: of the run, and before that of files that are not as they were written. */
export function verdictOf(
  { outcome, differences }: Pick<Repetition, "outcome" | "differences">,
  between: "here" | "runs",
): string {
  const files = differences.filter(isOfFile);
  const ofRun = outcome === "missing"
    ? outcome
    : worstEffect(differences.filter((one) => !files.includes(one)));
  const verdict = between === "runs" && ofRun !== "missing" ? COMPARED[ofRun] : VERDICTS[ofRun];
  if (files.length === 0 || ofRun === "missing" || ofRun === "results") return verdict;
  const [, ofRuns] = verdict.split(": ");
  const isHere = between === "here";
  const ofFiles = files.some(({ effect }) => effect === "results")
    ? `Changed: ${isHere ? "the file" : "a file"} is not as dialab wrote it.`
    : `Perhaps: nothing here tells whether ${isHere ? "the file is" : "the files are"} as dialab wrote ${
      isHere ? "it" : "them"
    }.`;
  return `${ofFiles} Of ${isHere ? "its run" : "the runs"}: ${ofRuns}`;
}

/** How it is laid out. */
interface Layout {
  readonly columns: number;
  readonly style: Style;
}

/** A run and what became of the question whether it can be had again. */
export function tellRun(
  { name, from, run, warnings = [] }: ToldRun,
  found: Repetition,
  layout: Layout,
): string {
  const { style } = layout;
  return [
    style("bold", `${name}, as ${from} tells`),
    ...list([...provenanceFacts(run), ...warnings.map((text) => ["warned", text] as const)], layout),
    "",
    style("bold", "Here"),
    ...list(
      found.weights.map(({ name, path, same }) => [name, `${same === false ? "other: " : ""}${path}`]),
      layout,
    ),
    ...found.missing.map((text) => `  missing: ${text}`),
    ...tellDifferences(found.differences, { ...layout, names: ["was", "here"] }),
    ...found.notes.map((text) => `  note: ${text}`),
    "",
    paint(found.outcome, verdictOf(found, "here"), style),
  ].join("\n");
}

/** Two runs beside each other. */
export function tellComparison(
  { a, b }: { readonly a: ToldRun; readonly b: ToldRun },
  { differences, outcome }: Pick<Repetition, "differences" | "outcome">,
  layout: Layout,
): string {
  return [
    layout.style("bold", `A: ${a.name}, as ${a.from} tells`),
    layout.style("bold", `B: ${b.name}, as ${b.from} tells`),
    ...tellDifferences(differences, { ...layout, names: ["A", "B"] }),
    "",
    paint(outcome, verdictOf({ outcome, differences }, "runs"), layout.style),
  ].join("\n");
}

function tellDifferences(
  differences: readonly ProvenanceDifference[],
  { names: [one, other], ...layout }: Layout & { readonly names: readonly [string, string] },
): string[] {
  if (differences.length === 0) return ["  nothing differs"];
  const width = Math.max(one.length, other.length);
  return differences.flatMap(({ what, a, b, effect, means }) => [
    `  ${what}: ${layout.style(effect === "results" ? "red" : "bold", EFFECTS[effect])} (${means})`,
    `    ${one.padEnd(width)}  ${a}`,
    `    ${other.padEnd(width)}  ${b}`,
  ]);
}

/** Names and values, the values beside the names where there is room, each broken where the line ends. */
function list(facts: readonly (readonly [name: string, value: string])[], { columns }: Layout): string[] {
  const width = Math.min(24, Math.max(0, ...facts.map(([name]) => name.length)));
  return facts.flatMap(([name, value]) => {
    const room = Math.max(20, columns - width - 4);
    const lines = broken(value, room);
    const rest = lines.slice(1).map((line) => `${" ".repeat(width + 4)}${line}`);
    if (name.length > width) {
      return [`  ${name}`, ...lines.map((line) => `${" ".repeat(width + 4)}${line}`)];
    }
    return [`  ${name.padEnd(width)}  ${lines[0]}`, ...rest];
  });
}

function broken(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (
    const word of text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${room}}`, "gu")) ?? [""])
  ) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function paint(outcome: Repetition["outcome"], text: string, style: Style): string {
  return style(outcome === "none" || outcome === "bits" ? "green" : "red", text);
}
