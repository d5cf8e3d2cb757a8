import { ndArray } from "#lib/arrays/nd_array.ts";
import { DeviceFbank } from "#kernels/fbank/on_device.ts";
import { fbank } from "#kernels/fbank/mod.ts";
import { gpuOf } from "./gpu_of.ts";
import type { KernelBench, KernelCase } from "./kernel_case.ts";
import { waveforms } from "./made_up.ts";

/**
 * Float operations of a frame, counted in frames.wgsl: 512 values times the window, two sets of 32 transforms of 16, 256 and 128
 * products between and after them, 500 mel weights, 80 logarithms. A product of complex numbers takes 6 in f32.wgsl and 74 in
 * grid.wgsl.
 */
const OPERATIONS_OF_FRAME = { f64: 16e3, f32: 16e3, df64: 100e3 };

function fbankCase(batch: number, seconds: number): KernelCase {
  const samples = Math.round(seconds * 16000);
  const frames = 1 + Math.floor((samples - 400) / 160);
  const clips = waveforms(batch * samples);
  const options = { batch };
  return {
    kernel: "fbank",
    title: batch === 1 ? `${seconds} s` : `${batch} x ${seconds} s`,
    shape: { batch, samples, frames },
    hasPrecisions: true,
    run: async (compute) => (await fbank(compute, clips, options)).features,
    onDevice: async (compute) => {
      const gpu = gpuOf(compute);
      const buffers = new DisposableStack();
      const device = buffers.use(await DeviceFbank.open(compute, clips.length, options));
      const input = buffers.use(gpu.upload(clips, { label: "waveforms" }));
      const output = buffers.use(gpu.buffer(device.featureBytes, { label: "features" }));
      return {
        run: async (repeats) => {
          const recording = gpu.batch("fbank");
          for (let i = 0; i < repeats; i++) device.record(recording, { waveforms: input, features: output });
          await recording.submit();
          await gpu.done();
        },
        result: async () => new Float32Array(await gpu.download(output)),
        [Symbol.dispose]: () => buffers.dispose(),
      };
    },
    // docs/decisions/0006_fbank_precision.md; half an ulp of float32 is 9.5e-7 here
    bound: (precision) => ({ f64: 1e-6, df64: 2e-6, f32: 1.5e-3 })[precision],
    work: (precision) => ({
      bytes: 4 * batch * (samples + 80 * frames),
      operations: batch * frames * OPERATIONS_OF_FRAME[precision],
    }),
    peer: {
      modules: ["numpy", "torch", "torchaudio"],
      options: {},
      arrays: () => ({ waveforms: ndArray("f4", [batch, samples], clips) }),
      bound: 5e-3, // float32 within
    },
  };
}

export const fbankBench: KernelBench = {
  name: "fbank",
  cases: {
    tiny: [() => fbankCase(2, 0.2)],
    small: [() => fbankCase(1, 10), () => fbankCase(1, 60)],
    default: [() => fbankCase(1, 10), () => fbankCase(1, 60), () => fbankCase(32, 10)],
    large: [() => fbankCase(1, 600), () => fbankCase(512, 10)],
  },
};
