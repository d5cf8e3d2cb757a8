import { ndArray } from "#lib/arrays/nd_array.ts";
import { powerset } from "#kernels/powerset/mod.ts";
import { powersetOnDevice } from "#kernels/powerset/webgpu.ts";
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import { gpuOf } from "./gpu_of.ts";
import type { KernelBench, KernelCase } from "./kernel_case.ts";
import { normals } from "./made_up.ts";

/** Community-1's: 589 frames of 7 classes, 3 speakers. */
const FRAMES = 589, CLASSES = 7, SPEAKERS = 3;

function powersetCase(chunks: number): KernelCase {
  const frames = chunks * FRAMES;
  const scores = normals(frames * CLASSES);
  return {
    kernel: "powerset",
    title: `${chunks} chunks`,
    shape: { chunks, frames, classes: CLASSES, speakers: SPEAKERS },
    hasPrecisions: false,
    run: (compute) => powerset(compute, scores),
    onDevice: (compute) => {
      const gpu = gpuOf(compute);
      const input = gpu.upload(scores, { label: "scores" });
      let output: GpuBuffer | undefined;
      const dispose = () => {
        input.dispose();
        output?.dispose();
      };
      return Promise.resolve({
        run: async (repeats: number) => {
          for (let i = 0; i < repeats; i++) {
            output?.dispose();
            output = await powersetOnDevice(gpu, input);
          }
          await gpu.done();
        },
        result: async () => new Float32Array(await gpu.download(output!)),
        [Symbol.dispose]: dispose,
      });
    },
    bound: () => 0,
    work: () => ({ bytes: 4 * frames * (CLASSES + SPEAKERS), operations: frames * CLASSES }),
    peer: {
      modules: ["numpy", "scipy"],
      options: {},
      arrays: () => ({ scores: ndArray("f4", [chunks, FRAMES, CLASSES], scores) }),
      bound: 0,
    },
  };
}

const series = (...chunks: number[]) => chunks.map((count) => () => powersetCase(count));

export const powersetBench: KernelBench = {
  name: "powerset",
  cases: { tiny: series(2), small: series(32), default: series(32, 1024), large: series(1024, 16_384) },
};
