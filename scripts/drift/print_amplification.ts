/** The answer to noise as text of 80 columns. */
import type { Amplification } from "#lib/parity/drift/amplification.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import type { Style } from "../cli/style.ts";
import { clock, short } from "./words.ts";

const SIZE = 8, COLUMN = 9, TURNS = 10, MOST = 7;

/** What stages are called above a column. */
const TITLES: Readonly<Record<string, string>> = {
  segmentation: "segment",
  embedding: "embed",
  speaker_counting: "count",
  train_filter: "chosen",
  centroids: "centres",
  assignment: "assign",
  reconstruction: "frames",
};

/** A row per size; sizes that were tried to find where the turns change are left out. */
export function amplificationLines(amplification: Amplification, style: Style): string[] {
  const { stage, disturbed, flip, seed } = amplification;
  const steps = amplification.steps.filter(({ refining }) => !refining);
  // One column per stage: the first of its artefacts that the noise reaches.
  const columns = new Map<string, string>();
  for (const { stage: name, artefact } of steps[0]?.errors ?? []) {
    const reached = steps.some((step) => errorOf(step, artefact) !== 0);
    if (reached && !columns.has(name)) columns.set(name, artefact);
  }
  const shown = [...columns].slice(-MOST);
  const head = shown.map(([name]) => (TITLES[name] ?? name).padStart(COLUMN)).join("");
  const lines = [
    style("bold", `Noise on ${disturbed.join(", ")} of A (${stage}, seed ${seed}): how it grows`),
    style("dim", `${"size".padEnd(SIZE)}${head}${"turns".padStart(TURNS)}`),
  ];
  for (const step of steps) {
    const errors = shown.map(([, artefact]) => short(errorOf(step, artefact), 3).padStart(COLUMN)).join("");
    const turns = step.identical ? "same" : formatPercent(step.der);
    const text = `${short(step.size).padEnd(SIZE)}${errors}${turns.padStart(TURNS)}`;
    lines.push(step.identical ? text : style("red", text));
  }
  const where = flip?.startSec === undefined ? "" : `, first at ${clock(flip.startSec)}`;
  return [
    ...lines,
    style("dim", "relative root mean square of numbers, share of changed decisions; turns: DER"),
    "",
    style(
      "bold",
      flip === undefined
        ? "the turns stay the same at every size"
        : `the turns change between sizes ${short(flip.below)} and ${short(flip.above)}${where}`,
    ),
  ];
}

function errorOf({ errors }: Amplification["steps"][number], artefact: string): number | null {
  return errors.find((entry) => entry.artefact === artefact)?.error ?? null;
}
