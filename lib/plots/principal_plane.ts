/** Points of many dimensions, flattened onto the plane in which they differ most. */

import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import { loadPackage } from "#lib/places/load_package.ts";

/** Points on a plane. */
export interface PrincipalPlane {
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  /** How much of all variance each axis shows, 0 to 1. */
  readonly explained: readonly [x: number, y: number];
}

/** Iterations end when the plane turns less than this. */
const SETTLED = 1e-10, MOST_ITERATIONS = 300;

/**
 * Principal components 1 and 2 of N points, by orthogonal iteration on the covariance in a space of eight dimensions, and mathjs'
 * eigenvectors of what is left of it there (Halko, Martinsson and Tropp 2011, without the chance: it begins with the coordinates of most
 * variance). Signs are set so that the largest weight of each component is positive.
 *
 * @param points (N, D), finite: one point in each row.
 * @throws {RangeError} when there are not two axes, or a value is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { principalPlane } from "#lib/plots/principal_plane.ts";
 * const points = ndArray("f8", [4, 3], Float64Array.of(-3, 0, 0, 3, 0, 0, 0, 1, 0, 0, -1, 0));
 * const { x, y, explained } = await principalPlane(points);
 * assert.deepEqual([...x].map(Math.round), [-3, 3, 0, 0]);
 * assert.deepEqual([...y].map(Math.round), [0, 0, 1, -1]);
 * assert(Math.abs(explained[0] - 0.9) < 1e-12);
 * ```
 */
export async function principalPlane(
  { shape, data: points }: ArrayOf<"f4"> | ArrayOf<"f8">,
): Promise<PrincipalPlane> {
  const [rows, columns] = shape;
  if (shape.length !== 2) throw new RangeError(`Points need a shape (N, D), got (${shape.join(", ")})`);
  const odd = points.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new RangeError(`Point ${Math.floor(odd / columns)} holds ${points[odd]}`);
  if (rows === 0 || columns === 0) {
    return { x: new Float64Array(rows), y: new Float64Array(rows), explained: [0, 0] };
  }
  const centred = centre(points, rows, columns);
  const covariance = covarianceOf(centred, rows, columns);
  const total = Array.from({ length: columns }, (_, i) => covariance[i * columns + i])
    .reduce((sum, x) => sum + x, 0);
  const { vectors, values } = await leading(covariance, columns);
  const [x, y] = [0, 1].map((k) => {
    const vector = vectors[k];
    return Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += centred[i * columns + j] * vector[j];
      return sum;
    });
  });
  const share = (k: number) => total > 0 ? Math.max(0, values[k]) / total : 0;
  return { x, y, explained: [share(0), share(1)] };
}

function centre(points: Float64Array | Float32Array, rows: number, columns: number): Float64Array {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] += points[i * columns + j] / rows;
  return Float64Array.from(points, (value, index) => value - mean[index % columns]);
}

function covarianceOf(centred: Float64Array, rows: number, columns: number): Float64Array {
  const covariance = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    const row = centred.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < columns; j++) {
      const value = row[j], at = j * columns;
      for (let k = j; k < columns; k++) covariance[at + k] += value * row[k];
    }
  }
  for (let j = 0; j < columns; j++) {
    for (let k = j; k < columns; k++) {
      covariance[k * columns + j] = covariance[j * columns + k] /= Math.max(1, rows - 1);
    }
  }
  return covariance;
}

/** The two leading eigenvectors of a symmetric matrix; a second dimension that is not there is zero. */
async function leading(matrix: Float64Array, n: number) {
  const { eigs } = await loadPackage("mathjs", {
    purpose: "A map of embeddings",
    load: () => import("mathjs"),
  });
  const size = Math.min(8, n);
  const byVariance = Array.from({ length: n }, (_, i) => i)
    .sort((a, b) => matrix[b * n + b] - matrix[a * n + a] || a - b);
  let basis = orthonormal(byVariance.slice(0, size).map((i) => unit(i, n)), n);
  let before = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const images = basis.map((vector) => multiply(matrix, vector, n));
    // Where the variance of the two leading directions no longer grows, they have settled.
    const captured = [0, 1].reduce((sum, k) => sum + (basis[k] ? dot(basis[k], images[k]) : 0), 0);
    basis = orthonormal(images, n);
    if (captured - before <= SETTLED * captured && iteration > 2) break;
    before = captured;
  }
  const images = basis.map((vector) => multiply(matrix, vector, n));
  const small = basis.map((v) => images.map((image) => dot(v, image)));
  const symmetric = small.map((row, i) => row.map((value, j) => (value + small[j][i]) / 2));
  const found = eigs(symmetric).eigenvectors.map(({ value, vector }) => ({
    value: Number(value),
    weights: Array.from(vector as number[], Number),
  })).sort((a, b) => b.value - a.value);
  const vectors = [0, 1].map((k) => {
    const weights = found[k]?.weights ?? [];
    const vector = new Float64Array(n);
    weights.forEach((weight, b) => basis[b].forEach((value, j) => vector[j] += weight * value));
    return upright(vector);
  });
  return { vectors, values: [found[0]?.value ?? 0, found[1]?.value ?? 0] };
}

function unit(index: number, n: number): Float64Array {
  const vector = new Float64Array(n);
  vector[index] = 1;
  return vector;
}

function multiply(matrix: Float64Array, vector: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Gram and Schmidt, twice over; a vector that the others span becomes a coordinate that they do not. */
function orthonormal(vectors: readonly Float64Array[], n: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    let candidate: Float64Array = vector.slice(), spare = 0;
    for (let pass = 0; pass < 2 || spare < n; pass++) {
      const before = Math.sqrt(dot(candidate, candidate));
      for (const other of basis) {
        const along = dot(candidate, other);
        for (let j = 0; j < n; j++) candidate[j] -= along * other[j];
      }
      const length = Math.sqrt(dot(candidate, candidate));
      if (length > 1e-12 * before && length > 0) {
        for (let j = 0; j < n; j++) candidate[j] /= length;
        if (pass > 0) break;
      } else candidate = unit(spare++, n);
    }
    basis.push(candidate);
  }
  return basis;
}

/** With its largest weight (the first of equals) positive. */
function upright(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}
