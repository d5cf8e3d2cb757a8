import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { RefusedError } from "../refused_error.ts";
import { timeRuns } from "../time_runs.ts";
import fmaLoop from "./fma_loop.wgsl" with { type: "text" };
import streamCopy from "./stream_copy.wgsl" with { type: "text" };

/** What a device can do at most, as measured. */
export interface Ceilings {
  /** Read and written, by a copy between two buffers that no cache holds. */
  readonly bytesPerSecond: number;
  /** Of float32; a multiply-add counts as two. */
  readonly operationsPerSecond: number;
}

const THREADS = 256;
/** Operations of a thread of fma_loop.wgsl: 64 x 8 multiply-adds of 16 chains. */
const OPERATIONS = 2 * 64 * 8 * 16;
/** A copy grows to this, beyond any cache; multiply-adds to so many workgroups. */
const MOST_BYTES = 512 * 1024 * 1024, MOST_GROUPS = 1 << 15;
/** Growing stops where one dispatch takes so long, in seconds. */
const LONG_ENOUGH = 0.01;

/** Measures both ceilings. Results are checked first. @throws {RefusedError} where a copy is not one, or a sum is wrong */
export async function measureCeilings(gpu: GpuContext, runs: number): Promise<Ceilings> {
  return {
    bytesPerSecond: await copySpeed(gpu, runs),
    operationsPerSecond: await multiplyAddSpeed(gpu, runs),
  };
}

async function copySpeed(gpu: GpuContext, runs: number): Promise<number> {
  const kernel = await gpu.kernel({
    label: "stream copy",
    code: `${flatGroup}\n${streamCopy}`,
    bindings: ["read", "read_write"],
  });
  const most = Math.min(MOST_BYTES, gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  for (let bytes = 4 * 1024 * 1024;; bytes = Math.min(4 * bytes, most)) {
    using source = gpu.buffer(bytes, { label: "source" });
    using target = gpu.buffer(bytes, { label: "target" });
    const marks = Float32Array.of(1, 2, 3, 4);
    gpu.write(source, marks, bytes - 16);
    const run = async (repeats: number) => {
      const batch = gpu.batch("stream copy");
      const dispatch = { bindings: [source, target], workgroups: Math.ceil(bytes / 16 / THREADS) };
      for (let i = 0; i < repeats; i++) batch.dispatch(kernel, dispatch);
      await batch.submit();
      await gpu.done();
    };
    await run(1);
    const copied = new Float32Array(await gpu.download(target, { byteOffset: bytes - 16 }));
    if (!copied.every((value, i) => value === marks[i])) {
      throw new RefusedError(`The streaming copy of ${bytes} bytes left ${copied.join(", ")} at the end.`);
    }
    const start = performance.now();
    await run(1);
    if (bytes === most || performance.now() - start > 1000 * LONG_ENOUGH) {
      return 2 * bytes / await timeRuns(run, runs);
    }
  }
}

async function multiplyAddSpeed(gpu: GpuContext, runs: number): Promise<number> {
  const kernel = await gpu.kernel({
    label: "multiply-adds",
    code: `${flatGroup}\n${fmaLoop}`,
    bindings: ["read", "read_write"],
  });
  using factors = gpu.upload(Float32Array.of(0.5, 1), { label: "factors" });
  using results = gpu.buffer(4 * THREADS, { label: "results" });
  for (let groups = 16;; groups = Math.min(4 * groups, MOST_GROUPS)) {
    const run = async (repeats: number) => {
      const batch = gpu.batch("multiply-adds");
      for (let i = 0; i < repeats; i++) {
        batch.dispatch(kernel, { bindings: [factors, results], workgroups: groups });
      }
      await batch.submit();
      await gpu.done();
    };
    await run(1);
    const ends = new Float32Array(await gpu.download(results));
    if (!ends.every((value) => Math.abs(value - 2) < 1e-6)) {
      throw new RefusedError(`The loop of multiply-adds ended at ${ends[0]}, not at 2.`);
    }
    const start = performance.now();
    await run(1);
    if (groups === MOST_GROUPS || performance.now() - start > 1000 * LONG_ENOUGH) {
      return groups * THREADS * OPERATIONS / await timeRuns(run, runs);
    }
  }
}
