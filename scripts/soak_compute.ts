/** `soak_compute`: whether opening devices and dispatching leaves memory where it was. See `--help`. */
import process from "node:process";
import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
import type { KernelSpec } from "#lib/compute/gpu_kernel.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";

const help = `NAME
    soak-compute - does the GPU layer keep its memory?

SYNOPSIS
    bun run scripts/soak_compute.ts [OPTION]...
    deno run -A scripts/soak_compute.ts [OPTION]...

DESCRIPTION
    Opens, uses and closes a GPU device again and again, then dispatches again
    and again on one device, and prints as JSON how far the resident memory has
    grown in each after a warm-up of as many again. The adapter comes from
    DIALAB_ADAPTER and DIALAB_GPU_PROVIDER. Under Deno,
    --v8-flags=--expose-gc tells leaks from garbage that V8 has not yet
    collected.

OPTIONS
    --devices N
        Devices to open. Default: 100.
    --dispatches N
        Dispatches to await. Default: 10000.
    --limit-mb MB
        Growth that counts as failure, of each. Default: 32.
${commonHelp}
EXAMPLES
    DIALAB_ADAPTER=swiftshader bun run scripts/soak_compute.ts --devices 10

EXIT STATUS
    0  it kept its memory
    1  it did not
    2  the command line is wrong
    3  there is no such adapter
`;

const increment: KernelSpec = {
  label: "increment",
  bindings: ["read_write"],
  code: `
    @group(0) @binding(0) var<storage, read_write> words: array<u32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x < arrayLength(&words)) { words[id.x] += 1u; }
    }`,
};

/** Resident megabytes, after a collection where the runtime lets one ask for it. */
async function residentMb(): Promise<number> {
  const runtime = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
  for (let i = 0; i < 3; i++) {
    runtime.gc?.();
    runtime.Bun?.gc(true);
    await new Promise((resolve) => setTimeout(resolve, 10)); // finalizers run between turns
  }
  return process.memoryUsage().rss / 1e6;
}

/** Runs `step` twice as often as asked for; how many megabytes the second half has added. */
async function growthMb(count: number, step: (index: number) => Promise<void>): Promise<number> {
  for (let i = 0; i < count; i++) await step(i);
  const before = await residentMb();
  for (let i = 0; i < count; i++) await step(i);
  return Math.round(10 * (await residentMb() - before)) / 10;
}

async function openUseClose(): Promise<void> {
  await using compute = await openCompute({ backend: "webgpu" });
  const gpu = compute.gpu!;
  using words = gpu.buffer(2 ** 20, { label: "words" });
  await gpu.run(await gpu.kernel(increment), { bindings: [words], workgroups: 2 ** 12 });
  await gpu.download(words);
}

async function dispatchGrowth(dispatches: number): Promise<number> {
  await using compute = await openCompute({ backend: "webgpu" });
  const gpu = compute.gpu!;
  const kernel = await gpu.kernel(increment);
  using words = gpu.buffer(2 ** 10, { label: "words" });
  return await growthMb(dispatches, async (index) => {
    await gpu.run(kernel, { bindings: [words], workgroups: 4 });
    if (index % 100 === 0) await gpu.download(words);
  });
}

function count(values: CommandLine["values"], name: string, preset: number): number {
  const number = Number(values.get(name) ?? preset);
  if (!Number.isInteger(number) || number < 1) {
    throw new UsageError(`--${name} needs a positive whole number.`);
  }
  return number;
}

async function run({ values }: CommandLine): Promise<number> {
  const devices = count(values, "devices", 100);
  const dispatches = count(values, "dispatches", 10_000);
  const limitMb = count(values, "limit-mb", 32);
  const adapter = await openCompute({ backend: "webgpu" }).then(async (compute) => {
    await compute[Symbol.asyncDispose]();
    return compute.adapter;
  });
  const devicesMb = await growthMb(devices, openUseClose);
  const dispatchesMb = await dispatchGrowth(dispatches);
  const kept = devicesMb <= limitMb && dispatchesMb <= limitMb;
  process.stdout.write(
    `${JSON.stringify({ adapter, devices, devicesMb, dispatches, dispatchesMb, kept })}\n`,
  );
  return kept ? EXIT.fine : EXIT.failed;
}

/** The command. */
export const command: Command = {
  help,
  options: { devices: { type: "string" }, dispatches: { type: "string" }, "limit-mb": { type: "string" } },
  run,
  statusOf: (error) => error instanceof NoAdapterError ? EXIT.missing : undefined,
};

if (import.meta.main) await main(command);
