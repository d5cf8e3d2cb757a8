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
