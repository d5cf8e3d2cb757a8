/** Points to cluster: SciPy's cases, and seeded ones of the kinds that linkage meets and fears. */
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { Random } from "#lib/synthesis/random.ts";

/** Row-major points. */
export interface Points {
  readonly x: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Points with SciPy's tree and its cuts. */
export interface ScipyCase extends Points {
  readonly name: string;
  /** `linkage(x, "centroid")`. */
  readonly z: Float64Array;
  /** By threshold, `fcluster(z, threshold, "distance")` relabelled by `np.unique`. */
  readonly labels: ReadonlyMap<number, Float64Array>;
}

/** All cases of reference/centroid_linkage.npz. */
export async function readScipyCases(path: string): Promise<ScipyCase[]> {
  const arrays = await readNpz(path);
  const names = new Set(Object.keys(arrays).map((key) => key.split("/")[0]));
  return [...names].map((name) => {
    const [rows, columns] = arrays[`${name}/X`].shape;
    const cuts = Object.keys(arrays).filter((key) => key.startsWith(`${name}/labels@`));
    return {
      name,
      rows,
      columns,
      x: asFloat64(arrays[`${name}/X`]),
      z: asFloat64(arrays[`${name}/Z`]),
      labels: new Map(cuts.map((key) => [Number(key.split("@")[1]), asFloat64(arrays[key])])),
    };
  });
}

const unit = (row: Float64Array): Float64Array => {
  const norm = Math.hypot(...row);
  return row.map((value) => value / norm);
};

function fill(rows: number, columns: number, row: (index: number) => ArrayLike<number>): Points {
  const x = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) x.set(row(i), i * columns);
  return { x, rows, columns };
}

/** Unit vectors with no structure: one giant cluster swallows the others one by one. */
export function structurelessPoints(rows: number, columns: number, seed = 1): Points {
  const random = new Random(seed);
  return fill(rows, columns, () => unit(random.normals(columns)));
}

/** Unit vectors around `speakers` directions, with noise between half and one and a half times `noise`. */
export function speakerPoints(
  rows: number,
  columns: number,
  { speakers = 8, noise = 0.8, seed = 1 } = {},
): Points {
  const random = new Random(seed);
  const means = Array.from({ length: speakers }, () => unit(random.normals(columns)));
  return fill(rows, columns, () => {
    const mean = means[random.integer(speakers)];
    const spread = noise * (0.5 + random.uniform());
    return unit(unit(random.normals(columns)).map((value, i) => mean[i] + spread * value));
  });
}

/** Points of a small integer grid: ties everywhere, duplicates among them. */
export function gridPoints(rows: number, columns: number, side: number, seed = 1): Points {
  const random = new Random(seed);
  return fill(rows, columns, () => Float64Array.from({ length: columns }, () => random.integer(side)));
}

/** Points of which many are tied, or all. */
export function tiedVectors(rows: number, columns: number): (Points & { readonly name: string })[] {
  const some = structurelessPoints(rows, columns, 3);
  const half = some.x.slice();
  half.copyWithin(0, Math.ceil(rows / 2) * columns);
  const axes = fill(rows, rows, (row) => Float64Array.from({ length: rows }, (_, i) => i === row ? 1 : 0));
  const ring = fill(rows, 2, (row) => {
    const angle = 2 * Math.PI * row / rows;
    return [Math.cos(angle), Math.sin(angle)];
  });
  return [
    { name: "all equal", ...fill(rows, columns, () => some.x.subarray(0, columns)) },
    { name: "half of them twice", ...some, x: half },
    { name: "the axes of a space", ...axes },
    { name: "corners of a cube", ...gridPoints(rows, columns, 2) },
    { name: "a grid", ...gridPoints(rows, 3, 4) },
    {
      name: "a grid far from the origin",
      rows,
      columns: 3,
      x: gridPoints(rows, 3, 4).x.map((v) => v / 3 + 1e6),
    },
    { name: "a regular ring", ...ring },
    { name: "two kinds, by turns", ...fill(rows, 2, (row) => [row % 2, 0]) },
    {
      name: "so near that squares vanish",
      ...fill(rows, 1, (row) => [row % 5 === 4 ? 1 : (row % 3) * 1e-170]),
    },
    {
      name: "a grid shaken below df64",
      rows,
      columns: 3,
      x: gridPoints(rows, 3, 4).x.map((v, i) => v + (i % 7) * 2 ** -51),
    },
  ];
}

/** The same partition, whatever the numbers of the clusters. */
export function samePartition(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const forth = new Map<number, number>(), back = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    if ((forth.get(a[i]) ?? b[i]) !== b[i] || (back.get(b[i]) ?? a[i]) !== a[i]) return false;
    forth.set(a[i], b[i]);
    back.set(b[i], a[i]);
  }
  return a.length === b.length;
}

/** A grid shaken by a ten-millionth of its width: no ties, but distances that only float64 tells apart. */
export function shakenGridPoints(rows: number, columns: number, seed = 1): Points {
  const random = new Random(seed);
  const { x } = gridPoints(rows, columns, 4, seed);
  return { x: x.map((value) => value + 1e-7 * random.normal()), rows, columns };
}

/** Largest difference of two trees' heights; infinite when they merge differently. */
export function treeDifference(z: Float64Array, expected: Float64Array): number {
  if (z.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < z.length; i++) {
    if (i % 4 === 2) worst = Math.max(worst, Math.abs(z[i] - expected[i]));
    else if (z[i] !== expected[i]) return Infinity;
  }
  return worst;
}

/** Points without ties, of many shapes, on which every way to the tree must agree. */
export function linkageVectors(): (Points & { readonly name: string })[] {
  const far = speakerPoints(50, 20);
  return [
    { name: "two points", ...structurelessPoints(2, 5) },
    { name: "three points", ...structurelessPoints(3, 1 + 1) },
    { name: "five points in one dimension", ...shakenGridPoints(5, 1) },
    { name: "65 speakers' points in 7 dimensions", ...speakerPoints(65, 7, { speakers: 4, noise: 0.5 }) },
    { name: "129 structureless points", ...structurelessPoints(129, 16) },
    { name: "300 speakers' points in 256 dimensions", ...speakerPoints(300, 256) },
    { name: "130 points of a shaken grid", ...shakenGridPoints(130, 3) },
    { name: "200 points of a finely shaken grid", ...shakenGridPoints(200, 2, 7) },
    { name: "points far from the origin", ...far, x: far.x.map((value, i) => value + (i % 20)) },
    { name: "tiny points", ...far, x: far.x.map((value) => value * 2 ** -40) },
    { name: "one far outlier", ...far, x: far.x.map((value, i) => i < 20 ? value + 100 : value) },
  ];
}
