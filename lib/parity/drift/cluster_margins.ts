import { silentSlots } from "#lib/clustering/assign_clusters.ts";
import { LIVING_PRIOR } from "#lib/clustering/centroids.ts";
import { AssignmentError, linearSumAssignment } from "#lib/numerics/linear_sum_assignment.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { FrameMarginOptions } from "./frame_margins.ts";
import { locateValue } from "./locate_value.ts";
import { MarginKeeper } from "./margin_keeper.ts";
import type { MarginList } from "./margins.ts";

/**
 * How many frames each slot spoke alone, against the number that lets its embedding train the clustering.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { filterMargins } from "#lib/parity/drift/cluster_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const segmentations = ndArray("f4", [1, 10, 1], new Float32Array(10).fill(1, 0, 3));
 * const { nearest: [{ value, threshold }] } = filterMargins({ segmentations }, { options, scale: options.grid, limit: 3 });
 * assert.deepEqual([value, threshold], [3, 2]);
 * ```
 */
export function filterMargins(
  { segmentations }: Pick<Artefacts, "segmentations">,
  { options, scale, limit }: FrameMarginOptions,
): MarginList {
  const [chunks, frames, slots] = segmentations.shape;
  const needed = options.training.minActiveRatio * frames;
  const question = "whether a slot trains the clustering: frames alone against those needed";
  const keeper = new MarginKeeper(
    { kind: "activity filter", unit: "frames", question, counted: true },
    limit,
  );
  const alone = new Int32Array(slots), active = new Int32Array(slots);
  for (let c = 0, at = 0; c < chunks; c++) {
    alone.fill(0);
    active.fill(0);
    for (let f = 0; f < frames; f++, at += slots) {
      let count = 0, who = 0;
      for (let s = 0; s < slots; s++) {
        if (segmentations.data[at + s] === 0) continue;
        count++;
        who = s;
        active[s]++;
      }
      if (count === 1) alone[who]++;
    }
    for (let s = 0; s < slots; s++) {
      if (active[s] > 0) {
        keeper.add(alone[s], needed, () => locateValue(["chunk", "slot"], [c, s], scale));
      }
    }
  }
  return keeper.list();
}

/**
 * How far the heights of the tree are from where it is cut. A merge under a higher one does not count: the higher one decides for both.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { cutMargins } from "#lib/parity/drift/cluster_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const tree = ndArray("f8", [2, 4], Float64Array.of(0, 1, 0.5, 2, 2, 3, 0.75, 3));
 * const { nearest: [{ at, value }] } = cutMargins({ tree }, { options, scale: options.grid, limit: 3 });
 * assert.deepEqual([at.merge, value], [0, 0.5]);
 * ```
 */
export function cutMargins(
  { tree }: Pick<Artefacts, "tree">,
  { options, scale, limit }: FrameMarginOptions,
): MarginList {
  const { threshold } = options.ahc;
  const merges = tree.shape[0], leaves = merges + 1;
  const question = "whether two clusters are one: height of their merge against the cut";
  const keeper = new MarginKeeper({ kind: "AHC cut", unit: "distance", question, counted: false }, limit);
  const highest = new Float64Array(merges), leaf = new Int32Array(leaves + merges).map((_, i) => i);
  for (let k = 0; k < merges; k++) {
    const [a, b, height] = tree.data.subarray(4 * k, 4 * k + 3);
    leaf[leaves + k] = Math.min(leaf[a], leaf[b]);
    const below = Math.max(...[a, b].map((child) => child < leaves ? 0 : highest[child - leaves]));
    highest[k] = Math.max(height, below);
    if (height < below) continue;
    keeper.add(height, threshold, () => {
      const { at: { embedding, ...at }, ...time } = locateValue(["embedding"], [leaf[leaves + k]], scale);
      return { at: { merge: k, embedding, ...at }, ...time };
    });
  }
  return keeper.list();
}

/**
 * How far VBx's priors are from the one that lets a speaker live, each with the embedding that is most its own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { livingMargins } from "#lib/parity/drift/cluster_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const pi = ndArray("f8", [2], Float64Array.of(1, 2e-7)), q = ndArray("f8", [1, 2], Float64Array.of(1, 0));
 * const { nearest: [{ at, threshold }] } = livingMargins({ pi, q }, { options, scale: options.grid, limit: 3 });
 * assert.deepEqual([at.cluster, threshold], [1, 1e-7]);
 * ```
 */
