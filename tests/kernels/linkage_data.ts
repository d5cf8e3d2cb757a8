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
