/** A linkage matrix as a picture has it: where each merge stands, and what has been left out. */

/** A merge as it is drawn: two legs and the bar between them. */
export interface DrawnMerge {
  readonly left: { readonly x: number; readonly height: number };
  readonly right: { readonly x: number; readonly height: number };
  readonly height: number;
  /** Cluster that this merge is part of, counted from the left; undefined above the cut. */
  readonly cluster: number | undefined;
  /** Lower than one of the two that it joins. */
  readonly inversion: boolean;
}

/** All that is drawn of a tree. */
export interface DendrogramTree {
  readonly merges: readonly DrawnMerge[];
  /** Ends of branches from left to right: how many points each holds, and in which cluster it lies. */
  readonly ends: readonly { readonly size: number; readonly height: number; readonly cluster: number }[];
  /** Of the whole tree. */
  readonly points: number;
  readonly clusters: number;
  readonly inversions: number;
  readonly highest: number;
}

/**
 * Lay out a tree: the highest branches are followed until there are `limit` ends; what hangs below an end is one. Clusters are SciPy's
 * `fcluster(..., "distance")`: the largest branches without a merge above the threshold.
 *
 * @param tree SciPy's linkage matrix, row-major (points - 1, 4).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dendrogramTree } from "#lib/plots/dendrogram_tree.ts";
 * const tree = Float64Array.of(0, 1, 1, 2, 2, 3, 2, 2, 4, 5, 9, 4);
 * const { merges, ends, clusters } = dendrogramTree(tree, { threshold: 5, limit: 100 });
 * assert.deepEqual([merges.length, ends.length, clusters], [3, 4, 2]);
 * assert.equal(merges.at(-1)!.cluster, undefined);
 * ```
 */
export function dendrogramTree(
  tree: ArrayLike<number>,
  options: { readonly threshold: number; readonly limit: number },
): DendrogramTree {
  const { threshold, limit } = options;
  const count = tree.length / 4, points = count + 1;
  const child = (merge: number, side: 0 | 1) => tree[4 * merge + side];
  const height = (node: number) => node < points ? 0 : tree[4 * (node - points) + 2];
  const size = (node: number) => node < points ? 1 : tree[4 * (node - points) + 3];
  // The highest merge at or below each node: in trees with inversions not always the node itself.
  const summit = new Float64Array(points + count);
  let inversions = 0, highest = 0;
  for (let merge = 0; merge < count; merge++) {
    const node = points + merge, [a, b] = [child(merge, 0), child(merge, 1)];
    summit[node] = Math.max(height(node), summit[a], summit[b]);
    if (height(node) < Math.max(height(a), height(b))) inversions++;
    highest = Math.max(highest, height(node));
  }
  const root = points + count - 1;
  const opened = openHighest({ root, points, child, summit }, limit);
  const ends: { size: number; height: number; cluster: number }[] = [];
  const merges: DrawnMerge[] = [];
  // Depth first without recursion: long chains are common in centroid linkage.
  const places = new Map<number, { x: number; height: number }>();
  let clusters = 0;
  const stack: { node: number; cluster: number | undefined; done: boolean }[] = [
    { node: root, cluster: undefined, done: false },
  ];
  while (stack.length > 0) {
    const { node, cluster, done } = stack.pop()!;
    const own = cluster ?? (summit[node] <= threshold ? clusters++ : undefined);
    if (!opened.has(node)) {
      places.set(node, { x: ends.length, height: height(node) });
      ends.push({ size: size(node), height: height(node), cluster: own ?? clusters });
      continue;
    }
    const [a, b] = [child(node - points, 0), child(node - points, 1)];
    if (!done) {
      stack.push({ node, cluster: own, done: true }, { node: b, cluster: own, done: false }, {
        node: a,
        cluster: own,
        done: false,
      });
      continue;
    }
    const left = places.get(a)!, right = places.get(b)!;
    places.set(node, { x: (left.x + right.x) / 2, height: height(node) });
    const inversion = height(node) < Math.max(height(a), height(b));
    merges.push({ left, right, height: height(node), cluster, inversion });
  }
  return {
    ...{ merges, ends, points, inversions, highest },
    clusters: countClusters({ root, points, child, summit }, threshold),
  };
}

interface Tree {
  readonly root: number;
  readonly points: number;
  readonly child: (merge: number, side: 0 | 1) => number;
  readonly summit: Float64Array;
}

/** The merges to be drawn: from the root down, the one with the highest summit next. */
function openHighest({ root, points, child, summit }: Tree, limit: number): Set<number> {
  const opened = new Set<number>();
  if (root < points) return opened;
  const waiting = [root];
  while (opened.size < limit - 1 && waiting.length > 0) {
    let best = 0;
    for (let i = 1; i < waiting.length; i++) if (summit[waiting[i]] > summit[waiting[best]]) best = i;
    const [node] = waiting.splice(best, 1);
    opened.add(node);
    for (const side of [0, 1] as const) {
      const next = child(node - points, side);
      if (next >= points) waiting.push(next);
    }
  }
  return opened;
}

function countClusters({ root, points, child, summit }: Tree, threshold: number): number {
  let clusters = 0;
  const stack = [root];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (node < points || summit[node] <= threshold) clusters++;
    else stack.push(child(node - points, 0), child(node - points, 1));
  }
  return clusters;
}
