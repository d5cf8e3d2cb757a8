import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { Compute } from "#lib/compute/compute.ts";
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { DataBatch } from "./data_batch.ts";

/** An array on the device. */
export interface GpuArray {
  /** Of as many values as the shape has; of one more, which means nothing, where it has none, since a buffer is never empty. */
  readonly buffer: GpuBuffer;
  readonly shape: readonly number[];
  /** What a shader declares it as: `array<f32>`, `array<i32>`, or `array<u32>` of 0 and 1. */
  readonly type: "f32" | "i32" | "u32";
}

/** A batch's arrays on the device, each under its name in `DataBatch`; what the batch has not is not here either. */
export interface GpuDataBatch extends Disposable {
  /** The batch itself, with ids and metadata. */
  readonly batch: DataBatch;
  readonly waveforms: GpuArray;
  readonly waveformLengths: GpuArray;
  readonly attentionMask: GpuArray;
  readonly durationsSec: GpuArray;
  readonly labels?: GpuArray;
  readonly labelMask?: GpuArray;
  readonly frameLabels?: GpuArray;
  readonly scalars: Readonly<Record<string, { readonly values: GpuArray; readonly mask: GpuArray }>>;
  /** Bytes of device memory. */
  readonly byteLength: number;
  /** Frees the device memory now; the same as `using`. */
  dispose(): void;
}

/**
 * Copies a batch's arrays to the GPU, as kernels take them: waveforms as they are, (B, channels, T) in float32, which with one channel is
 * what `DeviceFbank` reads; whole numbers in 32 bits; flags as a `u32` each, since WGSL has no bytes. `using` frees them.
 *
 * @throws {RangeError} The compute is no GPU, or an array is beyond the device's limit.
 * @throws {DeviceLostError} The device is lost.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
 * import { toGpu } from "#lib/corpus/batches/to_gpu.ts";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 *
 * const waveform = [Float32Array.of(0.5, -0.5)];
 * const batch = new SpeechCollator().collate([{ id: "a", wavId: "a", waveform, sampleRate: 16_000, metadata: {} }]);
 * const compute = await openCompute({ backend: "webgpu" }).catch((error) => {
 *   if (error instanceof NoAdapterError) return undefined; // no GPU on this machine
 *   throw error;
 * });
 * await using _closing = compute;
 * if (compute?.gpu) {
 *   using onDevice = toGpu(batch, compute);
 *   assert.deepEqual(onDevice.waveforms.shape, [1, 1, 2]);
 *   const back = await compute.gpu.download(onDevice.waveforms.buffer);
 *   assert.deepEqual(new Float32Array(back), Float32Array.of(0.5, -0.5));
 * }
 * ```
 */
export function toGpu(batch: DataBatch, compute: Compute): GpuDataBatch {
  const { gpu } = compute;
  if (gpu === undefined) {
    throw new RangeError(`A batch goes to a GPU: the backend webgpu is needed, not ${compute.backend}.`);
  }
  const buffers: GpuBuffer[] = [];
  const dispose = () => {
    for (const buffer of buffers) buffer.dispose();
  };
  const uploaded = (name: string, { dtype, shape, data }: Uploaded): GpuArray => {
    const values = dtype === "b1" ? Uint32Array.from(data) : data;
    const label = `batch ${name}`;
    const buffer = values.length === 0 ? gpu.buffer(4, { label }) : gpu.upload(values, { label });
    buffers.push(buffer);
    return { buffer, shape, type: dtype === "f4" ? "f32" : dtype === "i4" ? "i32" : "u32" };
  };
  try {
    const { labels, labelMask, frameLabels } = batch;
    const scalars = Object.entries(batch.scalars).map(([name, { values, mask }]) =>
      [name, {
        values: uploaded(`${name} values`, values),
        mask: uploaded(`${name} mask`, mask),
      }] as const
    );
    const arrays = {
      waveforms: uploaded("waveforms", batch.waveforms),
      waveformLengths: uploaded("waveform lengths", batch.waveformLengths),
      attentionMask: uploaded("attention mask", batch.attentionMask),
      durationsSec: uploaded("durations", batch.durationsSec),
      ...(labels && { labels: uploaded("labels", labels) }),
      ...(labelMask && { labelMask: uploaded("label mask", labelMask) }),
      ...(frameLabels && { frameLabels: uploaded("frame labels", frameLabels) }),
    };
    const byteLength = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    return {
      batch,
      ...arrays,
      scalars: Object.fromEntries(scalars),
      byteLength,
      dispose,
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

type Uploaded = ArrayOf<"f4"> | ArrayOf<"i4"> | ArrayOf<"b1">;
