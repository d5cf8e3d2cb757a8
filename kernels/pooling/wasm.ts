import { withWasm } from "#lib/compute/wasm_module.ts";
import { type PoolingOptions, poolingSizes } from "./contract.ts";
import { nearestFrames } from "./nearest_frames.ts";
import { code } from "./simd.wasm.ts";

/** The function of simd.as.ts. */
interface Exports {
  pool(
    features: number,
    channels: number,
    frames: number,
    weights: number,
    epsilon: number,
    out: number,
  ): void;
}

/**
 * `statisticsPooling` in WebAssembly SIMD: the same result, bit for bit.
 *
 * @param wasm The module. @default the committed one
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wasmPooling } from "#kernels/pooling/wasm.ts";
 * const sizes = { items: 1, channels: 1, frames: 3 };
 * assert.deepEqual([...await wasmPooling(Float32Array.of(1, 2, 3), sizes)], [2, 1]);
 * ```
 */
export async function wasmPooling(
  features: Float32Array,
  options: PoolingOptions,
  wasm = code,
): Promise<Float64Array<ArrayBuffer>> {
  const { items, channels, frames, masksPerItem, rows, maskFrames, epsilon } = poolingSizes(
    features,
    options,
  );
  const { masks } = options;
  const source = masks && nearestFrames(maskFrames, frames);
  const result = new Float64Array(rows * 2 * channels);
  const padded = Math.ceil(channels / 2) * 2;
  await withWasm<Exports, void>(wasm, ({ exports, memory }) => {
    const input = memory.float32(padded * frames);
    const weights = memory.float64(frames);
    const output = memory.float64(2 * padded);
    weights.view.fill(1);
    for (let item = 0; item < items; item++) {
      input.view.set(features.subarray(item * channels * frames, (item + 1) * channels * frames));
      for (let row = item * masksPerItem; row < (item + 1) * masksPerItem; row++) {
        if (masks && source) {
          const mask = masks.subarray(row * maskFrames, (row + 1) * maskFrames);
          for (let t = 0; t < frames; t++) weights.view[t] = mask[source[t]];
        }
        exports.pool(input.pointer, padded, frames, weights.pointer, epsilon, output.pointer);
        const to = row * 2 * channels;
        result.set(output.view.subarray(0, channels), to);
        result.set(output.view.subarray(padded, padded + channels), to + channels);
      }
    }
  });
  return result;
}
