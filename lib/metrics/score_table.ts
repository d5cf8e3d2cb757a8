/** Scores as a table for a terminal. */
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { quotable } from "#lib/timeline/timeline_file_error.ts";
import type { FileScore, Scores } from "./score_file.ts";

/** How the table is drawn. */
export interface ScoreTableOptions {
  /** Characters to a line. @default {80} */
  readonly width?: number;
  /** Use ANSI escapes: bold for rates that sum up, dim for rules. @default {false} */
  readonly colour?: boolean;
}

const columns: readonly { title: string; width: number; percent: (scores: Scores) => number }[] = [
  { title: "DER", width: 8, percent: ({ diarization }) => diarization.der },
  { title: "miss", width: 7, percent: (s) => shareOfSpeech(s, s.diarization.missed) },
  { title: "FA", width: 7, percent: (s) => shareOfSpeech(s, s.diarization.falseAlarm) },
  { title: "conf", width: 7, percent: (s) => shareOfSpeech(s, s.diarization.confusion) },
  { title: "JER", width: 7, percent: ({ jaccard }) => jaccard.jer },
  { title: "purity", width: 8, percent: ({ purity }) => purity.purity },
  { title: "cover", width: 7, percent: ({ coverage }) => coverage.coverage },
  { title: "detect", width: 8, percent: ({ detection }) => detection.rate },
];
const overallName = "overall";

/**
 * A table of DER, its three parts (in percent of the reference's speech, so that they add up to it), JER, purity, coverage and
 * detection error, in percent: one line per recording, and one for all. "-" is what
 * had nothing to be divided by. Names too long for the line lose their middle.
 *
 * @returns Lines without line ends, each within `width` where the figures leave room for a name of seven letters; columns are
 * as wide as what stands in them, never run together, and closer where the line is short.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { aggregate } from "#lib/metrics/aggregate.ts";
 * import { scoreFile } from "#lib/metrics/score_file.ts";
 * import { scoreTable } from "#lib/metrics/score_table.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(0, 6), "x");
 * const files = [scoreFile(reference, hypothesis, { uri: "talk" })];
 * assert.match(scoreTable(files, aggregate(files))[2], /^talk +25\.00 +25\.00 +0\.00 +0\.00 +25\.00 /);
 * ```
 */
export function scoreTable(
  files: readonly FileScore[],
  overall: Scores,
  options: ScoreTableOptions = {},
): string[] {
  const { width = 80, colour = false } = options;
  const cellsOf = (scores: Scores): string[] =>
    columns.map(({ percent }) => formatPercent(percent(scores), { unit: "" }));
  const cells = files.map(cellsOf);
  const sums = cellsOf(overall);
  const needed = columns.map(({ title }, i) =>
    1 + [...cells, sums].reduce((most, row) => Math.max(most, row[i].length), title.length)
  );
  const roomy = needed.map((least, i) => Math.max(least, columns[i].width));
  const total = (widths: readonly number[]) => widths.reduce((sum, each) => sum + each, 0);
  const widths = total(roomy) + overallName.length <= width ? roomy : needed;
  const figuresWidth = total(widths);
  const names = files.map(({ uri }) => quotable(uri));
  const longest = names.reduce((most, name) => Math.max(most, [...name].length), overallName.length);
  const nameWidth = Math.max(overallName.length, Math.min(longest, width - figuresWidth));
  const style = (code: number, text: string): string => colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  const rule = style(2, "─".repeat(nameWidth + figuresWidth));

  const row = (name: string, figures: readonly string[], bold: boolean): string => {
    const [der, ...rest] = figures.map((cell, i) => cell.padStart(widths[i]));
    const label = shortened(name, nameWidth).padEnd(nameWidth);
    return bold ? style(1, label + der + rest.join("")) : label + style(1, der) + rest.join("");
  };

  return [
    row("", columns.map(({ title }) => title), true),
    rule,
    ...names.map((name, i) => row(name, cells[i], false)),
    rule,
    row(overallName, sums, true),
  ];
}

function shareOfSpeech({ diarization: { total } }: Scores, seconds: number): number {
  return total > 0 ? seconds / total : NaN;
}

function shortened(name: string, width: number): string {
  const letters = [...name];
  if (letters.length <= width) return name;
  const head = Math.ceil((width - 1) / 2);
  return [...letters.slice(0, head), "…", ...letters.slice(letters.length - (width - 1 - head))].join("");
}
