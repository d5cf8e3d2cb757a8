/** Centroid linkage written a second time, slowly: every centroid is the mean of its members, added up anew at every step. */

/** One step of a tree, checked against the points it was made of. */
export interface ReplayedMerge {
  /** The height that the tree states. */
  readonly height: number;
  /** The distance of the two true centroids. */
  readonly distance: number;
  /** The smallest distance of any two true centroids at that moment. */
  readonly smallest: number;
}

type Cluster = { readonly id: number; readonly members: readonly number[] };

function centroid(x: Float64Array, columns: number, members: readonly number[]): number[] {
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (const row of members) sum += x[row * columns + column];
    return sum / members.length;
  });
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, i) => value - b[i]));

/** O(n^3): always the closest two true centroids; on ties the first pair of ids. */
export function naiveCentroidLinkage(x: Float64Array, rows: number, columns: number): Float64Array {
  let alive: Cluster[] = Array.from({ length: rows }, (_, id) => ({ id, members: [id] }));
  const z: number[] = [];
  for (let k = 0; k < rows - 1; k++) {
    const centroids = alive.map(({ members }) => centroid(x, columns, members));
    let best = Infinity, first = -1, second = -1;
    for (let i = 0; i < alive.length; i++) {
      for (let j = i + 1; j < alive.length; j++) {
        const d = distance(centroids[i], centroids[j]);
        if (d < best) [best, first, second] = [d, i, j];
      }
    }
    const a = alive[first], b = alive[second];
    const union = { id: rows + k, members: [...a.members, ...b.members] };
    z.push(Math.min(a.id, b.id), Math.max(a.id, b.id), best, union.members.length);
    alive = [...alive.filter((cluster) => cluster !== a && cluster !== b), union];
  }
  return Float64Array.from(z);
}

/**
 * Walk through a tree and say at each merge how far its two clusters really were apart, and how near any two were. A tree
 * is a centroid linkage exactly when all three figures agree in every step, however ties were broken.
 */
export function replayTree(z: Float64Array, x: Float64Array, rows: number, columns: number): ReplayedMerge[] {
  const alive = new Map<number, Cluster & { readonly at: readonly number[] }>();
  for (let id = 0; id < rows; id++) alive.set(id, { id, members: [id], at: centroid(x, columns, [id]) });
  const merges: ReplayedMerge[] = [];
  for (let k = 0; k < rows - 1; k++) {
    const [first, second, height, size] = z.subarray(4 * k, 4 * k + 4);
    const a = alive.get(first), b = alive.get(second);
    if (a === undefined || b === undefined || first >= second) {
      throw new Error(`merge ${k} names ${first} and ${second}`);
    }
    if (size !== a.members.length + b.members.length) throw new Error(`merge ${k} counts ${size} leaves`);
    const clusters = [...alive.values()];
    let smallest = Infinity;
    for (let i = 0; i < clusters.length; i++) {
      for (let j = i + 1; j < clusters.length; j++) {
        smallest = Math.min(smallest, distance(clusters[i].at, clusters[j].at));
      }
    }
    merges.push({ height, distance: distance(a.at, b.at), smallest });
    alive.delete(first);
    alive.delete(second);
    const members = [...a.members, ...b.members];
    alive.set(rows + k, { id: rows + k, members, at: centroid(x, columns, members) });
  }
  return merges;
}

/** The worst difference between the three figures of any merge. */
export function worstReplayError(merges: readonly ReplayedMerge[]): number {
  let worst = 0;
  for (const { height, distance, smallest } of merges) {
    worst = Math.max(worst, Math.abs(height - distance), Math.abs(height - smallest));
  }
  return worst;
}
