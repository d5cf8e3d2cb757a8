import type { Compute } from "#lib/compute/compute.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import { assertMatrix } from "./assert_matrix.ts";
import type {
  DistancesOptions,
  Metric,
  PairwiseDistancesOptions,
  RowDotProductsOptions,
} from "./contract.ts";
import type { DotProductsOptions } from "./dot_products.ts";
import { hostRows } from "./host_rows.ts";
import { type Device, type DeviceTests, Resident } from "./resident.ts";
import * as scalar from "./scalar.ts";

type Matrix = Float64Array<ArrayBuffer>;

/**
 * A.B^T on the GPU. See `dotProducts` of mod.ts; `tests` is for tests, here and below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { dotProducts } from "#kernels/distances/webgpu.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const a = new Float64Array([1, 2]), b = new Float64Array([3, 4, 0, 1]);
 *   assert.deepEqual([...await dotProducts(compute, a, b, { aRows: 1, bRows: 2, columns: 2 })], [11, 2]);
 * }
 * ```
 */
export function dotProducts(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: DotProductsOptions,
  tests: DeviceTests = {},
): Promise<Matrix> {
  const host = (x: Float64Array, y: Float64Array, aRows: number, bRows: number) =>
    scalar.dotProducts(x, y, { ...options, aRows, bRows });
  return all(deviceOf(compute, options, tests), { ...options, a, b, metric: "dot product", host });
}

/**
 * Distances on the GPU. See `distances` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { distances } from "#kernels/distances/webgpu.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const a = new Float64Array([1, 0]), b = new Float64Array([0, 2, -3, 0]);
 *   const options = { aRows: 1, bRows: 2, columns: 2, metric: "cosine" } as const;
 *   const [right, opposite] = await distances(compute, a, b, options);
 *   assert(Math.abs(right - 1) < 1e-6 && Math.abs(opposite - 2) < 1e-6);
 * }
 * ```
 */
export function distances(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: DistancesOptions,
  tests: DeviceTests = {},
): Promise<Matrix> {
  const host = (x: Float64Array, y: Float64Array, aRows: number, bRows: number) =>
    scalar.distances(x, y, { ...options, aRows, bRows });
  return all(deviceOf(compute, options, tests), { ...options, a, b, host });
}

interface AllPairs {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly aRows: number;
  readonly bRows: number;
  readonly columns: number;
  readonly metric: Metric | "dot product";
  /** The same on the host, for some rows of `a` and some of `b`. */
  host(a: Float64Array, b: Float64Array, aRows: number, bRows: number): Float64Array;
}

async function all(device: Device, pairs: AllPairs): Promise<Matrix> {
  const { a, b, aRows, bRows, columns, metric, host } = pairs;
  assertMatrix("a", a, aRows, columns);
  assertMatrix("b", b, bRows, columns);
  const out = new Float64Array(aRows * bRows);
  if (out.length === 0 || columns === 0) {
    if (out.length > 0) out.set(host(a, b, aRows, bRows));
    return out;
  }
  const zeros = metric === "cosine";
  const aHost = hostRows(a, { rows: aRows, columns, zeros });
  const bHost = hostRows(b, { rows: bRows, columns, zeros });
  using resident = new Resident(device, columns);
  const onDevice = { a: resident.upload(a, aHost), b: resident.upload(b, bHost) };
  await resident.blocks({ ...onDevice, aRows, bRows, metric }, (values, row) => out.set(values, row * bRows));

  for (const i of aHost) out.set(host(a.subarray(i * columns, (i + 1) * columns), b, 1, bRows), i * bRows);
  for (const j of bHost) {
    host(a, b.subarray(j * columns, (j + 1) * columns), aRows, 1).forEach((value, i) => {
      out[i * bRows + j] = value;
    });
  }
  return out;
}

/**
 * Condensed distances on the GPU. See `pairwiseDistances` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { pairwiseDistances } from "#kernels/distances/webgpu.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const x = new Float64Array([0, 0, 3, 4, 0, 1]);
 *   const [first] = await pairwiseDistances(compute, x, { rows: 3, columns: 2, metric: "euclidean" });
 *   assert(Math.abs(first - 5) < 1e-5);
 * }
 * ```
 */
export async function pairwiseDistances(
  compute: Compute,
  x: Float64Array,
  options: PairwiseDistancesOptions,
  tests: DeviceTests = {},
): Promise<Matrix> {
  const { rows, columns, metric } = options;
  assertMatrix("x", x, rows, columns);
  const before = (i: number) => i * (rows - 1) - i * (i - 1) / 2; // pairs whose first row is before i
  const out = new Float64Array(before(rows));
  if (out.length === 0) return out;
  if (columns === 0) return scalar.pairwiseDistances(x, options);
  const host = hostRows(x, { rows, columns, zeros: metric === "cosine" });
  using resident = new Resident(deviceOf(compute, options, tests), columns);
  const onDevice = resident.upload(x, host);
  await resident.blocks(
    { a: onDevice, b: onDevice, aRows: rows, bRows: rows, metric, condensed: true },
    (values, row, count) => out.set(values.subarray(0, before(row + count) - before(row)), before(row)),
  );
  for (const h of host) {
    const row = x.subarray(h * columns, (h + 1) * columns);
    const shape = { aRows: 1, bRows: rows, columns, metric, sums: options.sums };
    scalar.distances(row, x, shape).forEach((value, other) => {
      if (other === h) return;
      const [i, j] = [Math.min(other, h), Math.max(other, h)];
      out[before(i) + j - i - 1] = value;
    });
  }
  return out;
}

/**
 * Dot products row by row on the GPU. See `rowDotProducts` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { rowDotProducts } from "#kernels/distances/webgpu.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const x = new Float64Array([3, 4, 0, 2]);
 *   assert.deepEqual([...await rowDotProducts(compute, x, x, { rows: 2, columns: 2 })], [25, 4]);
 * }
 * ```
 */
export async function rowDotProducts(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: RowDotProductsOptions,
  tests: DeviceTests = {},
): Promise<Matrix> {
  const { rows, columns, sums } = options;
  assertMatrix("a", a, rows, columns);
  assertMatrix("b", b, rows, columns);
  if (rows === 0 || columns === 0) return new Float64Array(rows);
  const shape = { rows, columns };
  const host = [...new Set([...hostRows(a, shape), ...hostRows(b, shape)])];
  using resident = new Resident(deviceOf(compute, options, tests), columns);
  const out = await resident.rowDots(resident.upload(a, host), resident.upload(b, host), rows);
  for (const i of host) {
    const one = (x: Float64Array) => x.subarray(i * columns, (i + 1) * columns);
    out.set(scalar.rowDotProducts(one(a), one(b), { rows: 1, columns, sums }), i);
  }
  return out;
}

function deviceOf(
  compute: Compute,
  { sums }: { readonly sums?: Summation | undefined },
  tests: DeviceTests,
): Device {
  const { gpu, precision } = compute;
  if (gpu === undefined || precision === "f64") {
    throw new TypeError(`Distances on the GPU need an opened GPU, not backend ${compute.backend}`);
  }
  return { gpu, precision, sums, ...tests };
}
