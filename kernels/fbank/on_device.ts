import df64 from "#kernels/df64.wgsl" with { type: "text" };
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { Compute } from "#lib/compute/compute.ts";
import type { GpuBatch, GpuSlice } from "#lib/compute/gpu_batch.ts";
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuKernel } from "#lib/compute/gpu_kernel.ts";
import type { FbankOptions } from "./contract.ts";
import f32 from "./f32.wgsl" with { type: "text" };
import { type FbankPlan, fbankPlan } from "./fbank_plan.ts";
import frameMean from "./frame_mean.wgsl" with { type: "text" };
import frames from "./frames.wgsl" with { type: "text" };
import { gpuTables } from "./gpu_tables.ts";
import grid from "./grid.wgsl" with { type: "text" };

/** The shaders, by name; a test puts damaged ones in their place. */
export const SHADERS = { df64, flatGroup, f32, grid, frames, frameMean };

/** Frames of a workgroup: `FRAMES` of grid.wgsl and f32.wgsl. */
const FRAMES_OF_GROUP = { df64: 2, f32: 4 } as const;

/** Frames that one partial sum of frame_mean.wgsl is over. */
const FRAMES_OF_SUM = 256;

/** Where the samples are and where the features go. */
export interface FbankBuffers {
  /** float32 (batch, samples). */
  readonly waveforms: GpuBuffer | GpuSlice;
  /** float32 (batch, frames, melBins). */
  readonly features: GpuBuffer | GpuSlice;
}

/** Options of `DeviceFbank`. */
export interface DeviceFbankOptions extends FbankOptions {
  /** For tests. @default the shaders as they are */
  readonly shaders?: typeof SHADERS;
}

interface Kernels {
  readonly frames: GpuKernel;
  /** With `removeMean`, in their order. */
  readonly ofMean: readonly GpuKernel[];
}

interface Buffers {
  readonly sizes: GpuBuffer;
  readonly factors: GpuBuffer;
  readonly filters: GpuBuffer;
  /** With `removeMean`. */
  readonly sums: GpuBuffer | undefined;
}

/**
 * `fbank` on buffers that stay on the device: made once for one size and set of options, recorded as often as wanted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { DeviceFbank } from "#kernels/fbank/on_device.ts";
 * const compute = await openCompute({ backend: "webgpu" }).catch((error) => {
 *   if (error instanceof NoAdapterError) return undefined; // no GPU on this machine
 *   throw error;
 * });
 * await using _closing = compute;
 * if (compute?.gpu) {
 *   const { gpu } = compute;
 *   using fbank = await DeviceFbank.open(compute, 560);
 *   using waveforms = gpu.upload(new Float32Array(560), { label: "silence" });
 *   using features = gpu.buffer(fbank.featureBytes, { label: "features" });
 *   await fbank.record(gpu.batch("fbank"), { waveforms, features }).submit();
 *   const values = new Float32Array(await gpu.download(features));
 *   assert(values.length === 160 && values.every((value) => value === Math.fround(Math.log(2 ** -23))));
 * }
 * ```
 */
export class DeviceFbank implements Disposable {
  readonly plan: FbankPlan;
  readonly #kernels: Kernels;
  readonly #buffers: Buffers;
  readonly #workgroups: number;

  private constructor(plan: FbankPlan, kernels: Kernels, buffers: Buffers, workgroups: number) {
    this.plan = plan;
    this.#kernels = kernels;
    this.#buffers = buffers;
    this.#workgroups = workgroups;
  }

  /**
   * Compiles the kernels and puts the tables on the device.
   *
   * @param length Samples of all clips together.
   * @param options As of `fbank`.
   * @throws {RangeError} on a clip under `frameLength` samples, options out of range, or 2^32 values and more.
   */
  static async open(
    compute: Compute,
    length: number,
    options: DeviceFbankOptions = {},
  ): Promise<DeviceFbank> {
    const { gpu, precision, backend } = compute;
    if (gpu === undefined || precision === "f64") {
      throw new TypeError(`A GPU is needed; this backend is ${backend}`);
    }
    const { shaders = SHADERS, ...rest } = options;
    const plan = fbankPlan(length, rest);
    const { batch, frames, frameLength, frameShift, melBins, removeMean } = plan;
    if (Math.max(length, batch * frames * melBins) >= 2 ** 32) {
      throw new RangeError(
        `${length} samples are too many for the device's 32-bit addresses; do fewer clips at a time`,
      );
    }
    const { factors, filters } = gpuTables(plan, precision);
    const prefix = shaders.df64 + shaders.flatGroup;
    const kernels = {
      frames: await gpu.kernel({
        label: `fbank frames ${precision}`,
        code: prefix + (precision === "df64" ? shaders.grid : shaders.f32) + shaders.frames,
        bindings: ["uniform", "read", "read", "read", "read_write"],
        constants: { FILTERS: melBins, LENGTH: frameLength, SHIFT: frameShift },
      }),
      ofMean: removeMean
        ? await Promise.all(["sum_frames", "take_mean"].map((entryPoint) =>
          gpu.kernel({
            label: `fbank ${entryPoint}`,
            code: prefix + shaders.frameMean,
            entryPoint,
            bindings: ["uniform", "read_write", "read_write"],
            constants: { FILTERS: melBins },
          })
        ))
        : [],
    };
    const buffers = {
      sizes: gpu.upload(sizesOf(plan), { label: "fbank sizes" }),
      factors: gpu.upload(factors, { label: "fbank factors" }),
      filters: gpu.upload(filters, { label: "fbank filters" }),
      sums: removeMean
        ? gpu.buffer(8 * batch * sumsOfClip(plan) * melBins, { label: "fbank sums" })
        : undefined,
    };
    return new DeviceFbank(plan, kernels, buffers, Math.ceil((batch * frames) / FRAMES_OF_GROUP[precision]));
  }

  /** Bytes of the features. */
  get featureBytes(): number {
    const { batch, frames, melBins } = this.plan;
    return 4 * batch * frames * melBins;
  }

  /** Records the dispatches that turn `waveforms` into `features`. */
  record(batch: GpuBatch, { waveforms, features }: FbankBuffers): GpuBatch {
    const { sizes, factors, filters, sums } = this.#buffers;
    batch.dispatch(this.#kernels.frames, {
      bindings: [sizes, waveforms, factors, filters, features],
      workgroups: this.#workgroups,
    });
    if (sums === undefined) return batch;
    for (const kernel of this.#kernels.ofMean) {
      batch.dispatch(kernel, {
        bindings: [sizes, sums, features],
        workgroups: this.plan.batch * sumsOfClip(this.plan),
      });
    }
    return batch;
  }

  /** Frees the tables. What has been recorded must have been submitted. */
  [Symbol.dispose](): void {
    for (const buffer of Object.values(this.#buffers)) buffer?.dispose();
  }
}

function sumsOfClip({ frames }: FbankPlan): number {
  return Math.ceil(frames / FRAMES_OF_SUM);
}

/** `Sizes` of frames.wgsl. */
function sizesOf({ batch, frames, samples, scale }: FbankPlan): ArrayBufferView {
  const view = new DataView(new ArrayBuffer(32));
  [batch * frames, frames, samples].forEach((value, i) => view.setUint32(4 * i, value, true));
  const offset = 2 * Math.log(scale / 2);
  view.setFloat32(12, offset, true);
  view.setFloat32(16, offset - Math.fround(offset), true);
  return view;
}
