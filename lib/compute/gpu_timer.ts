import { performance } from "node:perf_hooks";
import type { DeviceGuard } from "./device_guard.ts";
import { bufferUsage, mapModeRead } from "./gpu_flags.ts";

/** How long one kernel has taken on the device, over all its dispatches. */
export interface KernelTime {
  label: string;
  dispatches: number;
  totalMs: number;
  minMs: number;
  maxMs: number;
}

/** Sends commands, writing timestamps when the device can. */
type Send = (timestamps?: (dispatch: number) => GPUComputePassTimestampWrites) => void;

/** Two timestamps per dispatch, and a query set holds at most 4096 (WebGPU, section 20.1). */
const dispatchesPerQuerySet = 2048;

/**
 * Adds up kernel times. With `timestamp-query` the device's own clock around each dispatch; without, wall-clock
 * time of one dispatch alone, its submission and its waiting included.
 */
export class GpuTimer {
  /** Whether times come from the device's clock. */
  readonly onDevice: boolean;
  readonly #device: GPUDevice;
  readonly #guard: DeviceGuard;
  readonly #times = new Map<string, KernelTime>();

  constructor(device: GPUDevice, guard: DeviceGuard) {
    this.#device = device;
    this.#guard = guard;
    this.onDevice = device.features.has("timestamp-query");
  }

  /** All times so far, the longest total first. */
  times(): KernelTime[] {
    return [...this.#times.values()].map((time) => ({ ...time })).sort((a, b) => b.totalMs - a.totalMs);
  }

  /** Cuts a batch into pieces that can be timed: one query set's worth, or a single step by wall clock. */
  *parts<Step>(steps: readonly Step[]): Generator<Step[]> {
    const length = this.onDevice ? dispatchesPerQuerySet : 1;
    for (let start = 0; start < steps.length; start += length) yield steps.slice(start, start + length);
  }

  /** Runs one piece; `labels` has one entry per dispatch in it. */
  async measure(labels: readonly string[], send: Send): Promise<void> {
    if (this.onDevice && labels.length > 0) return await this.#measureOnDevice(labels, send);
    const start = performance.now();
    send();
    await this.#guard.until(this.#device.queue.onSubmittedWorkDone());
    for (const label of labels) this.#add(label, performance.now() - start);
  }

  async #measureOnDevice(labels: readonly string[], send: Send): Promise<void> {
    const device = this.#device;
    const count = labels.length * 2;
    const size = count * 8;
    const querySet = device.createQuerySet({ label: "kernel times", type: "timestamp", count });
    const resolved = device.createBuffer({
      label: "kernel times",
      size,
      usage: bufferUsage.queryResolve | bufferUsage.copySrc,
    });
    const readable = device.createBuffer({
      label: "kernel times",
      size,
      usage: bufferUsage.mapRead | bufferUsage.copyDst,
    });
    try {
      send((dispatch) => ({
        querySet,
        beginningOfPassWriteIndex: dispatch * 2,
        endOfPassWriteIndex: dispatch * 2 + 1,
      }));
      this.#guard.scope("the kernel times", () => {
        const encoder = device.createCommandEncoder({ label: "kernel times" });
        encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
        encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
        device.queue.submit([encoder.finish()]);
      });
      await this.#guard.until(readable.mapAsync(mapModeRead));
      const nanoseconds = new BigUint64Array(readable.getMappedRange());
      labels.forEach((label, i) =>
        this.#add(label, Number(nanoseconds[2 * i + 1] - nanoseconds[2 * i]) / 1e6)
      );
      readable.unmap();
    } finally {
      querySet.destroy();
      resolved.destroy();
      readable.destroy();
    }
  }

  #add(label: string, ms: number): void {
    const time = this.#times.get(label);
    if (!time) {
      this.#times.set(label, { label, dispatches: 1, totalMs: ms, minMs: ms, maxMs: ms });
      return;
    }
    time.dispatches++;
    time.totalMs += ms;
    time.minMs = Math.min(time.minMs, ms);
    time.maxMs = Math.max(time.maxMs, ms);
  }
}
