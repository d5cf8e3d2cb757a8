import { Y_LABEL_HEIGHT, yAxis } from "./axis_marks.ts";
import { type DendrogramTree, dendrogramTree, type DrawnMerge } from "./dendrogram_tree.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { counted, formatCount, formatNumber } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { categoryColour, type Palette, paletteOf, type Theme } from "./palette.ts";

/** A tree and where it is cut. */
export interface DendrogramData {
  /** SciPy's linkage matrix, (N - 1, 4) row-major: `Artefacts.tree`'s data. */
  readonly tree: ArrayLike<number>;
  /** Height of the cut: community-1's `ahc.threshold` is 0.6. */
  readonly threshold: number;
}

const ENDS = 300;

/**
 * The tree of agglomerative clustering, its cut, a colour for each cluster below it, and a mark on every inversion (a merge lower than
 * what it joins, which centroid linkage allows).
 *
 * @throws {RangeError} when the tree's length is not a multiple of 4.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dendrogramFigure } from "#lib/plots/dendrogram_figure.ts";
 * const tree = [0, 1, 1, 2, 2, 3, 0.9, 3];
 * const { description } = dendrogramFigure({ tree, threshold: 0.6 });
 * assert.match(description, /3 embeddings.*3 clusters.*1 inversion/);
 * ```
 */
export function dendrogramFigure({ tree, threshold }: DendrogramData, options: FigureOptions = {}): Figure {
  if (tree.length % 4 !== 0) {
    throw new RangeError(`A linkage matrix has four columns, got ${tree.length} values`);
  }
  const laid = dendrogramTree(tree, { threshold, limit: ENDS });
  const left = laid.points > laid.ends.length
    ? ` Drawn down to ${laid.ends.length} branches, of which the largest holds ${
      formatCount(laid.ends.reduce((most, { size }) => Math.max(most, size), 0))
    }.`
    : "";
  return makeFigure({
    name: "dendrogram",
    title: options.title ?? "Tree of the embeddings and its cut",
    description:
      `${counted(laid.points, "embedding")}, merged up to a distance of ${formatNumber(laid.highest)}; ` +
      `cut at ${formatNumber(threshold)} into ${counted(laid.clusters, "cluster")}. ` +
      `${counted(laid.inversions, "inversion")}.${left}`,
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 360,
    legend: (palette) => ({
      swatches: [
        { label: `cut at ${formatNumber(threshold)}`, colour: palette.accent },
        { label: "above the cut", colour: palette.muted },
        ...(laid.inversions > 0 ? [{ label: "inversion", colour: palette.error }] : []),
      ],
    }),
    svg: (draw) => {
      const { Plot, palette } = draw;
      const lines = laid.merges.flatMap((merge, z) =>
        corners(merge).map(([x, y]) => ({ x, y, z, stroke: colourOf(palette, merge.cluster) }))
      );
      const inverted = laid.merges.filter(({ inversion }) => inversion);
      return {
        ...{ marginLeft: 52, marginRight: 8, marginTop: Y_LABEL_HEIGHT, marginBottom: 30 },
        x: { domain: [-1, Math.max(1, laid.ends.length)], axis: null },
        y: { domain: [0, 1.04 * Math.max(threshold, laid.highest)], axis: null },
        marks: [
          ...yAxis(draw, { label: "Distance of centroids" }),
          Plot.line(lines, {
            ...{ x: "x", y: "y", z: "z", stroke: "stroke", strokeWidth: laid.ends.length > 120 ? 1 : 1.5 },
            ...{ strokeLinejoin: "miter" },
          }),
          Plot.ruleY([threshold], { stroke: palette.accent, strokeWidth: 1.5, strokeDasharray: "6,4" }),
          Plot.dot(inverted, {
            ...{ x: ({ left, right }: DrawnMerge) => (left.x + right.x) / 2, y: "height", r: 3.5 },
            ...{ fill: palette.error, stroke: palette.background, symbol: "triangle" },
          }),
          Plot.text([`${formatCount(laid.points)} embeddings`], {
            ...{ frameAnchor: "bottom", dy: 20, fill: palette.muted, text: (text: string) => text },
          }),
        ],
      };
    },
    plotly: (theme) => plotlyTree(laid, { threshold, theme }),
  });
}

function corners({ left, right, height }: DrawnMerge): [x: number, y: number][] {
  return [[left.x, left.height], [left.x, height], [right.x, height], [right.x, right.height]];
}

function colourOf(palette: Palette, cluster: number | undefined): string {
  return cluster === undefined ? palette.muted : categoryColour(palette, cluster);
}

/** One trace for each colour, its merges apart by gaps. */
function plotlyTree(
  laid: DendrogramTree,
  options: { readonly threshold: number; readonly theme: Theme },
): PlotlySpec {
  const palette = paletteOf(options.theme);
  const byColour = new Map<string, DrawnMerge[]>();
  for (const merge of laid.merges) {
    const colour = colourOf(palette, merge.cluster);
    byColour.set(colour, [...byColour.get(colour) ?? [], merge]);
  }
  const short = (value: number) => Number(value.toPrecision(5));
  const inverted = laid.merges.filter(({ inversion }) => inversion);
  return {
    data: [
      ...[...byColour].map(([color, merges]) => ({
        type: "scatter",
        mode: "lines",
        x: merges.flatMap((merge) => [...corners(merge).map(([x]) => x), null]),
        y: merges.flatMap((merge) => [...corners(merge).map(([, y]) => short(y)), null]),
        line: { color, width: 1.2 },
        showlegend: false,
        hovertemplate: "distance %{y:.4f}<extra></extra>",
      })),
      {
        type: "scatter",
        mode: "markers",
        name: "inversion",
        x: inverted.map(({ left, right }) => (left.x + right.x) / 2),
        y: inverted.map(({ height }) => short(height)),
        marker: { color: palette.error, symbol: "triangle-up", size: 8 },
        showlegend: inverted.length > 0,
        hovertemplate: "inversion at %{y:.4f}<extra></extra>",
      },
    ],
    layout: {
      xaxis: { visible: false, range: [-1, Math.max(1, laid.ends.length)] },
      yaxis: { title: { text: "Distance of centroids" }, rangemode: "tozero" },
      shapes: [{
        ...{ type: "line", xref: "paper", x0: 0, x1: 1, y0: options.threshold, y1: options.threshold },
        line: { color: palette.accent, width: 1.5, dash: "dash" },
      }],
    },
  };
}
