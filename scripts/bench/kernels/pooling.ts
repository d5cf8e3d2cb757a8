import { ndArray } from "#lib/arrays/nd_array.ts";
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import { pooling } from "#kernels/pooling/mod.ts";
import { poolingOnDevice } from "#kernels/pooling/webgpu.ts";
import { gpuOf } from "./gpu_of.ts";
import type { KernelBench, KernelCase } from "./kernel_case.ts";
import { masks as madeUpMasks, normals } from "./made_up.ts";

/** WeSpeaker's ResNet34 on chunks of 10 s, with the masks of three local speakers. */
const SIZES = { channels: 2560, frames: 125, masksPerItem: 3, maskFrames: 589 };

/** Float operations of one feature under one mask: 5 additions and 4 products, counted in statistics.wgsl. */
const OPERATIONS = { f64: 9, f32: 9, df64: 200 };

function poolingCase(items: number, sizes = SIZES): KernelCase {
  const { channels, frames, masksPerItem, maskFrames } = sizes;
  const features = normals(items * channels * frames);
  const masks = madeUpMasks(items * masksPerItem, maskFrames);
  const shape = { items, channels, frames, masksPerItem };
  const rows = items * masksPerItem;
  return {
    kernel: "pooling",
    title: `${items} chunks`,
    shape: { ...shape, maskFrames },
    hasPrecisions: true,
    run: (compute) => pooling(compute, features, { ...shape, masks }),
    onDevice: (compute) => {
      const gpu = gpuOf(compute);
      const input = gpu.upload(features, { label: "features" });
      const weights = gpu.upload(masks, { label: "masks" });
      const precision = compute.precision === "f32" ? "f32" : "df64";
      let output: GpuBuffer | undefined;
      const dispose = () => [input, weights, output].forEach((buffer) => buffer?.dispose());
      return Promise.resolve({
        run: async (repeats: number) => {
          for (let i = 0; i < repeats; i++) {
            output?.dispose();
            output = await poolingOnDevice(gpu, input, { ...shape, masks: weights, precision });
          }
          await gpu.done();
        },
        result: async () => {
          const numbers = new Float32Array(await gpu.download(output!));
          return precision === "f32" ? numbers : joinDf64(numbers);
        },
        [Symbol.dispose]: dispose,
      });
    },
    // Shares of the features' largest value (kernels/pooling/mod.ts), which is under 8 for normals
    bound: (precision) => 8 * ({ f64: 0, df64: 1e-11, f32: 5e-7 })[precision],
    work: (precision) => ({
      bytes: 4 * (items * channels * frames + masks.length) +
        (precision === "df64" ? 8 : 4) * rows * 2 * channels,
      operations: rows * channels * frames * OPERATIONS[precision],
    }),
    peer: {
      modules: ["numpy", "scipy"],
      options: {},
      arrays: () => ({
        features: ndArray("f4", [items, channels, frames], features),
        masks: ndArray("f4", [items, masksPerItem, maskFrames], masks),
      }),
      bound: 1e-4, // float32 within
    },
  };
}

const series = (...items: number[]) => items.map((count) => () => poolingCase(count));

export const poolingBench: KernelBench = {
  name: "pooling",
  cases: {
    tiny: [() => poolingCase(2, { channels: 5, frames: 20, masksPerItem: 3, maskFrames: 40 })],
    small: series(8),
    default: series(8, 32),
    large: series(32, 256),
  },
};
