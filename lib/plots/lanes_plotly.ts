import { clockTime } from "#lib/timeline/clock_time.ts";
import type { PlotlySpec } from "./figure.ts";
import { shortened } from "./font.ts";
import type { LaneGroups } from "./lane_rows.ts";
import { paletteOf, type Theme } from "./palette.ts";
import { plotlyText } from "./plotly_text.ts";
import { thinTurns } from "./thin_turns.ts";
import { plotlyTimeAxis } from "./time_axis.ts";

const TURNS = 4000, LETTERS = 18;

/**
 * The lanes for Plotly: one trace per lane, so that the legend shows and hides a speaker in both annotations at once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { laneGroups } from "#lib/plots/lane_rows.ts";
 * import { plotlyLanes } from "#lib/plots/lanes_plotly.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const hypothesis = new Annotation().add(new Segment(2, 5), "ann");
 * const { data } = plotlyLanes(laneGroups({ hypothesis }), { startSec: 0, endSec: 5, theme: "light" });
 * assert.deepEqual([data[0].base, data[0].x, data[0].customdata], [[2], [3], [[2, 5, "0:02.00", "0:05.00"]]]);
 * ```
 */
export function plotlyLanes(
  { groups }: LaneGroups,
  options: { readonly startSec: number; readonly endSec: number; readonly theme: Theme },
): PlotlySpec {
  const { startSec, endSec, theme } = options;
  const palette = paletteOf(theme);
  const rows = groups.flatMap(({ kind, heading, rows }) =>
    rows.map((row) => ({ ...row, kind, heading, key: `${kind}: ${row.label}` }))
  );
  // Zoomed in eight times, what was joined still looks the same.
  const pixelSec = (endSec - startSec) / 8000;
  const { lanes } = thinTurns(rows.map(({ turns }) => turns), { limit: TURNS, pixelSec });
  const named = new Set<string>();
  const data = rows.map(({ label, speaker, kind, heading, key, colour }, index) => {
    const legend = kind !== "differences" && !named.has(speaker);
    if (legend) named.add(speaker);
    const turns = lanes[index];
    return {
      type: "bar",
      orientation: "h",
      name: plotlyText(speaker),
      legendgroup: kind === "differences" ? key : speaker,
      showlegend: legend,
      base: turns.map(({ startSec }) => milliseconds(startSec)),
      x: turns.map(({ startSec, endSec }) => milliseconds(endSec - startSec)),
      y: turns.map(() => key),
      customdata: turns.map(({ startSec, endSec }) => [
        ...[milliseconds(startSec), milliseconds(endSec)],
        ...[clockTime(startSec), clockTime(endSec)],
      ]),
      marker: { color: colour(theme), line: { width: 0 } },
      hovertemplate: `${plotlyText(label)} (${
        plotlyText(heading)
      })<br>%{customdata[2]} to %{customdata[3]}<extra></extra>`,
    };
  });
  // Above each group an empty row for its heading, since all lanes share one axis.
  const keys = groups.flatMap(({ kind, rows }) => [kind, ...rows.map(({ label }) => `${kind}: ${label}`)]);
  return {
    data,
    layout: {
      barmode: "overlay",
      bargap: 0.15,
      xaxis: { ...plotlyTimeAxis(startSec, endSec), gridcolor: palette.grid },
      yaxis: {
        categoryorder: "array",
        categoryarray: keys,
        range: [keys.length - 0.5, -0.5],
        tickvals: rows.map(({ key }) => key),
        ticktext: rows.map(({ label }) => plotlyText(shortened(label, LETTERS))),
        showgrid: false,
        fixedrange: true,
      },
      annotations: groups.map(({ kind, heading }) => ({
        ...{ xref: "paper", x: 0, xanchor: "left", yref: "y", y: kind, showarrow: false },
        text: `<b>${plotlyText(heading)}</b>`,
        font: { color: palette.text },
      })),
    },
  };
}

function milliseconds(sec: number): number {
  return Math.round(sec * 1000) / 1000;
}
