import { DeviceGuard } from "./device_guard.ts";
import { type Dispatch, GpuBatch } from "./gpu_batch.ts";
import { createGpuBuffer, type GpuBuffer } from "./gpu_buffer.ts";
import { bufferUsage, computeStage, mapModeRead } from "./gpu_flags.ts";
import { compileKernel, type GpuKernel, kernelKey, type KernelSpec } from "./gpu_kernel.ts";
import { GpuTimer, type KernelTime } from "./gpu_timer.ts";

/** Names a buffer in errors and in the implementation's own messages. */
export interface BufferOptions {
  label: string;
}

/** A part of a buffer, in bytes; multiples of 4. */
export interface ByteRange {
  /** @default 0 */
  byteOffset?: number;
  /** @default the rest of the buffer */
  byteLength?: number;
}

/**
 * A GPU device as kernels use it: buffers, compiled kernels, batches of dispatches, reading back. Comes from
 * `openCompute({ backend: "webgpu" })`, which also closes it.
 *
 * Errors never go missing: what WebGPU finds wrong with a call is thrown by the next awaited one (`submit`,
 * `run`, `download`, `done`), and once the device is lost every pending and later call gets `DeviceLostError`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 *
 * const compute = await openCompute({ backend: "webgpu" }).catch((error) => {
 *   if (error instanceof NoAdapterError) return undefined; // no GPU on this machine
 *   throw error;
 * });
 * await using _closing = compute;
 * if (compute?.gpu) {
 *   const { gpu } = compute;
 *   using numbers = gpu.upload(Float32Array.of(1, 2, 3), { label: "numbers" });
 *   const double = await gpu.kernel({
 *     label: "double",
 *     bindings: ["read_write"],
 *     code: `
 *       @group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
 *       @compute @workgroup_size(64)
 *       fn main(@builtin(global_invocation_id) id: vec3<u32>) {
 *         if (id.x < arrayLength(&numbers)) { numbers[id.x] *= 2.0; }
 *       }`,
 *   });
 *   await gpu.run(double, { bindings: [numbers], workgroups: 1 });
 *   deepStrictEqual(new Float32Array(await gpu.download(numbers)), Float32Array.of(2, 4, 6));
 * }
 * ```
 */
export class GpuContext {
  /** WebGPU's own device, for what this class does not offer. Its errors reach the next awaited call as well. */
  readonly device: GPUDevice;
  /** The device's limits: the adapter's best for buffers, bindings and workgroups. */
  readonly limits: GPUSupportedLimits;
  /** The optional features that were asked for and granted: "timestamp-query", "subgroups". */
  readonly features: ReadonlySet<string>;
  readonly #guard: DeviceGuard;
  readonly #timer: GpuTimer | undefined;
  readonly #buffers = new Set<GpuBuffer>();
  readonly #kernels = new Map<string, Promise<GpuKernel>>();
  readonly #contextLayout: GPUBindGroupLayout;
  readonly #contextGroup: GPUBindGroup;

