import type { FbankPlan } from "./fbank_plan.ts";
import { FFT_LENGTH } from "./contract.ts";
import { fftFilters } from "./fft_filters.ts";
import { decimatedPlace, HALF } from "./half_transform.ts";
import { hammingWindow } from "./hamming_window.ts";

/** What simd.as.ts reads besides the samples; its comments say how each lies. */
export interface WasmTables {
  readonly window: Float64Array;
  readonly twiddles: Float64Array;
  readonly places: Int32Array;
  readonly filterRanges: Int32Array;
  readonly filterWeights: Float64Array;
}

/**
 * The tables of simd.as.ts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbankPlan } from "#kernels/fbank/fbank_plan.ts";
 * import { wasmTables } from "#kernels/fbank/wasm_tables.ts";
 * assert.equal(wasmTables(fbankPlan(400)).twiddles.length, 64 * 6 + 128 * 2);
 * ```
 */
export function wasmTables(plan: FbankPlan): WasmTables {
  const turn = (k: number, length: number) => [
    Math.cos((2 * Math.PI * k) / length),
    -Math.sin((2 * Math.PI * k) / length),
  ];
  const quarter = Array.from({ length: HALF / 4 }, (_, n) => [1, 2, 3].flatMap((j) => turn(n * j, HALF)));
  const bins = Array.from({ length: HALF / 2 }, (_, i) => i + 1);
  const place = (k: number) => 32 * decimatedPlace(k, [4, 4, 4, 4]);
  const filters = fftFilters(plan);
  const even = (length: number) => length + length % 2;
  return {
    window: hammingWindow(plan.frameLength).map((value) => value * plan.scale * 0.5),
    twiddles: Float64Array.from([quarter, bins.map((k) => turn(k, FFT_LENGTH))].flat(2)),
    places: Int32Array.from(bins.flatMap((k) => [place(k), place(HALF - k)])),
    filterRanges: Int32Array.from(filters.flatMap(({ start, weights }) => [start, even(weights.length)])),
    filterWeights: Float64Array.from(
      filters.flatMap(({ weights }) => [...weights, ...new Array(weights.length % 2).fill(0)]),
    ),
  };
}
