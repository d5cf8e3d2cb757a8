import { FFT_LENGTH } from "./contract.ts";
import type { FbankPlan } from "./fbank_plan.ts";
import { fftFilters } from "./fft_filters.ts";
import { HALF } from "./half_transform.ts";
import { hammingWindow } from "./hamming_window.ts";

/** What frames.wgsl reads besides the samples. */
export interface GpuTables {
  /** Window, exchange, untangling and roots, as f32.wgsl's or grid.wgsl's `Factor`. */
  readonly factors: Float32Array<ArrayBuffer>;
  /** Ranges and weights of the filters; the weights float32 as bits. */
  readonly filters: Uint32Array<ArrayBuffer>;
}

/** c + i s. */
type Pair = readonly [c: number, s: number];

/**
 * The tables of frames.wgsl, in the order in which its threads read them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbankPlan } from "#kernels/fbank/fbank_plan.ts";
 * import { gpuTables } from "#kernels/fbank/gpu_tables.ts";
 * const { factors } = gpuTables(fbankPlan(400), "df64");
 * const [c1, c2, c3] = factors.subarray(8, 11); // three parts of the window at sample 2
 * assert(Math.abs(c1 + c2 + c3 - (0.54 - 0.46 * Math.cos(4 * Math.PI / 399))) < 2 ** -48);
 * ```
 */
export function gpuTables(plan: FbankPlan, precision: "f32" | "df64"): GpuTables {
  const lanes = Array.from({ length: 16 }, (_, lane) => lane);
  const turn = (k: number, length: number): Pair => [
    Math.cos((2 * Math.PI * k) / length),
    -Math.sin((2 * Math.PI * k) / length),
  ];
  const window = hammingWindow(plan.frameLength);
  const sample = (n: number): Pair => {
    const weight = n < window.length ? window[n] : 0;
    return [weight, precision === "f32" ? plan.preemphasis : weight * plan.preemphasis];
  };
  const pairs: Pair[] = [
    ...lanes.flatMap((j) => [0, 1].flatMap((odd) => lanes.map((lane) => sample(2 * (lane + 16 * j) + odd)))),
    ...lanes.flatMap((r) => lanes.map((lane) => turn(r * lane, HALF))),
    ...Array.from({ length: HALF / 2 }, (_, k) => turn(k, FFT_LENGTH)),
    ...lanes.map((i) => turn(i, 16)),
  ];
  const factors = Float32Array.from(precision === "f32" ? pairs.flat() : pairs.flat().flatMap(pieces));
  return { factors, filters: filterTable(plan) };
}

/** A number as multiples of 2^-11 and of 2^-24, and the rest; then all but the first. */
function pieces(x: number): number[] {
  const first = Math.round(x * 2 ** 11) * 2 ** -11;
  const second = Math.round((x - first) * 2 ** 24) * 2 ** -24;
  return [first, second, x - first - second, x - first];
}

function filterTable(plan: FbankPlan): Uint32Array<ArrayBuffer> {
  const filters = fftFilters(plan);
  const longest = Math.max(...filters.map(({ weights }) => weights.length));
  const table = new Uint32Array((2 + longest) * filters.length);
  const weightsOf = new Float32Array(table.buffer, 8 * filters.length);
  filters.forEach(({ start, weights }, m) => {
    table.set([start, weights.length], 2 * m);
    weights.forEach((weight, i) => weightsOf[i * filters.length + m] = weight);
  });
  return table;
}