export function livingMargins(
  { pi, q }: Pick<Artefacts, "pi" | "q">,
  { scale, limit }: FrameMarginOptions,
): MarginList {
  const [rows, clusters] = q.shape;
  const question = "whether a speaker lives: its prior against 1e-7";
  const keeper = new MarginKeeper(
    { kind: "living speaker", unit: "prior", question, counted: false },
    clusters,
  );
  pi.data.forEach((prior, k) =>
    keeper.add(prior, LIVING_PRIOR, () => {
      let best = 0;
      for (let n = 1; n < rows; n++) if (q.data[n * clusters + k] > q.data[best * clusters + k]) best = n;
      const { at, ...time } = locateValue(["embedding"], [best], scale);
      return { at: { cluster: k, ...at }, ...time };
    })
  );
  // Priors span many powers of ten: the nearest is the one with the smallest ratio.
  const list = keeper.list();
  const nearest = list.nearest.toSorted((x, y) => x.relative - y.relative).slice(0, limit);
  return { ...list, nearest };
}

/**
 * How much VBx's lower bound grew in each iteration, against the growth at which it stops.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { stopMargins } from "#lib/parity/drift/cluster_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const elbo = ndArray("f8", [3], Float64Array.of(1, 2, 2.00005));
 * const { nearest } = stopMargins({ elbo }, { options, scale: options.grid, limit: 1 });
 * assert.equal(nearest[0].at.iteration, 2);
 * ```
 */
export function stopMargins(
  { elbo }: Pick<Artefacts, "elbo">,
  { options, limit }: FrameMarginOptions,
): MarginList {
  const question = "whether VBx goes on: growth of the ELBO against the least";
  const keeper = new MarginKeeper({ kind: "VBx stop", unit: "ELBO", question, counted: false }, limit);
  for (let i = 1; i < elbo.data.length; i++) {
    keeper.add(elbo.data[i] - elbo.data[i - 1], options.vbx.elboEpsilon, () => ({ at: { iteration: i } }));
  }
  return keeper.list();
}

/**
 * How far the best assignment of slots to speakers was ahead of the next that gives a speaking slot another speaker: chunk by chunk where
 * slots compete, slot by slot where KMeans made the speakers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { assignmentMargins } from "#lib/parity/drift/cluster_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const artefacts = {
 *   segmentations: ndArray("f4", [1, 1, 2], Float32Array.of(1, 1)),
 *   softClusters: ndArray("f8", [1, 2, 2], Float64Array.of(1.5, 1, 1.25, 1.5)),
 *   kmeansLabels: undefined,
 * };
 * const { nearest: [{ value, threshold }] } = assignmentMargins(artefacts, { options, scale: options.grid, limit: 3 });
 * assert.deepEqual([value, threshold], [3, 2.25]);
 * ```
 */
export function assignmentMargins(
  { segmentations, softClusters, kmeansLabels }: Pick<
    Artefacts,
    "segmentations" | "softClusters" | "kmeansLabels"
  >,
  { scale, limit }: FrameMarginOptions,
): MarginList {
  const [chunks, slots, speakers] = softClusters.shape;
  const silent = silentSlots(segmentations);
  const question = "who a slot is: score of the best assignment against the second";
  const keeper = new MarginKeeper({ kind: "assignment", unit: "score", question, counted: false }, limit);
  const size = slots * speakers;
  for (let c = 0; c < chunks; c++) {
    const scores = softClusters.data.slice(c * size, (c + 1) * size);
    if (scores.some((score) => Number.isNaN(score) || score === Infinity)) continue;
    const speaking = Array.from({ length: slots }, (_, s) => s).filter((s) => !silent[c * slots + s]);
    if (kmeansLabels !== undefined) {
      for (const s of speaking) {
        const [best, second] = scores.slice(s * speakers, (s + 1) * speakers).sort().reverse();
        if (second !== undefined) {
          keeper.add(best, second, () => locateValue(["chunk", "slot"], [c, s], scale));
        }
      }
      continue;
    }
    const best = assign(scores, slots, speakers);
    if (best === undefined) continue;
    let second = -Infinity, which = -1;
    best.pairs.forEach(([s, k]) => {
      if (silent[c * slots + s]) return;
      const without = scores.slice();
      without[s * speakers + k] = -Infinity;
      const other = assign(without, slots, speakers);
      if (other === undefined || !(other.total > second)) return;
      second = other.total;
      which = s;
    });
    if (which >= 0) {
      keeper.add(best.total, second, () => locateValue(["chunk", "slot"], [c, which], scale));
    }
  }
  return keeper.list();
}

/** The best assignment; undefined when what is forbidden leaves none. */
function assign(scores: Float64Array, rows: number, columns: number) {
  try {
    const found = linearSumAssignment(scores, { rows, columns, maximize: true });
    const pairs = Array.from(found.rows, (s, i) => [s, found.columns[i]] as const);
    return { pairs, total: pairs.reduce((sum, [s, k]) => sum + scores[s * columns + k], 0) };
  } catch (error) {
    if (error instanceof AssignmentError) return undefined;
    throw error;
  }
}
