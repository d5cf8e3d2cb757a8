/** Margins as text of 80 columns. */
import type { Margin, Margins } from "#lib/parity/drift/margins.ts";
import type { Style } from "../cli/style.ts";
import { clock, short } from "./words.ts";

/** The nearest of every kind, and the nearest of all. */
export function marginLines(
  name: string,
  { lists, nearestMeasured, nearestCounted, missing }: Margins,
  style: Style,
): string[] {
  const lines = [style("bold", `Margins of ${name}: how near decisions came to falling otherwise`)];
  lines.push(style("dim", `${"decision".padEnd(17)}${"of".padStart(9)}${"ties".padStart(8)}  nearest`));
  for (const { kind, total, ties, nearest, unit } of lists) {
    const near = nearest[0] && `${held(nearest[0])} ${unit}`;
    lines.push(`${kind.padEnd(17)}${`${total}`.padStart(9)}${`${ties}`.padStart(8)}  ${near ?? "none"}`);
  }
  for (const { kind, why } of missing) lines.push(style("dim", `${kind.padEnd(17)}  ${why}`));
  lines.push(
    "",
    ...table("The nearest that measure: what a change in the numbers would tip", nearestMeasured, style),
  );
  lines.push(
    "",
    ...table("The nearest that count: what one decision before them would tip", nearestCounted, style),
  );
  return lines;
}

const held = ({ distance, threshold }: Margin): string => `${short(distance)} from ${short(threshold)}`;

const HEADING = `${"decision".padEnd(16)}${"relative".padStart(8)}  ${"distance".padEnd(20)}${
  "when".padStart(9)
}  where`;

function table(title: string, margins: readonly Margin[], style: Style): string[] {
  return [
    style("bold", title),
    ...(margins.length === 0 ? [] : [style("dim", HEADING)]),
    ...margins.map((margin) => {
      const { kind, relative, at, startSec } = margin;
      // A training embedding is a chunk's slot, and a merge is somewhere near the chunk of one of its leaves.
      const axes = Object.entries(at).filter(([axis]) =>
        axis !== "embedding" && !(axis === "slot" && at.merge !== undefined)
      );
      const where = axes.map(([axis, index]) => `${axis} ${index}`).join(", ");
      const time = startSec === undefined ? "" : clock(startSec);
      return `${kind.padEnd(16)}${short(relative).padStart(8)}  ${held(margin).padEnd(20)}${
        time.padStart(9)
      }  ${style("dim", where)}`.trimEnd();
    }),
  ];
}
