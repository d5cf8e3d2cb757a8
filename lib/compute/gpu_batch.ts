import type { DeviceGuard } from "./device_guard.ts";
import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuKernel } from "./gpu_kernel.ts";
import type { GpuTimer } from "./gpu_timer.ts";
import { reportKernelRun } from "./kernel_runs.ts";
import { workgroupGrid, type Workgroups } from "./workgroup_grid.ts";

/** A part of a buffer, as a kernel's binding. */
export interface GpuSlice {
  buffer: GpuBuffer;
  /** A multiple of the device's `minStorageBufferOffsetAlignment` (at most 256). @default 0 */
  byteOffset?: number;
  /** @default the rest of the buffer */
  byteLength?: number;
}

/** One dispatch's run-time facts: what it works on, and how many workgroups do it. */
export interface Dispatch {
  /** One buffer or slice per binding of the kernel, in order. */
  bindings: readonly (GpuBuffer | GpuSlice)[];
  /** A plain count (see `workgroupGrid`), an explicit grid, or three u32 counts that the device wrote itself. */
  workgroups: Workgroups | { indirect: GpuBuffer; byteOffset?: number };
}

/** A part of a copy between buffers, in bytes; multiples of 4. */
export interface CopyRange {
  /** @default 0 */
  fromOffset?: number;
  /** @default 0 */
  toOffset?: number;
  /** @default the rest of the source */
  byteLength?: number;
}

/** What a batch needs from the context that made it. */
export interface BatchHost {
  readonly device: GPUDevice;
  readonly guard: DeviceGuard;
  readonly contextGroup: GPUBindGroup;
  readonly timer: GpuTimer | undefined;
}

interface DispatchStep {
  kernel: GpuKernel;
  slices: { buffer: GpuBuffer; offset: number; size: number }[];
  grid: [number, number, number] | { indirect: GpuBuffer; byteOffset: number };
}
interface CopyStep {
  from: GpuBuffer;
  fromOffset: number;
  to: GpuBuffer;
  toOffset: number;
  size: number;
}
interface ClearStep {
  clear: GpuBuffer;
}
type Step = DispatchStep | CopyStep | ClearStep;

/**
 * Records dispatches and copies and sends them to the device in one submission. They run in the order of their
 * recording, each seeing what those before it wrote. Comes from `GpuContext.batch`.
 */
export class GpuBatch {
  readonly #host: BatchHost;
  readonly #label: string;
  #steps: Step[] = [];

  constructor(host: BatchHost, label: string) {
    this.#host = host;
    this.#label = label;
  }

  /**
   * Records one dispatch.
   *
   * @throws RangeError when the bindings do not match the kernel's, or a size is beyond the device's limits
   */
  dispatch(kernel: GpuKernel, { bindings, workgroups }: Dispatch): this {
    if (bindings.length !== kernel.bindings.length) {
      throw new RangeError(
        `Kernel "${kernel.label}" has ${kernel.bindings.length} bindings, got ${bindings.length}`,
      );
    }
    const { limits } = this.#host.device;
    const slices = bindings.map((binding, index) => {
      const { buffer, byteOffset = 0, byteLength } = "buffer" in binding ? binding : { buffer: binding };
      const kind = kernel.bindings[index];
      const size = Math.ceil((byteLength ?? buffer.byteLength - byteOffset) / 4) * 4;
      const where = `Binding ${index} ("${buffer.label}") of kernel "${kernel.label}"`;
      const [limit, name, alignment] = kind === "uniform"
        ? [
          limits.maxUniformBufferBindingSize,
          "maxUniformBufferBindingSize",
          limits.minUniformBufferOffsetAlignment,
        ]
        : [
          limits.maxStorageBufferBindingSize,
          "maxStorageBufferBindingSize",
          limits.minStorageBufferOffsetAlignment,
        ];
      if (size > limit) {
        throw new RangeError(
          `${where} has ${size} bytes; this device binds at most ${limit} (${name}). Work on slices of it.`,
        );
      }
      if (byteOffset < 0 || byteOffset % alignment !== 0 || byteOffset + size > roundUp(buffer.byteLength)) {
        throw new RangeError(
          `${where}: a slice must start at a multiple of ${alignment} and end within ${buffer.byteLength} bytes, ` +
            `got ${byteOffset} + ${size}`,
        );
      }
      return { buffer, offset: byteOffset, size };
    });
    const grid = typeof workgroups === "object" && "indirect" in workgroups
      ? { indirect: workgroups.indirect, byteOffset: workgroups.byteOffset ?? 0 }
      : workgroupGrid(workgroups, limits.maxComputeWorkgroupsPerDimension);
    this.#steps.push({ kernel, slices, grid });
    return this;
  }

