/** The matrices that every backend of the distances is tried on, seeded; no size is a multiple of a tile. */
import { Random } from "#lib/synthesis/random.ts";

export interface MatrixPair {
  readonly name: string;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly aRows: number;
  readonly bRows: number;
  readonly columns: number;
}

function pair(
  name: string,
  [aRows, bRows, columns]: readonly [number, number, number],
  entry: (random: Random, index: number) => number,
): MatrixPair {
  const random = new Random(aRows * 1_000_003 + bRows * 1009 + columns);
  const draw = (length: number) => Float64Array.from({ length }, (_, i) => entry(random, i));
  return { name, a: draw(aRows * columns), b: draw(bRows * columns), aRows, bRows, columns };
}

/** Sums whose terms cancel: half of each row is nearly the negative of the other half, spread over nine decades. */
function cancelling(sizes: readonly [number, number, number]): MatrixPair {
  const made = pair("terms that cancel", sizes, (random) => random.normal() * 10 ** (random.integer(9) - 4));
  const { columns } = made;
  const half = Math.floor(columns / 2);
  for (let i = 0; i < made.aRows; i++) {
    for (let m = 0; m < half; m++) {
      made.a[i * columns + half + m] = -made.a[i * columns + m] * (1 + 2 ** -40 * m);
    }
  }
  for (let j = 0; j < made.bRows; j++) {
    for (let m = 0; m < half; m++) made.b[j * columns + half + m] = made.b[j * columns + m];
  }
  return made;
}

const normal = (random: Random) => random.normal();

export const MATRIX_PAIRS: readonly MatrixPair[] = [
  pair("one by one", [1, 1, 1], normal),
  pair("one column", [5, 3, 1], normal),
  pair("one row against many", [1, 37, 9], normal),
  pair("under a tile", [3, 2, 7], normal),
  pair("just over a tile", [17, 33, 65], normal),
  pair("two tiles and an odd rest", [67, 35, 31], normal),
  pair("embeddings", [41, 5, 256], normal),
  pair("a mean far from zero", [9, 11, 100], (random) => 1000 + random.normal()),
  pair("small numbers", [6, 6, 20], (random) => random.normal() * 2 ** -70),
  pair("large numbers", [6, 6, 20], (random) => random.normal() * 2 ** 200),
  cancelling([13, 10, 64]),
];

export const row = (x: Float64Array, i: number, columns: number): Float64Array =>
  x.subarray(i * columns, (i + 1) * columns);
