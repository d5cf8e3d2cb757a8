import type { Figure, FigureOptions } from "./figure.ts";
import { counted, formatCount } from "./format_number.ts";
import { heatMapFigure } from "./heat_map_figure.ts";
import { makeFigure } from "./make_figure.ts";

/** Responsibilities as VBx gives them, and what its rows and columns stand for. */
export interface ResponsibilitiesData {
  /** (N, K): how much of each embedding (chunk and slot) belongs to each cluster; rows sum to 1. `Artefacts.q` is one. */
  readonly q: { readonly shape: readonly number[]; readonly data: ArrayLike<number> };
  /** Priors, (K,). Clusters are sorted by them, and those at or below 1e-7, which VBx has given up, are left out. */
  readonly pi?: { readonly data: ArrayLike<number> };
}

/** pyannote keeps a speaker above this prior. */
const LIVING = 1e-7;

/**
 * Who VBx thinks speaks in each embedding (chunk and slot, in order of time): a row for each living speaker, the fuller the likelier.
 *
 * @throws {RangeError} when `q` is not a matrix or `pi` has another number of speakers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { responsibilitiesFigure } from "#lib/plots/responsibilities_figure.ts";
 * const q = { shape: [3, 2], data: [1, 0, 0.9, 0.1, 0.2, 0.8] };
 * assert.match(responsibilitiesFigure({ q }).description, /3 embeddings, 2 speakers.*1 .*below 0.9/);
 * ```
 */
export function responsibilitiesFigure(
  { q, pi }: ResponsibilitiesData,
  options: FigureOptions = {},
): Figure {
  const [count, clusters] = q.shape;
  if (q.shape.length !== 2 || q.data.length !== count * clusters) {
    throw new RangeError(`Responsibilities need a shape (N, K), got (${q.shape.join(", ")})`);
  }
  if (pi !== undefined && pi.data.length !== clusters) {
    throw new RangeError(`${clusters} clusters need as many priors, got ${pi.data.length}`);
  }
  const order = Array.from({ length: clusters }, (_, k) => k)
    .filter((k) => pi === undefined || pi.data[k] > LIVING)
    .sort((a, b) => pi === undefined ? a - b : pi.data[b] - pi.data[a] || a - b);
  const values = Array.from({ length: count }, (_, n) => order.map((k) => q.data[n * clusters + k]));
  const unsure = values.filter((row) => row.every((share) => share < 0.9)).length;
  const figure = heatMapFigure({
    rows: { axis: "embedding" },
    columns: { axis: "speaker", labels: order.map((k) => `cluster ${k}`) },
    values,
  }, {
    name: "responsibilities",
    scale: "share",
    quantity: "responsibility",
    ...options,
    title: options.title ?? "VBx: which speaker each embedding belongs to",
  });
  const given = clusters - order.length;
  return makeFigure({
    ...figure,
    description: `${counted(count, "embedding")}, ${counted(order.length, "speaker")}` +
      (given > 0 ? ` (${counted(given, "cluster")} given up)` : "") +
      `; ${formatCount(unsure)} of the embeddings have every responsibility below 0.9. ` +
      figure.description.split(". ").slice(1).join(". "),
  });
}
