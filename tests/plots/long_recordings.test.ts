/** Figures of four hours stay small enough for a page, and say what they left out. */
import { describe, expect, test } from "bun:test";
import { dendrogramFigure } from "#lib/plots/dendrogram_figure.ts";
import { embeddingMapFigure } from "#lib/plots/embedding_map_figure.ts";
import { errorOverTimeFigure } from "#lib/plots/error_over_time_figure.ts";
import type { Figure } from "#lib/plots/figure.ts";
import { heatMapFigure } from "#lib/plots/heat_map_figure.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { plotlySpec } from "#lib/plots/plotly_spec.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { responsibilitiesFigure } from "#lib/plots/responsibilities_figure.ts";
import { Random } from "#lib/synthesis/random.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

const CHUNKS = 14_400, EMBEDDINGS = 17_000, TURNS = 15_000, SPEAKERS = 12;

function longTalk(seed: number): Annotation {
  const random = new Random(seed), annotation = new Annotation();
  for (let turn = 0, start = 0; turn < TURNS; turn++) {
    const end = start + 0.2 + random.exponential(0.7);
    annotation.add(new Segment(start, end), `SPEAKER_${String(random.integer(SPEAKERS)).padStart(2, "0")}`);
    start = end + random.uniform() * 0.1 - 0.05;
  }
  return annotation;
}

const random = new Random(6);
const chain = Float64Array.from({ length: 4 * (EMBEDDINGS - 1) }, (_, at) => {
  const merge = Math.floor(at / 4);
  return [merge + 1, merge === 0 ? 0 : EMBEDDINGS + merge - 1, merge / EMBEDDINGS, merge + 2][at % 4];
});
const q = Float64Array.from({ length: EMBEDDINGS * 20 }, () => random.uniform());
const errors = (count: number) => Array.from({ length: count }, () => 10 ** (-12 * random.uniform()));

const FIGURES: readonly [what: string, said: RegExp, make: () => Figure][] = [
  [
    "lanes of 30 000 turns",
    /15.000 turns; .*are drawn as one\./,
    () => lanesFigure({ reference: longTalk(1), hypothesis: longTalk(2) }),
  ],
  [
    "a heat map of 14 400 chunks and 64 bins",
    /Each cell shows the largest of 40 chunks\./,
    () =>
      heatMapFigure({
        rows: { axis: "chunk", startSec: 0, stepSec: 1 },
        columns: { axis: "bin" },
        values: Array.from({ length: CHUNKS }, () => errors(64)),
      }),
  ],
  [
    "errors of 14 400 chunks in 10 quantities",
    /Bars show the largest of up to 36 values/,
    () =>
      errorOverTimeFigure(
        Array.from({ length: 10 }, (_, i) => ({
          ...{ name: `quantity ${i}`, startSec: 0, stepSec: 1, values: errors(CHUNKS) },
        })),
      ),
  ],
  [
    "an embedding map of 17 000",
    /Of each cluster 15 % are drawn/,
    () => {
      const axis = () => Float64Array.from({ length: EMBEDDINGS }, () => random.normal());
      const plane = { x: axis(), y: axis(), explained: [0.3, 0.2] as const };
      const clusters = Array.from({ length: EMBEDDINGS }, () => random.integer(SPEAKERS));
      return embeddingMapFigure({ plane, clusters });
    },
  ],
  ["a tree of 17 000", /Drawn down to 300 branches/, () => dendrogramFigure({ tree: chain, threshold: 0.6 })],
  [
    "responsibilities of 17 000",
    /Each cell shows the largest of 48 embeddings\./,
    () => responsibilitiesFigure({ q: { shape: [EMBEDDINGS, 20], data: q } }),
  ],
];

describe("figures of four hours", () => {
  test.each(FIGURES)("%s: small and said", async (_what, said, make) => {
    const figure = make();
    expect(figure.description).toMatch(said);
    for (const theme of ["light", "dark"] as const) {
      const svg = await renderSvg(figure, { theme });
      expect(svg.length).toBeLessThan(300_000);
      const spec = JSON.stringify(plotlySpec(figure, { theme }));
      expect(spec.length).toBeLessThan(500_000);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });
});
