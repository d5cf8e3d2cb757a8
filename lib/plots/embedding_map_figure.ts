import { X_AXIS_HEIGHT, xAxis, Y_LABEL_HEIGHT, yAxis } from "./axis_marks.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { textWidth } from "./font.ts";
import { counted } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { categoryColour, paletteOf, type Theme } from "./palette.ts";
import { plotlyText } from "./plotly_text.ts";
import type { PrincipalPlane } from "./principal_plane.ts";
import { spreadLabels } from "./spread_labels.ts";

/** Settings of {@link embeddingMapFigure}. */
export interface EmbeddingMapOptions extends FigureOptions {
  /** Names of the clusters, from 0. @default "cluster 0", ... */
  readonly labels?: readonly string[];
}

const LEFT = 52, RIGHT = 12, SVG_POINTS = 2500, PLOTLY_POINTS = 8000;

/**
 * Embeddings on the plane in which they differ most, each in the colour of its cluster, which has its name in its middle. Below 0 is no
 * cluster.
 *
 * @param plane As `principalPlane` gives it.
 * @param clusters A cluster for each point.
 * @throws {RangeError} when there are not as many clusters as points.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { embeddingMapFigure } from "#lib/plots/embedding_map_figure.ts";
 * import { principalPlane } from "#lib/plots/principal_plane.ts";
 * const plane = await principalPlane(ndArray("f8", [3, 2], Float64Array.of(0, 0, 0, 1, 5, 5)));
 * const { description } = embeddingMapFigure({ plane, clusters: [0, 0, 1] }, { labels: ["ann", "bob"] });
 * assert.match(description, /3 embeddings in 2 clusters/);
 * ```
 */
export function embeddingMapFigure(
  data: { readonly plane: PrincipalPlane; readonly clusters: ArrayLike<number> },
  options: EmbeddingMapOptions = {},
): Figure {
  const { plane: { x, y, explained }, clusters } = data;
  if (clusters.length !== x.length) {
    throw new RangeError(`${x.length} points need as many clusters, got ${clusters.length}`);
  }
  const groups = groupsOf(clusters);
  const named = (cluster: number) => cluster < 0 ? "none" : options.labels?.[cluster] ?? `cluster ${cluster}`;
  const limit = Math.min(1, SVG_POINTS / Math.max(1, x.length));
  const percent = explained.map((share) => `${(100 * share).toFixed(0)} %`);
  const axes = percent.map((share, i) => `Component ${i + 1} (${share} of variance)`);
  const real = groups.filter(({ cluster }) => cluster >= 0).length;
  return makeFigure({
    name: "embedding-map",
    title: options.title ?? "Embeddings on their two principal components",
    description: `${counted(x.length, "embedding")} in ${counted(real, "cluster")}; the plane shows ` +
      `${(100 * (explained[0] + explained[1])).toFixed(0)} % of their variance.` +
      (limit < 1 ? ` Of each cluster ${(100 * limit).toFixed(0)} % are drawn, evenly picked.` : ""),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 480,
    svg: (draw) => {
      const { Plot, palette } = draw;
      const size = { width: draw.width - LEFT - RIGHT, height: draw.height - Y_LABEL_HEIGHT - X_AXIS_HEIGHT };
      const domain = sameScale(x, y, size);
      const points = groups.flatMap(({ cluster, members }) =>
        picked(members, limit).map((i) => ({ x: x[i], y: y[i], fill: colourOf(palette.theme, cluster) }))
      );
      // Each name above the highest point of its cluster, in pixels, so that names can make room for each other.
      const pixel = (domain.x[1] - domain.x[0]) / size.width;
      const names = spreadLabels(
        groups.filter(({ cluster }) => cluster >= 0).map(({ cluster, members }) => ({
          text: named(cluster),
          x: (median(members.map((i) => x[i])) - domain.x[0]) / pixel,
          y: (domain.y[1] - members.reduce((most, i) => Math.max(most, y[i]), -Infinity)) / pixel - 12,
        })),
      ).map((label) => ({ ...label, x: within(label, size.width) })).map((label) => ({
        ...label,
        x: domain.x[0] + label.x * pixel,
        y: domain.y[1] - label.y * pixel,
      }));
      return {
        ...{ marginLeft: LEFT, marginRight: RIGHT, marginTop: Y_LABEL_HEIGHT, marginBottom: X_AXIS_HEIGHT },
        x: { domain: domain.x, axis: null },
        y: { domain: domain.y, axis: null },
        marks: [
          ...yAxis(draw, { label: axes[1] }),
          ...xAxis(draw, { label: axes[0] }),
          Plot.dot(points, {
            ...{ x: "x", y: "y", fill: "fill", r: points.length > 800 ? 2.2 : 3.6 },
            ...{ fillOpacity: 0.75, stroke: palette.background, strokeWidth: 0.5 },
          }),
          Plot.text(names, {
            ...{ x: "x", y: "y", text: "text", fill: palette.text, fontWeight: 600 },
            ...{ stroke: palette.background, strokeWidth: 4 },
          }),
        ],
      };
    },
    plotly: (theme) => plotlyMap({ x, y, groups, named, axes }, theme),
  });
}

