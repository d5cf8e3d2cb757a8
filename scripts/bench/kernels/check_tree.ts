import { Random } from "#lib/synthesis/random.ts";
import { RefusedError } from "../refused_error.ts";
import type { Points } from "./run_linkage.ts";

/** Merges at which all distances to both clusters, and to a third one, are looked at. */
const LOOKED_AT = 150;

/** How a tree is checked. */
export interface CheckTreeOptions {
  /** What is said of it: "linkage 90000 on webgpu df64". */
  readonly what: string;
  /** How far a height may be off. */
  readonly bound: number;
  /** Merges that are looked at, chosen at random. @default {150} */
  readonly lookedAt?: number;
}

/**
 * Holds a tree of centroid linkage against the definition itself, which takes no second tree: every height is the distance of the two
 * clusters' centroids, every size the sum of theirs, and at some merges, chosen at random (seeded), no cluster is nearer to either of
 * the two, nor to a third one that is chosen at random, than they are to each other.
 *
 * @param z (rows - 1, 4), row-major, as SciPy has it.
 * @returns The largest difference of a height.
 * @throws {RefusedError} with the first merge that is wrong.
 */
export function checkTree(
  { x, rows, columns }: Points,
  z: Float64Array,
  { what, bound, lookedAt = LOOKED_AT }: CheckTreeOptions,
): number {
  const wrong = (merge: number, why: string) => new RefusedError(`${what}: merge ${merge} ${why}.`);
  if (z.length !== 4 * (rows - 1)) {
    throw new RefusedError(`${what} has ${z.length / 4} merges, not ${rows - 1}.`);
  }
  const random = new Random(4);
  const chosen = new Set(
    Array.from({ length: Math.min(lookedAt, rows - 1) }, () => random.integer(rows - 1)),
  );
  // A centroid lies where the first of its two parts had its own.
  const centroids = Float64Array.from(x);
  const slotOf = new Map(Array.from({ length: rows }, (_, i) => [i, i]));
  const sizes = new Map(Array.from({ length: rows }, (_, i) => [i, 1]));
  const alive = Int32Array.from({ length: rows }, (_, slot) => slot);
  const placeOf = Int32Array.from(alive);
  let count = rows, largest = 0;
  const squared = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < columns; d++) {
      const difference = centroids[a * columns + d] - centroids[b * columns + d];
      sum += difference * difference;
    }
    return sum;
  };
  const nearest = (slot: number) => {
    let least = Infinity;
    for (let i = 0; i < count; i++) if (alive[i] !== slot) least = Math.min(least, squared(slot, alive[i]));
    return Math.sqrt(least);
  };
  for (let merge = 0; merge < rows - 1; merge++) {
    const [first, second, height, size] = z.subarray(4 * merge, 4 * merge + 4);
    const [a, b] = [slotOf.get(first), slotOf.get(second)];
    if (a === undefined || b === undefined || first >= second) {
      throw wrong(merge, `joins ${first} and ${second}, which are not two clusters of that moment in order`);
    }
    const distance = Math.sqrt(squared(a, b));
    const difference = Math.abs(height - distance);
    if (!(difference <= bound)) throw wrong(merge, `is at ${height}, and its centroids ${distance} apart`);
    largest = Math.max(largest, difference);
    const [sizeA, sizeB] = [sizes.get(first)!, sizes.get(second)!];
    if (size !== sizeA + sizeB) throw wrong(merge, `has size ${size}, and its parts ${sizeA} and ${sizeB}`);
    if (chosen.has(merge)) {
      for (const slot of [a, b, alive[random.integer(count)]]) {
        const least = nearest(slot);
        if (least < distance - bound) {
          throw wrong(merge, `is at ${distance}, and two clusters are only ${least} apart`);
        }
      }
    }
    for (let d = 0; d < columns; d++) {
      const [at, other] = [a * columns + d, b * columns + d];
      centroids[at] = (sizeA * centroids[at] + sizeB * centroids[other]) / size;
    }
    for (const id of [first, second]) {
      slotOf.delete(id);
      sizes.delete(id);
    }
    slotOf.set(rows + merge, a);
    sizes.set(rows + merge, size);
    // The last of those alive takes the place of the one that is gone.
    const last = alive[--count];
    alive[placeOf[b]] = last;
    placeOf[last] = placeOf[b];
  }
  return largest;
}
