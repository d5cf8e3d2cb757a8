import type { ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { shortened, textWidth } from "./font.ts";
import { counted } from "./format_number.ts";
import { type LaneGroups, laneGroups, type LaneNames, type LaneRow, type LanesData } from "./lane_rows.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { plotlyLanes } from "./lanes_plotly.ts";
import { thinTurns, type Turn } from "./thin_turns.ts";
import { timeAxis } from "./time_axis.ts";
import { DIFFERENCE_KINDS } from "./turn_differences.ts";

/** Settings of {@link lanesFigure}. */
export interface LanesFigureOptions extends FigureOptions {
  /** How the two annotations are called. */
  readonly names?: LaneNames;
  /** Those of the RTTM that the turns are held against; shown are the turns that it holds. @default {3} */
  readonly decimals?: number;
  /** What of the differences counts, as in a score. @default {all} */
  readonly scoring?: ScoringOptions;
  /** Whose speakers have the colours of `speakerColours`, as elsewhere on a page; those of the other have their partners'. @default {"reference"} */
  readonly coloursOf?: "reference" | "hypothesis";
  /** Seconds shown. @default from 0, or the first turn if that is earlier, to the last turn's end */
  readonly startSec?: number;
  readonly endSec?: number;
}

const HEADING = 22, GAP = 8, AXIS = 44, TOP = 50, SVG_TURNS = 2000, LETTERS = 14;

/**
 * Who speaks when: a lane for each speaker of the reference, of the hypothesis, and below them where the two differ (missed, false alarm,
 * confusion). Partners stand in the same order in the same colour; at the right, each lane's seconds.
 *
 * @throws {TypeError} when there is neither reference nor hypothesis.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lanesFigure } from "#lib/plots/lanes_figure.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 7), "x").add(new Segment(7, 11), "y");
 * const { description } = lanesFigure({ reference, hypothesis });
 * assert.match(description, /confusion 1.000 s \(DER 20.00 %\)/);
 * ```
 */
export function lanesFigure(data: LanesData, options: LanesFigureOptions = {}): Figure {
  const lanes = laneGroups(data, options);
  const all = lanes.groups.flatMap(({ rows }) => rows.flatMap(({ turns }) => turns));
  const startSec = options.startSec ?? all.reduce((least, turn) => Math.min(least, turn.startSec), 0);
  const last = all.reduce((most, turn) => Math.max(most, turn.endSec), startSec);
  const endSec = options.endSec ?? (last > startSec ? last : startSec + 1);
  const rowCount = lanes.groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const lane = rowCount <= 16 ? 18 : rowCount <= 40 ? 15 : 13;
  const content = lanes.groups.length * HEADING + rowCount * lane + (lanes.groups.length - 1) * GAP;
  const span = { startSec, endSec };
  const width = options.width ?? DEFAULT_WIDTH;
  const limits = { limit: SVG_TURNS, pixelSec: (endSec - startSec) / width };
  const thinned = thinTurns(rowsOf(lanes).map(({ turns }) => turns), limits);
  return makeFigure({
    name: "lanes",
    title: options.title ?? "Who speaks when",
    description: describe(lanes, span, thinned.gapSec),
    width,
    height: options.height ?? TOP + content + AXIS + 8,
    timeAxis: "x",
    svg: (draw) => {
      const { Plot, palette } = draw;
      const placed = place(lanes, thinned.lanes, (draw.height - AXIS) / content, lane);
      const rows = placed.rows.map((row) => ({ ...row, colour: row.colour(palette.theme) }));
      const labels = rows.map(({ label }) => shortened(label, LETTERS));
      const left = Math.ceil(Math.max(...labels.map((label) => textWidth(label)), 40)) + 8;
      const right = 74, pixel = (endSec - startSec) / Math.max(1, draw.width - left - right);
      const turns = rows.flatMap((row) =>
        row.turns.map(({ startSec, endSec }) => ({
          ...row,
          x1: startSec,
          x2: Math.max(endSec, startSec + pixel),
          title: `${row.label}, ${clockTime(startSec)} to ${clockTime(endSec)}`,
        }))
      );
      const axis = timeAxis(startSec, endSec, { count: Math.max(2, draw.width / 90) });
      return {
        marginLeft: left,
        marginRight: right,
        marginTop: 0,
        marginBottom: AXIS,
        x: { domain: [startSec, endSec], axis: null },
        y: { domain: [0, placed.height], range: [0, placed.height], axis: null },
        marks: [
          Plot.rect(rows, { x1: startSec, x2: endSec, y1: "y", y2: "end", fill: palette.panel }),
          Plot.ruleX(axis.ticks, { stroke: palette.grid, strokeWidth: 1 }),
          Plot.rect(turns, {
            ...{ x1: "x1", x2: "x2", y1: "y", y2: "end", fill: "colour", rx: 1.5 },
            ...(turns.length <= 600 ? { title: "title" } : {}),
            clip: true,
          }),
          Plot.text(placed.headings, {
            ...{ frameAnchor: "left", y: "y", text: "text", textAnchor: "start" },
            ...{ dx: -left, fill: palette.text, fontWeight: 600 },
            ...{ stroke: palette.background, strokeWidth: 5 },
          }),
          Plot.text(rows, {
            ...{ frameAnchor: "left", y: "middle", text: (_: unknown, i: number) => labels[i] },
            ...{ dx: -8, textAnchor: "end", fill: palette.text },
          }),
          Plot.text(rows, {
            ...{
              frameAnchor: "right",
              y: "middle",
              text: (row: { totalSec: number }) => formatSeconds(row.totalSec),
            },
            ...{ dx: right, textAnchor: "end", fill: palette.muted, fontVariant: "tabular-nums" },
          }),
          Plot.axisX(axis.ticks, {
            ...{ tickFormat: axis.format, tickSize: 0, tickPadding: 6, label: axis.label },
            ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 36 },
          }),
        ],
      };
    },
    plotly: (theme) => plotlyLanes(lanes, { ...span, theme }),
  });
}