/** Where a label's middle lies so that none of it is cut at the sides; `RIGHT` pixels are free beyond the width. */
function within({ text, x }: { readonly text: string; readonly x: number }, width: number): number {
  const half = textWidth(text) / 2 + 2;
  return Math.max(half, Math.min(width + RIGHT - half, x));
}

interface Group {
  readonly cluster: number;
  readonly members: readonly number[];
}

function groupsOf(clusters: ArrayLike<number>): Group[] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < clusters.length; i++) {
    const members = groups.get(clusters[i]);
    if (members === undefined) groups.set(clusters[i], [i]);
    else members.push(i);
  }
  return [...groups].map(([cluster, members]) => ({ cluster, members })).sort((a, b) =>
    a.cluster - b.cluster
  );
}

function colourOf(theme: Theme, cluster: number): string {
  const palette = paletteOf(theme);
  return cluster < 0 ? palette.muted : categoryColour(palette, cluster);
}

/** An even share of the members, the first always among them. */
function picked(members: readonly number[], share: number): readonly number[] {
  if (share >= 1) return members;
  const count = Math.max(1, Math.round(members.length * share));
  return Array.from({ length: count }, (_, i) => members[Math.floor(i * members.length / count)]);
}

/** Both axes with as many units to a pixel, around all points and some room for names. */
function sameScale(
  x: Float64Array,
  y: Float64Array,
  size: { readonly width: number; readonly height: number },
): { x: [number, number]; y: [number, number] } {
  const extent = (values: Float64Array) => {
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return { middle: values.length > 0 ? (least + most) / 2 : 0, span: most > least ? most - least : 1 };
  };
  const [across, up] = [extent(x), extent(y)];
  const pixel = Math.max(1.12 * across.span / size.width, 1.2 * up.span / size.height);
  const around = (middle: number, pixels: number): [number, number] => [
    middle - pixels * pixel / 2,
    middle + pixels * pixel / 2,
  ];
  return { x: around(across.middle, size.width), y: around(up.middle, size.height) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function plotlyMap(
  map: {
    readonly x: Float64Array;
    readonly y: Float64Array;
    readonly groups: readonly Group[];
    readonly named: (cluster: number) => string;
    readonly axes: readonly string[];
  },
  theme: Theme,
): PlotlySpec {
  const share = Math.min(1, PLOTLY_POINTS / Math.max(1, map.x.length));
  const short = (value: number) => Number(value.toPrecision(5));
  return {
    data: map.groups.map(({ cluster, members }) => {
      const shown = picked(members, share);
      return {
        type: "scatter",
        mode: "markers",
        name: plotlyText(map.named(cluster)),
        x: shown.map((i) => short(map.x[i])),
        y: shown.map((i) => short(map.y[i])),
        text: shown.map((i) => `embedding ${i}`),
        marker: { color: colourOf(theme, cluster), size: 6, opacity: 0.8 },
        hovertemplate: "%{text}<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      xaxis: { title: { text: map.axes[0] } },
      yaxis: { title: { text: map.axes[1] }, scaleanchor: "x" },
      showlegend: true,
    },
  };
}