  /** Records a copy from one buffer to another. */
  copy(from: GpuBuffer, to: GpuBuffer, { fromOffset = 0, toOffset = 0, byteLength }: CopyRange = {}): this {
    const size = byteLength ?? from.byteLength - fromOffset;
    const fits = (buffer: GpuBuffer, offset: number) =>
      offset >= 0 && offset % 4 === 0 && offset + size <= roundUp(buffer.byteLength);
    if (size < 0 || !fits(from, fromOffset) || !fits(to, toOffset)) {
      throw new RangeError(
        `Cannot copy ${size} bytes from "${from.label}" (${from.byteLength} bytes, offset ${fromOffset}) to ` +
          `"${to.label}" (${to.byteLength} bytes, offset ${toOffset}): both ends must fit, offsets be multiples of 4`,
      );
    }
    this.#steps.push({ from, fromOffset, to, toOffset, size: roundUp(size) });
    return this;
  }

  /** Records setting every byte of a buffer to zero. */
  clear(buffer: GpuBuffer): this {
    this.#steps.push({ clear: buffer });
    return this;
  }

  /**
   * Sends everything recorded so far; the batch is empty afterwards and can be used again. Resolves once the
   * device has accepted the commands, not when they have run: `download` and `GpuContext.done` wait for that.
   *
   * @throws GpuValidationError, GpuMemoryError or DeviceLostError
   */
  async submit(): Promise<void> {
    const { guard, timer } = this.#host;
    const steps = this.#steps;
    this.#steps = [];
    if (steps.length === 0) return await guard.check();
    if (timer) return await this.#submitTimed(steps, timer);
    guard.scope(`the batch "${this.#label}"`, () => this.#send(steps));
    await guard.check();
  }

  #send(steps: readonly Step[], timestamps?: (dispatch: number) => GPUComputePassTimestampWrites): void {
    const { device } = this.#host;
    const encoder = device.createCommandEncoder({ label: this.#label });
    let pass: GPUComputePassEncoder | undefined;
    let dispatches = 0;
    for (const step of steps) {
      if ("kernel" in step) {
        pass ??= encoder.beginComputePass({
          label: timestamps ? step.kernel.label : this.#label,
          ...(timestamps && { timestampWrites: timestamps(dispatches) }),
        });
        this.#encode(pass, step);
        dispatches++;
        if (!timestamps) continue;
      }
      pass?.end();
      pass = undefined;
      if ("clear" in step) encoder.clearBuffer(step.clear.handle);
      else if ("from" in step) {
        encoder.copyBufferToBuffer(
          step.from.handle,
          step.fromOffset,
          step.to.handle,
          step.toOffset,
          step.size,
        );
      }
    }
    pass?.end();
    device.queue.submit([encoder.finish({ label: this.#label })]);
  }

  #encode(pass: GPUComputePassEncoder, { kernel, slices, grid }: DispatchStep): void {
    const { device, contextGroup } = this.#host;
    const [folder, ...name] = kernel.label.split(" ");
    reportKernelRun({ backend: "webgpu", kernel: folder, name: name.join(" ") });
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        label: kernel.label,
        layout: kernel.layout,
        entries: slices.map(({ buffer, offset, size }, binding) => ({
          binding,
          resource: { buffer: buffer.handle, offset, size },
        })),
      }),
    );
    pass.setBindGroup(1, contextGroup);
    if ("indirect" in grid) pass.dispatchWorkgroupsIndirect(grid.indirect.handle, grid.byteOffset);
    else pass.dispatchWorkgroups(...grid);
  }

  /** Under `profile`: every dispatch in a pass of its own, timed by the device where it can. */
  async #submitTimed(steps: readonly Step[], timer: GpuTimer): Promise<void> {
    const { guard } = this.#host;
    const what = `the batch "${this.#label}"`;
    for (const part of timer.parts(steps)) {
      const labels = part.flatMap((step) => "kernel" in step ? [step.kernel.label] : []);
      await timer.measure(labels, (timestamps) => guard.scope(what, () => this.#send(part, timestamps)));
      await guard.check();
    }
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
