import { type WasmInstance, withWasm } from "#lib/compute/wasm_module.ts";
import type { WasmCode } from "#lib/compute/wasm_code.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import { assertMatrix } from "./assert_matrix.ts";
import type { DistancesOptions, PairwiseDistancesOptions, RowDotProductsOptions } from "./contract.ts";
import { cosineDistance } from "./cosine_distance.ts";
import type { DotProductsOptions } from "./dot_products.ts";
import { code as builtCode } from "./simd.wasm.ts";

/** The functions of simd.as.ts. */
interface Exports {
  pack(b: number, rows: number, columns: number, panels: number): void;
  sums(
    a: number,
    aRows: number,
    panels: number,
    bRows: number,
    columns: number,
    kind: number,
    compensated: number,
    firstRow: number,
    block: number,
    out: number,
  ): void;
  dots(
    a: number,
    aRows: number,
    panels: number,
    bRows: number,
    columns: number,
    block: number,
    out: number,
  ): void;
  rowDots(a: number, b: number, rows: number, columns: number, compensated: number, out: number): void;
}

const DOT = 0;
const SQUARED_DIFFERENCE = 1;

/** Rows of `a` and of the result are in the module's memory by the block, so that only b is there as a whole. */
const BLOCK_BYTES = 16 * 1024 * 1024;

/**
 * A.B^T in WASM: scalar.ts' numbers bit for bit. See `dotProducts` of mod.ts; `code` is for tests, here and below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dotProducts } from "#kernels/distances/wasm.ts";
 * const a = new Float64Array([1, 2]), b = new Float64Array([3, 4, 0, 1]);
 * assert.deepEqual([...await dotProducts(a, b, { aRows: 1, bRows: 2, columns: 2 })], [11, 2]);
 * ```
 */
export function dotProducts(
  a: Float64Array,
  b: Float64Array,
  options: DotProductsOptions,
  code: WasmCode = builtCode,
): Promise<Float64Array<ArrayBuffer>> {
  return withWasm(
    code,
    (instance: WasmInstance<Exports>) => allSums(instance, { ...options, a, b, kind: DOT }),
  );
}

/**
 * Dot products row by row in WASM: scalar.ts' numbers bit for bit. See `rowDotProducts` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowDotProducts } from "#kernels/distances/wasm.ts";
 * const x = new Float64Array([3, 4, 0, 2]);
 * assert.deepEqual([...await rowDotProducts(x, x, { rows: 2, columns: 2 })], [25, 4]);
 * ```
 */
export function rowDotProducts(
  a: Float64Array,
  b: Float64Array,
  options: RowDotProductsOptions,
  code: WasmCode = builtCode,
): Promise<Float64Array<ArrayBuffer>> {
  return withWasm(code, (instance: WasmInstance<Exports>) => rowSums(instance, { ...options, a, b }));
}

/**
 * Distances in WASM: scalar.ts' numbers bit for bit. See `distances` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distances } from "#kernels/distances/wasm.ts";
 * const a = new Float64Array([1, 0]), b = new Float64Array([0, 2, -3, 0]);
 * const options = { aRows: 1, bRows: 2, columns: 2, metric: "cosine" } as const;
 * assert.deepEqual([...await distances(a, b, options)], [1, 2]);
 * ```
 */
export function distances(
  a: Float64Array,
  b: Float64Array,
  options: DistancesOptions,
  code: WasmCode = builtCode,
): Promise<Float64Array<ArrayBuffer>> {
  const { metric, aRows, bRows, columns, sums } = options;
  return withWasm(code, (instance: WasmInstance<Exports>) => {
    if (metric === "euclidean") {
      return allSums(instance, { ...options, a, b, kind: SQUARED_DIFFERENCE }).map(Math.sqrt);
    }
    const out = allSums(instance, { ...options, a, b, kind: DOT });
    const aLengths = rowSums(instance, { a, b: a, rows: aRows, columns, sums }).map(Math.sqrt);
    const bLengths = rowSums(instance, { a: b, b, rows: bRows, columns, sums }).map(Math.sqrt);
    for (let i = 0, at = 0; i < aRows; i++) {
      for (let j = 0; j < bRows; j++, at++) out[at] = cosineDistance(out[at], aLengths[i], bLengths[j]);
    }
    return out;
  });
}

/**
 * Condensed distances in WASM: scalar.ts' numbers bit for bit. See `pairwiseDistances` of mod.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairwiseDistances } from "#kernels/distances/wasm.ts";
 * const x = new Float64Array([0, 0, 3, 4, 0, 1]);
 * const options = { rows: 3, columns: 2, metric: "euclidean" } as const;
 * assert.deepEqual([...await pairwiseDistances(x, options)], [5, 1, Math.sqrt(18)]);
 * ```
 */
