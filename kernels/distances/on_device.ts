import df64 from "#kernels/df64.wgsl" with { type: "text" };
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { GpuBatch, GpuSlice } from "#lib/compute/gpu_batch.ts";
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import blockDf64 from "./block_df64.wgsl" with { type: "text" };
import blockF32 from "./block_f32.wgsl" with { type: "text" };
import type { Metric } from "./contract.ts";
import rowDots from "./row_dots.wgsl" with { type: "text" };
import tiles from "./tiles.wgsl" with { type: "text" };

/** The shaders, by name; a test puts damaged ones in their place. */
export const SHADERS = { df64, blockDf64, blockF32, tiles, rowDots, flatGroup };

/** What the numbers in the buffers are: pairs of float32 (`array<vec2<f32>>`, 8 bytes) or float32 (4 bytes). */
export interface DeviceNumbers {
  readonly precision: "df64" | "f32";
  /** Only `f32` tells them apart. @default {"compensated"} */
  readonly sums?: Summation | undefined;
  /** @default the shaders as they are */
  readonly shaders?: typeof SHADERS | undefined;
}

/** Matrices on the device. */
export interface DeviceDistancesOptions extends DeviceNumbers {
  /** Row-major (aRows, columns). */
  readonly a: GpuBuffer | GpuSlice;
  /** Row-major (bRows, columns). */
  readonly b: GpuBuffer | GpuSlice;
  /** Row-major (aRows, bRows); condensed: one after the other. */
  readonly out: GpuBuffer | GpuSlice;
  readonly aRows: number;
  readonly bRows: number;
  readonly columns: number;
  readonly metric: Metric | "dot product";
  /** Lengths of the rows of `a` and of `b` (`rowDotsOnDevice` with `root`); needed for cosine distances. */
  readonly lengths?: { readonly a: GpuBuffer | GpuSlice; readonly b: GpuBuffer | GpuSlice } | undefined;
  /** Row i of `a` is row `condensedFrom + i` of `b`, and only distances to later rows are wanted. @default all */
  readonly condensedFrom?: number | undefined;
}

const METRICS = { "dot product": 0, cosine: 1, euclidean: 2 } as const;
const TILE = 64;

function prefix({ precision, shaders = SHADERS }: DeviceNumbers): string {
  return shaders.df64 + (precision === "df64" ? shaders.blockDf64 : shaders.blockF32);
}

function sumConstants({ precision, sums = "compensated" }: DeviceNumbers): Record<string, number> {
  return precision === "f32" ? { COMPENSATED: sums === "compensated" ? 1 : 0 } : {};
}

/**
 * Records distances or dot products between matrices that are on the device already, whatever is in them: NaN and infinities give
 * NaN as far as the device honours them.
 *
 * @returns The buffer of the sizes, to be disposed of once the batch has been submitted.
 * @throws {RangeError} where a buffer or its binding is beyond the device's limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { distancesOnDevice } from "#kernels/distances/on_device.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const { gpu } = compute;
 *   using a = gpu.upload(Float32Array.of(1, 2), { label: "a" });
 *   using b = gpu.upload(Float32Array.of(3, 4, 0, 1), { label: "b" });
 *   using out = gpu.buffer(8, { label: "products" });
 *   const batch = gpu.batch("products");
 *   using _sizes = await distancesOnDevice(gpu, batch, {
 *     ...{ a, b, out, aRows: 1, bRows: 2, columns: 2 },
 *     ...{ metric: "dot product", precision: "f32" },
 *   });
 *   await batch.submit();
 *   assert.deepEqual(new Float32Array(await gpu.download(out)), Float32Array.of(11, 2));
 * }
 * ```
 */
export async function distancesOnDevice(
  gpu: GpuContext,
  batch: GpuBatch,
  options: DeviceDistancesOptions,
): Promise<Disposable> {
  const { a, b, out, aRows, bRows, columns, metric, lengths, condensedFrom, shaders = SHADERS } = options;
  if (metric === "cosine" && lengths === undefined) {
    throw new TypeError("Cosine distances need the lengths of the rows");
  }
  const kernel = await gpu.kernel({
    label: `distances tiles ${options.precision}`,
    code: prefix(options) + shaders.tiles,
    bindings: ["uniform", "read", "read", "read", "read", "read_write"],
    constants: { ...sumConstants(options), SQUARES: metric === "euclidean" ? 1 : 0 },
  });
  const condensed = condensedFrom === undefined ? 0 : 1;
  const sizes = gpu.upload(
    Uint32Array.of(aRows, bRows, columns, METRICS[metric], condensed, condensedFrom ?? 0, 0, 0),
    { label: "sizes of distances" },
  );
  batch.dispatch(kernel, {
    bindings: [sizes, a, b, lengths?.a ?? a, lengths?.b ?? b, out],
    workgroups: [Math.ceil(bRows / TILE), Math.ceil(aRows / TILE)],
  });
  return sizes;
}

/** Matrices on the device, of one shape. */
export interface DeviceRowDotsOptions extends DeviceNumbers {
  /** Row-major (rows, columns). */
  readonly a: GpuBuffer | GpuSlice;
  readonly b: GpuBuffer | GpuSlice;
  /** (rows,). */
  readonly out: GpuBuffer | GpuSlice;
  readonly rows: number;
  readonly columns: number;
  /** The root of each product: lengths, when `b` is `a`. @default {false} */
  readonly root?: boolean;
}

/**
 * Records the dot product of every row of `a` with the same row of `b`.
 *
 * @returns The buffer of the sizes, to be disposed of once the batch has been submitted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { rowDotsOnDevice } from "#kernels/distances/on_device.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const { gpu } = compute;
 *   using a = gpu.upload(Float32Array.of(3, 4), { label: "a" });
 *   using out = gpu.buffer(4, { label: "length" });
 *   const batch = gpu.batch("length");
 *   const shape = { a, b: a, out, rows: 1, columns: 2, root: true };
 *   using _sizes = await rowDotsOnDevice(gpu, batch, { ...shape, precision: "f32" });
 *   await batch.submit();
 *   assert.deepEqual(new Float32Array(await gpu.download(out)), Float32Array.of(5));
 * }
 * ```
 */
export async function rowDotsOnDevice(
  gpu: GpuContext,
  batch: GpuBatch,
  options: DeviceRowDotsOptions,
): Promise<Disposable> {
  const { a, b, out, rows, columns, root = false, shaders = SHADERS } = options;
  const kernel = await gpu.kernel({
    label: `distances row dots ${options.precision}`,
    code: prefix(options) + shaders.flatGroup + shaders.rowDots,
    bindings: ["uniform", "read", "read", "read_write"],
    constants: { ...sumConstants(options), ROOT: root ? 1 : 0 },
  });
  const sizes = gpu.upload(Uint32Array.of(rows, columns, 0, 0), { label: "sizes of row dots" });
  batch.dispatch(kernel, { bindings: [sizes, a, b, out], workgroups: Math.ceil(rows / 4) });
  return sizes;
}
