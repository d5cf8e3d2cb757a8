import type { DeviceGuard } from "./device_guard.ts";
import { bufferUsage } from "./gpu_flags.ts";
import { GpuMemoryError } from "./gpu_errors.ts";

/** A labelled piece of device memory. Usable as storage, uniform, indirect arguments and either end of a copy. */
export class GpuBuffer implements Disposable {
  readonly label: string;
  /** The length asked for, in bytes. The allocation is rounded up to whole words. */
  readonly byteLength: number;
  readonly #handle: GPUBuffer;
  readonly #onDispose: (buffer: GpuBuffer) => void;
  #disposed = false;

  constructor(handle: GPUBuffer, byteLength: number, onDispose: (buffer: GpuBuffer) => void) {
    this.label = handle.label;
    this.byteLength = byteLength;
    this.#handle = handle;
    this.#onDispose = onDispose;
  }

  /** WebGPU's own buffer. Throws once disposed. */
  get handle(): GPUBuffer {
    if (this.#disposed) throw new TypeError(`Buffer "${this.label}" was used after it was disposed of`);
    return this.#handle;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees the device memory now. Doing it twice is harmless. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#handle.destroy();
    this.#onDispose(this);
  }

  /** Same as `[Symbol.dispose]`, for places where `using` does not fit. */
  dispose(): void {
    this[Symbol.dispose]();
  }
}

/** What `createGpuBuffer` needs besides the device. */
export interface CreateGpuBufferOptions {
  /** Shown in errors and in the implementation's own messages. */
  label: string;
  /** Bytes wanted; at least 1. */
  byteLength: number;
  /** Copied in when given; its length must be `byteLength`. */
  data?: ArrayBufferView | undefined;
  /** Called once when the buffer is disposed of. */
  onDispose: (buffer: GpuBuffer) => void;
}

/**
 * Allocates a buffer, and fills it through a mapping when `data` is given. The size is checked against the
 * device's limit at once; a failed allocation is found by the guard's next check.
 *
 * @throws RangeError when the size is not between 1 and the device's `maxBufferSize`
 * @throws GpuMemoryError when the host cannot hold the mapping
 * @throws DeviceLostError when the device is lost
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DeviceGuard } from "#lib/compute/device_guard.ts";
 * import { createGpuBuffer } from "#lib/compute/gpu_buffer.ts";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * await assert.rejects(openGpu({ provider: "dawn", adapter: "no such adapter" }), NoAdapterError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu: { device } } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   const guard = new DeviceGuard(device);
 *   let freed = 0;
 *   const options = { label: "three bytes", byteLength: 3, onDispose: () => freed++ };
 *   createGpuBuffer(device, guard, options).dispose();
 *   assert.equal(freed, 1);
 *   assert.throws(() => createGpuBuffer(device, guard, { ...options, byteLength: 0 }), RangeError);
 *   device.destroy();
 * }
 * ```
 */
export function createGpuBuffer(
  device: GPUDevice,
  guard: DeviceGuard,
  options: CreateGpuBufferOptions,
): GpuBuffer {
  const { label, byteLength, data, onDispose } = options;
  const limit = device.limits.maxBufferSize;
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > limit) {
    throw new RangeError(
      `Buffer "${label}" must have between 1 and ${limit} bytes (this device's maxBufferSize), got ${byteLength}`,
    );
  }
  const handle = guard.scope(`a buffer "${label}" of ${byteLength} bytes`, () => {
    try {
      const created = device.createBuffer({
        label,
        size: Math.ceil(byteLength / 4) * 4,
        usage: bufferUsage.storage | bufferUsage.uniform | bufferUsage.indirect | bufferUsage.copySrc |
          bufferUsage.copyDst,
        mappedAtCreation: data !== undefined,
      });
      if (data !== undefined) {
        new Uint8Array(created.getMappedRange()).set(
          new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        );
        created.unmap();
      }
      return created;
    } catch (error) {
      guard.assertAlive();
      throw new GpuMemoryError(`Buffer "${label}" of ${byteLength} bytes could not be mapped: ${error}`);
    }
  });
  return new GpuBuffer(handle, byteLength, onDispose);
}
