import { describe, expect, test } from "bun:test";
import { heatMapFigure } from "#lib/plots/heat_map_figure.ts";
import { prepareHeatMap } from "#lib/plots/heat_map_data.ts";
import { plotlyHeatMap } from "#lib/plots/heat_map_plotly.ts";
import { paletteOf } from "#lib/plots/palette.ts";
import { poolMatrix } from "#lib/plots/pool_matrix.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";

const AXES = { rows: { axis: "chunk", startSec: 0, stepSec: 1 }, columns: { axis: "slot" } };
const LOG = { scale: "log", quantity: "error" } as const;

/** Width of all cells of a colour, in columns. */
function cells(svg: string, colour: string): number {
  const path = new RegExp(`<path[^>]*d="([^"]*)"[^>]*fill="${colour}"|fill="${colour}"[^>]*d="([^"]*)"`).exec(
    svg,
  );
  return [...(path?.[1] ?? path?.[2] ?? "").matchAll(/h(\d+)v1/g)].reduce(
    (sum, [, width]) => sum + Number(width),
    0,
  );
}

describe("heat maps", () => {
  test("show the largest error in the strongest colour, and none in none", async () => {
    const svg = await renderSvg(heatMapFigure({ ...AXES, values: [[0, 1e-9], [0, 0], [1, 0], [1, 0]] }));
    const { sequential } = paletteOf("light");
    expect(cells(svg, sequential(1))).toBe(2);
    expect(cells(svg, sequential(0.15))).toBe(1);
  });

  test("of one size of error show it strongly", async () => {
    const svg = await renderSvg(heatMapFigure({ ...AXES, values: [[0, 1], [1, 1]] }));
    expect(cells(svg, paletteOf("light").sequential(1))).toBe(3);
  });

  test("take null for infinite, the strongest of all, and NaN for nothing", () => {
    const { cells, share } = prepareHeatMap({ ...AXES, values: [[null, NaN, 1e-3]] }, LOG);
    expect(cells.flat()).toEqual([Infinity, NaN, 1e-3]);
    expect(cells.flat().map(share)).toEqual([1, NaN, 1]);
  });

  test("count chunks that were put together before", () => {
    const { description } = heatMapFigure({ ...AXES, values: [[0], [0.5]], chunksPerRow: 10 });
    expect(description).toMatch(/^2 steps of 10 chunks by 1 slots\. .*at chunk 10 \(0:01\.00\)/);
  });

  test("of nothing, and of nothing wrong, say so", async () => {
    expect(heatMapFigure({ ...AXES, values: [[0, 0]] }).description).toContain("no error anywhere");
    expect(await renderSvg(heatMapFigure({ ...AXES, values: [] }))).not.toMatch(/NaN|Infinity/);
  });

  test("have no more than seven powers of ten on the scale of their colours", () => {
    const step = (values: number[][]) => {
      const [trace] = plotlyHeatMap(prepareHeatMap({ ...AXES, values }, LOG), "light").data;
      return (trace.colorbar as { dtick: number }).dtick;
    };
    expect([step([[1e-15, 0, 1e-3], [1, NaN, 1e-6]]), step([[1e-13], [1]]), step([[1e-12], [1]])]).toEqual([
      3,
      3,
      2,
    ]);
    expect([step([[1e-2], [1e-1]]), step([[0], [0]])]).toEqual([1, 1]);
  });

  test("refuse rows of different lengths", () => {
    expect(() => heatMapFigure({ ...AXES, values: [[1, 2], [3]] })).toThrow(
      "Row 0 has 2 values and row 1 has 1",
    );
  });

  test("keep the largest of each block", () => {
    const matrix = { rows: 7, columns: 5, at: (row: number, column: number) => 10 * row + column };
    const { values, rowStep, columnStep } = poolMatrix(matrix, { rows: 3, columns: 2 });
    expect([rowStep, columnStep]).toEqual([3, 3]);
    expect(values).toEqual([[22, 24], [52, 54], [62, 64]]);
  });
});