  constructor(device: GPUDevice, { profile = false }: { profile?: boolean } = {}) {
    this.device = device;
    this.limits = device.limits;
    this.features = new Set(device.features);
    this.#guard = new DeviceGuard(device);
    this.#timer = profile ? new GpuTimer(device, this.#guard) : undefined;
    this.#contextLayout = device.createBindGroupLayout({
      label: "context",
      entries: [{ binding: 0, visibility: computeStage, buffer: { type: "uniform" } }],
    });
    // WebGPU zeroes new buffers: this is the zero that no compiler knows (kernels/df64.wgsl).
    const zero = device.createBuffer({ label: "opaque zero", size: 16, usage: bufferUsage.uniform });
    this.#contextGroup = device.createBindGroup({
      label: "context",
      layout: this.#contextLayout,
      entries: [{ binding: 0, resource: { buffer: zero } }],
    });
  }

  /** How many buffers are alive, and their bytes: what a test for leaks looks at. */
  get memory(): { buffers: number; bytes: number } {
    let bytes = 0;
    for (const buffer of this.#buffers) bytes += buffer.byteLength;
    return { buffers: this.#buffers.size, bytes };
  }

  /** A new buffer of `byteLength` zero bytes. @throws RangeError beyond the device's limit */
  buffer(byteLength: number, { label }: BufferOptions): GpuBuffer {
    return this.#allocate({ byteLength, label });
  }

  /** A new buffer holding a copy of the data. @throws RangeError when it is empty or beyond the device's limit */
  upload(data: ArrayBufferView, { label }: BufferOptions): GpuBuffer {
    return this.#allocate({ byteLength: data.byteLength, label, data });
  }

  /**
   * Overwrites part of a buffer. Happens when it is called, so before any batch that is submitted later and
   * after all submitted earlier. Offset and length are multiples of 4 bytes.
   */
  write(buffer: GpuBuffer, data: ArrayBufferView, byteOffset = 0): void {
    if (
      byteOffset % 4 !== 0 || data.byteLength % 4 !== 0 || byteOffset + data.byteLength > buffer.byteLength
    ) {
      throw new RangeError(
        `Writing to "${buffer.label}" (${buffer.byteLength} bytes) needs multiples of 4 bytes that fit, ` +
          `got ${data.byteLength} at ${byteOffset}`,
      );
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#guard.scope(`writing to "${buffer.label}"`, () => {
      this.device.queue.writeBuffer(buffer.handle, byteOffset, bytes as Uint8Array<ArrayBuffer>);
    });
  }

  /**
   * A buffer's bytes, read after everything submitted so far has run.
   *
   * @throws RangeError when the range does not fit
   * @throws GpuValidationError, GpuMemoryError or DeviceLostError: also for earlier calls that nobody awaited
   */
  async download(buffer: GpuBuffer, { byteOffset = 0, byteLength }: ByteRange = {}): Promise<ArrayBuffer> {
    const length = byteLength ?? buffer.byteLength - byteOffset;
    if (byteOffset % 4 !== 0 || byteOffset < 0 || length < 1 || byteOffset + length > buffer.byteLength) {
      throw new RangeError(
        `Reading "${buffer.label}" (${buffer.byteLength} bytes) needs an offset that is a multiple of 4 and ` +
          `a part that fits, got ${length} at ${byteOffset}`,
      );
    }
    const size = Math.ceil(length / 4) * 4;
    const staging = this.#guard.scope(`reading "${buffer.label}"`, () => {
      const created = this.device.createBuffer({
        label: `${buffer.label} (staging)`,
        size,
        usage: bufferUsage.mapRead | bufferUsage.copyDst,
      });
      const encoder = this.device.createCommandEncoder({ label: `reading ${buffer.label}` });
      encoder.copyBufferToBuffer(buffer.handle, byteOffset, created, 0, size);
      this.device.queue.submit([encoder.finish()]);
      return created;
    });
    try {
      await this.#guard.until(staging.mapAsync(mapModeRead)).catch(async (error) => {
        await this.#guard.check(); // says what went wrong before the mapping did
        throw error;
      });
      const bytes = staging.getMappedRange().slice(0, length);
      staging.unmap();
      await this.#guard.check();
      return bytes;
    } finally {
      staging.destroy();
    }
  }

  /**
   * Compiles a kernel, or returns the one compiled before from the same code, constants, entry point and bindings.
   *
   * @throws ShaderError when it does not compile, with the lines in question
   */
  async kernel(spec: KernelSpec): Promise<GpuKernel> {
    this.#guard.assertAlive();
    const key = kernelKey(spec);
    const known = this.#kernels.get(key);
    if (known) return await known;
    const compiled = compileKernel(this.device, this.#guard, { spec, contextLayout: this.#contextLayout });
    this.#kernels.set(key, compiled);
    compiled.catch(() => this.#kernels.delete(key));
    return await compiled;
  }

  /** Starts recording dispatches and copies for one submission. */
  batch(label: string): GpuBatch {
    return new GpuBatch({
      device: this.device,
      guard: this.#guard,
      contextGroup: this.#contextGroup,
      timer: this.#timer,
    }, label);
  }

  /** One dispatch in a submission of its own. */
  run(kernel: GpuKernel, dispatch: Dispatch): Promise<void> {
    return this.batch(kernel.label).dispatch(kernel, dispatch).submit();
  }

  /** Waits until everything submitted has run, and throws what went wrong on the way. */
  async done(): Promise<void> {
    await this.#guard.check();
    await this.#guard.until(this.device.queue.onSubmittedWorkDone());
    await this.#guard.check();
  }

  /** Times per kernel so far, the longest first; empty unless opened with `profile: true`. */
  times(): KernelTime[] {
    return this.#timer?.times() ?? [];
  }

  /** Whether `times` come from the device's clock (timestamp-query) rather than from the wall's. */
  get timesOnDevice(): boolean {
    return this.#timer?.onDevice ?? false;
  }

  /** Frees the device and everything on it. Later calls get `DeviceLostError`. Doing it twice is harmless. */
  close(): void {
    this.#guard.lose("it was closed");
    for (const buffer of this.#buffers) buffer.dispose();
    this.#kernels.clear();
    this.device.destroy();
  }

  #allocate(options: { byteLength: number; label: string; data?: ArrayBufferView }): GpuBuffer {
    const created = createGpuBuffer(this.device, this.#guard, {
      ...options,
      onDispose: (buffer) => this.#buffers.delete(buffer),
    });
    this.#buffers.add(created);
    return created;
  }
}
