import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import type { Style } from "../cli/style.ts";

/** How a table of turns is laid out. */
export interface TurnTableOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly style: Style;
}

const LONGEST_BAR = 30;

/** Who speaks when, a line for each turn, and below it who speaks how long. */
export function turnTable(
  annotation: Annotation | undefined,
  { columns, style }: TurnTableOptions,
): string[] {
  const turns = annotation === undefined ? [] : [...annotation.itertracks({ yieldLabel: true })];
  if (annotation === undefined || turns.length === 0) return ["Nobody speaks."];
  const moments = turns.map(([{ start, end }]) => [clockTime(start), clockTime(end)]);
  const width = Math.max(5, ...moments.flat().map(({ length }) => length));
  const rows = turns.map(([{ start, end }, , label], i) =>
    [
      ...moments[i].map((moment) => moment.padStart(width)),
      formatSeconds(end - start, { decimals: 2, unit: "" }).padStart(7),
      ` ${label}`,
    ].join(" ")
  );
  const head = ["start".padStart(width), "end".padStart(width), "seconds", " speaker"].join(" ");
  const shares = annotation.chart();
  const name = Math.max(...shares.map(([label]) => label.length));
  const room = Math.min(LONGEST_BAR, columns - name - 27);
  const most = shares[0][1];
  // Of what all say together, as on the page.
  const all = shares.reduce((sum, [, seconds]) => sum + seconds, 0);
  const speakers = shares.map(([label, seconds]) => {
    const bar = room > 0 ? "█".repeat(Math.max(1, Math.round(seconds / most * room))) : "";
    const share = formatPercent(seconds / all, { decimals: 1 });
    return `${label.padEnd(name)} ${formatSeconds(seconds, { decimals: 2 }).padStart(11)} ${
      share.padStart(7)
    }  ${style("green", bar)}`;
  });
  return ["", style("dim", head), ...rows, "", ...speakers, ""];
}
