import type { Compute } from "#lib/compute/compute.ts";
import type { FbankOptions, FbankResult } from "./contract.ts";
import { type FbankPlan, fbankPlan } from "./fbank_plan.ts";
import { DeviceFbank, SHADERS } from "./on_device.ts";
import { removeFrameMean } from "./remove_frame_mean.ts";

/** Samples that go to the device at a time, unless one clip's frame needs more: 64 MiB. */
const PIECE = 16 * 1024 * 1024;

/** Options for tests. */
export interface WebgpuFbankOptions {
  /** @default the shaders as they are */
  readonly shaders?: typeof SHADERS;
  /** Samples that go to the device at a time. @default 64 MiB of them */
  readonly piece?: number;
}

/** Frames `from` to `to` of clips `first` to `last`, none of them included at the end. */
interface Piece {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

/**
 * `fbank` of mod.ts on a GPU: uploads, computes and reads back, as much at a time as the device takes. With the samples on the device
 * already, use `DeviceFbank`.
 *
 * @param waveforms (batch, samples) in [-1, 1]; float64 samples are rounded to float32.
 * @returns (batch, frames, melBins) float32 features.
 * @throws {TypeError} when `compute` is no GPU.
 * @throws {RangeError} as `fbankPlan`, and when the device cannot hold a single frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { SCALAR } from "#lib/compute/scalar_compute.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 * import { fbank } from "#kernels/fbank/webgpu.ts";
 * const silence = new Float32Array(720);
 * await assert.rejects(fbank(SCALAR, silence), TypeError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   await using compute = await openCompute({ backend: "webgpu", adapter: "swiftshader" });
 *   const { features, frames } = await fbank(compute, silence);
 *   assert.equal(frames, 3);
 *   assert(features.every((value) => Math.abs(value - Math.log(2 ** -23)) < 2e-6));
 * }
 * ```
 */
export async function fbank(
  compute: Compute,
  waveforms: Float32Array | Float64Array,
  options: FbankOptions = {},
  more: WebgpuFbankOptions = {},
): Promise<FbankResult & { readonly features: Float32Array<ArrayBuffer> }> {
  const { gpu } = compute;
  if (gpu === undefined) throw new TypeError(`A GPU is needed; this backend is ${compute.backend}`);
  const { shaders = SHADERS, piece = PIECE } = more;
  const plan = fbankPlan(waveforms.length, options);
  const { batch, samples, frames, frameLength, frameShift, melBins } = plan;
  const features = new Float32Array(batch * frames * melBins);
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.limits;
  const most = Math.min(piece, maxStorageBufferBindingSize / 4, maxBufferSize / 4);
  for (const { first, last, from, to } of pieces(plan, most)) {
    const clips = last - first;
    const length = clips === 1 ? (to - from - 1) * frameShift + frameLength : samples;
    const start = first * samples + from * frameShift;
    const input = Float32Array.from(waveforms.subarray(start, start + clips * length));
    using fbank = await DeviceFbank.open(compute, clips * length, {
      ...options,
      batch: clips,
      removeMean: false,
      shaders,
    });
    using inputBuffer = gpu.upload(input, { label: "fbank waveforms" });
    using outputBuffer = gpu.buffer(fbank.featureBytes, { label: "fbank features" });
    await fbank.record(gpu.batch("fbank"), { waveforms: inputBuffer, features: outputBuffer }).submit();
    features.set(new Float32Array(await gpu.download(outputBuffer)), (first * frames + from) * melBins);
  }
  // The means are over whole clips, of which the device may have seen pieces.
  if (plan.removeMean) removeFrameMean(features, plan);
  return { features, batch, frames, melBins };
}

/** As many whole clips as fit, or of a clip that does not, as many frames; counting samples and features alike. */
function* pieces(
  { batch, samples, frames, frameLength, frameShift, melBins }: FbankPlan,
  most: number,
): Generator<Piece> {
  const clips = Math.floor(most / Math.max(samples, frames * melBins));
  if (clips >= 1) {
    for (let first = 0; first < batch; first += clips) {
      yield { first, last: Math.min(batch, first + clips), from: 0, to: frames };
    }
    return;
  }
  const framesAtOnce = Math.floor(Math.min((most - frameLength) / frameShift + 1, most / melBins));
  if (framesAtOnce < 1) {
    throw new RangeError(`The device holds ${most} values at a time, fewer than a frame needs`);
  }
  for (let first = 0; first < batch; first++) {
    for (let from = 0; from < frames; from += framesAtOnce) {
      yield { first, last: first + 1, from, to: Math.min(frames, from + framesAtOnce) };
    }
  }
}