const rowsOf = ({ groups }: LaneGroups) => groups.flatMap(({ rows }) => rows);

/** Where every lane and heading lies, from the top down, stretched to the height there is. */
function place(
  { groups }: LaneGroups,
  thinned: readonly (readonly Turn[])[],
  stretch: number,
  lane: number,
) {
  const rows: (LaneRow & { readonly y: number; readonly end: number; readonly middle: number })[] = [];
  const headings: { readonly text: string; readonly y: number }[] = [];
  let y = 0;
  for (const [index, { heading, rows: members }] of groups.entries()) {
    y += index > 0 ? GAP * stretch : 0;
    headings.push({ text: heading, y: y + HEADING * stretch / 2 - 1 });
    y += HEADING * stretch;
    for (const row of members) {
      const end = y + lane * stretch;
      rows.push({ ...row, turns: thinned[rows.length], y: y + 1, end: end - 1, middle: (y + end) / 2 });
      y = end;
    }
  }
  return { rows, headings, height: y };
}

function describe(
  { groups, differences }: LaneGroups,
  { startSec, endSec }: Turn,
  gapSec: number,
): string {
  const parts = groups.filter(({ kind }) => kind !== "differences").map(({ heading, rows }) => {
    const turns = rows.reduce((sum, row) => sum + row.turns.length, 0);
    return `${heading}: ${counted(rows.length, "speaker")}, ${counted(turns, "turn")}`;
  });
  const sentences = [`${parts.join("; ")}; from ${clockTime(startSec)} to ${clockTime(endSec)}.`];
  if (differences !== undefined) {
    const { missed, falseAlarm, confusion, der } = differences.rate;
    sentences.push(
      missed + falseAlarm + confusion === 0
        ? `They do not differ (DER ${formatPercent(der)}).`
        : `Missed ${formatSeconds(missed)}, false alarm ${formatSeconds(falseAlarm)}, confusion ${
          formatSeconds(confusion)
        } (DER ${formatPercent(der)}).`,
    );
    const shown = groups.at(-1)!.rows.reduce((sum, { turns }) => sum + turns.length, 0);
    const all = DIFFERENCE_KINDS.reduce((sum, kind) => sum + differences.turns[kind].length, 0);
    const hidden = all - shown;
    if (hidden > 0) {
      sentences.push(
        `${counted(hidden, "difference")} of at most 1 ms ${hidden === 1 ? "is" : "are"} not drawn.`,
      );
    }
  }
  if (gapSec > 0) sentences.push(`Turns less than ${formatSeconds(gapSec)} apart are drawn as one.`);
  return sentences.join(" ");
}