export function pairwiseDistances(
  x: Float64Array,
  options: PairwiseDistancesOptions,
  code: WasmCode = builtCode,
): Promise<Float64Array<ArrayBuffer>> {
  const { metric, rows, columns, sums } = options;
  assertMatrix("x", x, rows, columns);
  return withWasm(code, (instance: WasmInstance<Exports>) => {
    const shape = { a: x, b: x, aRows: rows, bRows: rows, columns, sums, condensed: true };
    if (metric === "euclidean") {
      return allSums(instance, { ...shape, kind: SQUARED_DIFFERENCE }).map(Math.sqrt);
    }
    const out = allSums(instance, { ...shape, kind: DOT });
    const lengths = rowSums(instance, { a: x, b: x, rows, columns, sums }).map(Math.sqrt);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = i + 1; j < rows; j++, at++) out[at] = cosineDistance(out[at], lengths[i], lengths[j]);
    }
    return out;
  });
}

interface Sums {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly aRows: number;
  readonly bRows: number;
  readonly columns: number;
  readonly kind: number;
  readonly sums?: Summation | undefined;
  /** Only pairs (i, j) with i < j. */
  readonly condensed?: boolean;
}

function allSums({ exports, memory }: WasmInstance<Exports>, options: Sums): Float64Array<ArrayBuffer> {
  const { a, b, aRows, bRows, columns, kind, sums = "compensated", condensed = false } = options;
  assertMatrix("a", a, aRows, columns);
  assertMatrix("b", b, bRows, columns);
  const out = new Float64Array(condensed ? aRows * (aRows - 1) / 2 : aRows * bRows);
  const rowsOfBlock = Math.max(64, Math.floor(BLOCK_BYTES / (8 * (columns + bRows) * 64)) * 64);
  const blockRows = Math.min(aRows, rowsOfBlock);
  const panels = memory.float64(Math.ceil(bRows / 4) * 4 * columns);
  const aBlock = memory.float64(Math.max(4, blockRows) * columns);
  const results = memory.float64(blockRows * bRows);
  const scratch = memory.float64(16);
  // b comes in through the same block, as many rows at a time as fit, in whole panels.
  const piece = Math.max(4, blockRows - blockRows % 4);
  for (let j = 0; j < bRows; j += piece) {
    const rows = Math.min(piece, bRows - j);
    aBlock.view.set(b.subarray(j * columns, (j + rows) * columns));
    exports.pack(aBlock.pointer, rows, columns, panels.pointer + 8 * j * columns);
  }
  for (let i = 0, at = 0; i < aRows; i += blockRows) {
    const rows = Math.min(blockRows, aRows - i);
    aBlock.view.set(a.subarray(i * columns, (i + rows) * columns));
    const sizes = [aBlock.pointer, rows, panels.pointer, bRows, columns] as const;
    if (kind === DOT && sums === "plain" && !condensed) {
      exports.dots(...sizes, scratch.pointer, results.pointer);
    } else {
      const compensated = sums === "compensated" ? 1 : 0;
      const firstRow = condensed ? i : -1;
      exports.sums(...sizes, kind, compensated, firstRow, scratch.pointer, results.pointer);
    }
    const length = condensed ? rows * (bRows - i) - rows * (rows + 1) / 2 : rows * bRows;
    out.set(results.view.subarray(0, length), at);
    at += length;
  }
  memory.reset();
  return out;
}

interface RowSums extends RowDotProductsOptions {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly sums?: Summation | undefined;
}

function rowSums({ exports, memory }: WasmInstance<Exports>, options: RowSums): Float64Array<ArrayBuffer> {
  const { a, b, rows, columns, sums = "compensated" } = options;
  assertMatrix("a", a, rows, columns);
  assertMatrix("b", b, rows, columns);
  const out = new Float64Array(rows);
  const blockRows = Math.min(rows, Math.max(2, Math.floor(BLOCK_BYTES / (16 * columns + 8))));
  const first = memory.float64(blockRows * columns);
  const second = a === b ? first : memory.float64(blockRows * columns);
  const results = memory.float64(blockRows);
  for (let i = 0; i < rows; i += blockRows) {
    const count = Math.min(blockRows, rows - i);
    first.view.set(a.subarray(i * columns, (i + count) * columns));
    if (second !== first) second.view.set(b.subarray(i * columns, (i + count) * columns));
    const compensated = sums === "compensated" ? 1 : 0;
    exports.rowDots(first.pointer, second.pointer, count, columns, compensated, results.pointer);
    out.set(results.view.subarray(0, count), i);
  }
  memory.reset();
  return out;
}
