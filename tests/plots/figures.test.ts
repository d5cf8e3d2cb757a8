import { describe, expect, test } from "bun:test";
import { benchBarsFigure } from "#lib/plots/bench_bars_figure.ts";
import { elboFigure } from "#lib/plots/elbo_figure.ts";
import { embeddingMapFigure } from "#lib/plots/embedding_map_figure.ts";
import { errorByStageFigure } from "#lib/plots/error_by_stage_figure.ts";
import { errorOverTimeFigure } from "#lib/plots/error_over_time_figure.ts";
import { dendrogramFigure } from "#lib/plots/dendrogram_figure.ts";
import { type Figure, JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { interactive } from "#lib/plots/make_figure.ts";
import { marginsFigure } from "#lib/plots/margins_figure.ts";
import { plotlySpec } from "#lib/plots/plotly_spec.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { responsibilitiesFigure } from "#lib/plots/responsibilities_figure.ts";
import { ulpHistogramFigure } from "#lib/plots/ulp_histogram_figure.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

const NOBODY: readonly [string, Figure][] = [
  ["lanes", lanesFigure({ reference: new Annotation(), hypothesis: new Annotation() })],
  ["elbo", elboFigure([])],
  ["error by stage", errorByStageFigure([])],
  ["error over time", errorOverTimeFigure([])],
  ["dendrogram", dendrogramFigure({ tree: [], threshold: 0.6 })],
  ["responsibilities", responsibilitiesFigure({ q: { shape: [0, 1], data: [] } })],
  ["margins", marginsFigure([])],
  ["bars", benchBarsFigure([])],
  ["histogram", ulpHistogramFigure({ type: "f4", equal: 0, counts: [], apart: 0 })],
  [
    "embedding map",
    embeddingMapFigure({
      plane: { x: new Float64Array(0), y: new Float64Array(0), explained: [0, 0] },
      clusters: [],
    }),
  ],
];

describe("a figure", () => {
  test.each(NOBODY)("of nothing is drawn: %s", async (_name, figure) => {
    expect(await renderSvg(figure)).not.toMatch(/NaN|undefined|Infinity/);
    expect(figure.description).not.toMatch(/NaN|undefined|Infinity/);
    expect(JSON.stringify(plotlySpec(figure))).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("keeps names from becoming markup", async () => {
    const name = '<img src=x onerror="alert(1)">&';
    const figure = lanesFigure({ reference: new Annotation().add(new Segment(0, 1), name) }, { title: name });
    const svg = await renderSvg(figure);
    expect(svg).not.toContain("<img");
    expect(svg).toContain("&lt;img src=x onerror=");
    const { data } = plotlySpec(figure);
    expect(`${data[0].hovertemplate} ${data[0].name}`).not.toContain("<img");
  });

  test("shows itself in a notebook as SVG and text, by Plotly only when asked", async () => {
    const figure = elboFigure([-3, -2]);
    const shown = await figure[JUPYTER_DISPLAY]();
    expect(shown["image/svg+xml"]).toBe(await renderSvg(figure));
    expect(shown["text/plain"]).toBe(`${figure.title}. ${figure.description}`);
    const asked = await interactive(figure, { theme: "dark" })[JUPYTER_DISPLAY]();
    expect(asked["application/vnd.plotly.v1+json"]).toEqual(plotlySpec(figure, { theme: "dark" }));
  });

  test("can stand twice on a page, without heading and background", async () => {
    const svg = await renderSvg(elboFigure([-3, -2]), {
      idPrefix: "second",
      heading: false,
      background: false,
    });
    expect([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).toEqual(["second-title", "second-desc"]);
    expect(svg).not.toContain("<rect");
    expect(svg).not.toContain(`font-weight="600"`);
  });

  test("says the second of each bar that can be clicked", () => {
    const reference = new Annotation().add(new Segment(3.25, 4), "ann");
    const figure = lanesFigure({ reference });
    expect(figure.timeAxis).toBe("x");
    expect(plotlySpec(figure).data[0].customdata).toEqual([[3.25, 4, "0:03.25", "0:04.00"]]);
  });

  test("needs a width that can be read", () => {
    expect(() => elboFigure([1], { width: 200 })).toThrow("a width from 320");
  });
});
