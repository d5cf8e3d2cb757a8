import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { median } from "../../median.ts";
import { RefusedError } from "../../refused_error.ts";
import { sampleRuns } from "../../time_runs.ts";
import type { GpuRow, GpuSizes } from "../results.ts";
import type { StepWork } from "../step.ts";

const BYTES: Readonly<Record<GpuSizes, readonly number[]>> = {
  tiny: [4, 1 << 20],
  small: [4, 1 << 20, 16 << 20],
  large: [4, 1 << 20, 256 << 20],
};
const DISPATCHES: Readonly<Record<GpuSizes, number>> = { tiny: 20, small: 200, large: 1000 };

const COUNTER = `
@group(0) @binding(0) var<storage, read_write> count: array<u32>;
@compute @workgroup_size(1)
fn main() { count[0] += 1u; }`;

/** How fast data comes and goes, and what a dispatch costs that does next to nothing. */
export const transfersStep: StepWork = async ({ sizes, runs, openGpu, give, progress }) => {
  await using compute = await openGpu("f32");
  const gpu = compute.gpu!;
  for (const bytes of BYTES[sizes]) {
    if (bytes > Math.min(gpu.limits.maxBufferSize, gpu.limits.maxStorageBufferBindingSize)) continue;
    progress(`${bytes} bytes`);
    for (const row of await moved(gpu, { bytes, runs })) give(row);
  }
  progress("dispatches");
  for (const row of await dispatched(gpu, { many: DISPATCHES[sizes], runs })) give(row);
};

async function moved(gpu: GpuContext, { bytes, runs }: { bytes: number; runs: number }): Promise<GpuRow[]> {
  const data = Uint32Array.from({ length: bytes / 4 }, (_, i) => Math.imul(i + 1, 2654435761));
  using buffer = gpu.buffer(bytes, { label: "moved" });
  gpu.write(buffer, data);
  const back = new Uint32Array(await gpu.download(buffer));
  if (!back.every((value, i) => value === data[i])) {
    throw new RefusedError(`${bytes} bytes that were written are not those that are read.`);
  }
  const write = async (repeats: number) => {
    for (let i = 0; i < repeats; i++) gpu.write(buffer, data);
    await gpu.done();
  };
  const read = async (repeats: number) => {
    for (let i = 0; i < repeats; i++) await gpu.download(buffer);
  };
  return [
    rowOf("to the device", bytes, await sampleRuns(write, runs)),
    rowOf("from the device", bytes, await sampleRuns(read, runs)),
  ];
}

async function dispatched(
  gpu: GpuContext,
  { many, runs }: { many: number; runs: number },
): Promise<GpuRow[]> {
  const kernel = await gpu.kernel({ label: "counter", code: COUNTER, bindings: ["read_write"] });
  using count = gpu.upload(Uint32Array.of(0), { label: "count" });
  let expected = 0;
  const single = async (repeats: number) => {
    for (let i = 0; i < repeats; i++) {
      await gpu.run(kernel, { bindings: [count], workgroups: 1 });
      await gpu.done();
      expected++;
    }
  };
  const together = async (repeats: number) => {
    for (let i = 0; i < repeats; i++) {
      const batch = gpu.batch("counters");
      for (let k = 0; k < many; k++) batch.dispatch(kernel, { bindings: [count], workgroups: 1 });
      await batch.submit();
      expected += many;
    }
    await gpu.done();
  };
  const check = async () => {
    const [got] = new Uint32Array(await gpu.download(count));
    if (got !== expected) throw new RefusedError(`${expected} dispatches counted to ${got}.`);
  };
  await single(1);
  await together(1);
  await check();
  const singly = await sampleRuns(single, runs);
  const each = (await sampleRuns(together, runs)).map((seconds) => seconds / many);
  await check();
  return [
    rowOf("a dispatch, submitted and awaited", 0, singly),
    rowOf(`a dispatch among ${many} of one submission`, 0, each),
  ];
}

function rowOf(what: string, bytes: number, samples: readonly number[]): GpuRow {
  const seconds = median(samples);
  const perSecond = (bytes || 1) / seconds;
  return { kind: "transfer", what, bytes, seconds, samples: [...samples], perSecond };
}
