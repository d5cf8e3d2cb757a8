/** The answer to noise as text. */
import type { Amplification } from "#lib/parity/drift/amplification.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import type { Layout } from "./layout.ts";
import { clock, short, wrapped } from "./words.ts";

const SIZE = 8, COLUMN = 9, TURNS = 10;

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

/** A row per size; sizes that were tried to find where the turns change are left out. Stages that find no room beside others go below. */
export function amplificationLines(amplification: Amplification, { style, columns }: Layout): string[] {
  const { stage, disturbed, flip, seed } = amplification;
  const steps = amplification.steps.filter(({ refining }) => !refining);
  // One column per stage: the first of its artefacts that the noise reaches.
  const reached = new Map<string, string>();
  for (const { stage: name, artefact } of steps[0]?.errors ?? []) {
    if (!reached.has(name) && steps.some((step) => errorOf(step, artefact) !== 0)) {
      reached.set(name, artefact);
    }
  }
  const title = `Noise on ${disturbed.join(", ")} of A (${stage}, seed ${seed}): how it grows`;
  const lines = wrapped(title, columns, "  ").map((line) => style("bold", line));
  const room = Math.max(1, Math.floor((columns - SIZE - TURNS) / COLUMN));
  const stages = [...reached];
  // As even as can be: four and three, not six and one.
  const bands = Math.max(1, Math.ceil(stages.length / room)), each = Math.ceil(stages.length / bands);
  for (let band = 0; band < bands; band++) {
    const shown = stages.slice(band * each, (band + 1) * each);
    const head = shown.map(([name]) => (TITLES[name] ?? name).padStart(COLUMN)).join("");
    if (band > 0) lines.push("");
    lines.push(style("dim", `${"size".padEnd(SIZE)}${head}${"turns".padStart(TURNS)}`));
    for (const step of steps) {
      const errors = shown.map(([, artefact]) => short(errorOf(step, artefact), 3).padStart(COLUMN)).join("");
      const turns = step.identical ? "same" : formatPercent(step.der);
      const text = `${short(step.size).padEnd(SIZE)}${errors}${turns.padStart(TURNS)}`;
      lines.push(step.identical ? text : style("red", text));
    }
  }
  const legend = "numbers: relative RMS error; decisions: share that changed; turns: DER";
  const where = flip?.startSec === undefined ? "" : `, first at ${clock(flip.startSec)}`;
  const outcome = flip === undefined
    ? "the turns stay the same at every size"
    : `the turns change between sizes ${short(flip.below)} and ${short(flip.above)}${where}`;
  return [
    ...lines,
    ...wrapped(legend, columns, "  ").map((line) => style("dim", line)),
    "",
    ...wrapped(outcome, columns).map((line) => style("bold", line)),
  ];
}

function errorOf({ errors }: Amplification["steps"][number], artefact: string): number | null {
  return errors.find((entry) => entry.artefact === artefact)?.error ?? null;
}
