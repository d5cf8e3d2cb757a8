import type { Compute, Precision } from "#lib/compute/compute.ts";
import { SelfTestError } from "#lib/compute/gpu_errors.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { assertClose } from "../../kernels/check.ts";
import { distancesBench } from "../../kernels/distances.ts";
import { fbankBench } from "../../kernels/fbank.ts";
import type { KernelBench, KernelCase } from "../../kernels/kernel_case.ts";
import { measureCase } from "../../kernels/measure_case.ts";
import { Peers } from "../../kernels/peers.ts";
import { poolingBench } from "../../kernels/pooling.ts";
import { powersetBench } from "../../kernels/powerset.ts";
import type { Target } from "../../kernels/target.ts";
import { vbxBench } from "../../kernels/vbx.ts";
import type { GpuRow, GpuSizes } from "../results.ts";
import type { StepContext, StepWork } from "../step.ts";

const BENCHES: readonly KernelBench[] = [fbankBench, distancesBench, vbxBench, powersetBench, poolingBench];

/**
 * Problems of a kernel: of the largest distances those of a recording of hours, since the others take minutes on a CPU; of the small ones what
 * a software adapter does within a step's time.
 */
function casesOf({ name, cases }: KernelBench, sizes: GpuSizes): readonly (() => KernelCase)[] {
  if (name === "distances" && sizes === "large") return cases.large.slice(-4);
  if (sizes !== "small") return cases[sizes];
  return name === "vbx"
    ? cases.default.slice(0, 1)
    : name === "fbank"
    ? cases.small.slice(0, 1)
    : cases.small;
}

/** One kernel in both precisions, beside its peer, with its distance from the ceilings. */
export function kernelStep(name: string): StepWork {
  const bench = BENCHES.find((known) => known.name === name)!;
  return async (context) => {
    const { sizes, runs, give, note, progress } = context;
    await using stack = new AsyncDisposableStack();
    const targets = await openTargets(context, stack);
    // The definition takes minutes for the largest: WebAssembly stands in, where it has been held against it.
    const reference = sizes === "large" ? stack.use(await checkedWasm(bench)) : undefined;
    const peers = new Peers();
    const peersTold = new Set<string>();
    for (const make of casesOf(bench, sizes)) {
      progress("making up data");
      const problem = make();
      const { kernel, title, hasPrecisions, peer: { modules } } = problem;
      if (!peers.has(problem.peer) && !peersTold.has(`${modules}`)) {
        peersTold.add(`${modules}`);
        note(`${kernel} has no peer: no python3 has ${modules.join(", ")}.`);
      }
      progress(title);
      const on = hasPrecisions ? targets : targets.slice(0, 1);
      const settings = { runs, peers, profile: false, reference, rounds: sizes === "large" ? 1 : 2 };
      for (const measurement of await measureCase(problem, on, settings)) {
        give({ kind: "kernel", ...measurement } as GpuRow);
      }
    }
  };
}

/** The GPU in double-single, then in float32. Where double-single is not exact, in float32 alone. */
async function openTargets(
  { openGpu, note, ceilings }: StepContext,
  stack: AsyncDisposableStack,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const precision of ["df64", "f32"] as const) {
    try {
      const compute = stack.use(await openGpu(precision));
      const profiled = stack.use(await openGpu(precision, { profile: true }));
      targets.push({ compute, profiled, ceilings });
    } catch (error) {
      if (!(error instanceof SelfTestError)) throw error;
      note(error.message);
    }
  }
  if (ceilings === undefined) note("No distance from the ceilings: they are not known.");
  return targets;
}

async function checkedWasm({ name, cases }: KernelBench): Promise<Compute> {
  const compute = await openCompute({ backend: "wasm" });
  const precision: Precision = compute.precision;
  for (const make of cases.tiny) {
    const problem = make();
    assertClose({
      what: `${name} ${problem.title} on wasm`,
      got: await problem.run(compute),
      expected: await problem.run(SCALAR),
      bound: problem.bound(precision),
    });
  }
  return compute;
}
