/** `bench kernels`: every kernel on every backend, beside its peers and the device's ceilings. */
import process from "node:process";
import type { Precision } from "#lib/compute/compute.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { type BackendRequest, backendRequest, openBackend } from "../../cli/backends.ts";
import { choice, type CommandLine, EXIT, MissingError, UsageError } from "../../cli/command_line.ts";
import { writeJson } from "../../cli/print_report.ts";
import { styleOf } from "../../cli/style.ts";
import { distancesBench } from "../kernels/distances.ts";
import { fbankBench } from "../kernels/fbank.ts";
import { type KernelBench, SIZES, type Sizes } from "../kernels/kernel_case.ts";
import { measureCase } from "../kernels/measure_case.ts";
import {
  LINKAGE_CASES,
  LINKAGE_PEER,
  type LinkageTarget,
  measureLinkage,
} from "../kernels/measure_linkage.ts";
import type { Measurement } from "../kernels/measurement.ts";
import { Peers } from "../kernels/peers.ts";
import { poolingBench } from "../kernels/pooling.ts";
import { powersetBench } from "../kernels/powerset.ts";
import { kernelLines, type NamedCeilings, profileLines, rooflineLines } from "../kernels/print_kernels.ts";
import { type KernelSettings, type Target, titleOf } from "../kernels/target.ts";
import { vbxBench } from "../kernels/vbx.ts";
import { measureCeilings } from "../roofline/ceilings.ts";
import { progress, runsOf, tell } from "../settings.ts";

const BENCHES: readonly KernelBench[] = [fbankBench, distancesBench, vbxBench, powersetBench, poolingBench];

/** The names of all kernels. */
export const KERNEL_NAMES: readonly string[] = [
  "fbank",
  "distances",
  "vbx",
  "linkage",
  "powerset",
  "pooling",
];

/** Runs the command. */
export async function benchKernels({ values, positionals: [, ...names] }: CommandLine): Promise<number> {
  const unknown = names.find((name) => !KERNEL_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no kernel ${unknown}; there are ${KERNEL_NAMES.join(", ")}.`);
  }
  for (const foreign of ["capture", "captures", "models"]) {
    if (values.has(foreign)) throw new UsageError(`--${foreign} is for backend and sums.`);
  }
  const kernels = KERNEL_NAMES.filter((name) => names.length === 0 || names.includes(name));
  const sizes = choice(values, "sizes", SIZES, "default");
  const runs = runsOf(values);
  const request = backendRequest({ values: new Map([["backend", "all"], ...values]) });
  const [roofline, profile] = [values.has("roofline"), values.has("profile")];
  if ((roofline || profile) && !request.backends.includes("webgpu")) {
    throw new UsageError("--roofline and --profile are for --backend webgpu.");
  }
  const settings = { runs, profile, peers: values.has("peers") ? peersFor(kernels) : undefined };

  await using stack = new AsyncDisposableStack();
  const targets = await openTargets(request, { runs, roofline }, stack);
  if (targets.length === 0) throw new MissingError("None of the backends is here.");
  if (roofline && !targets.some(({ ceilings }) => ceilings)) {
    throw new MissingError("--roofline needs a GPU.");
  }
  const results: Measurement[] = [];
  const style = styleOf(process.stdout);
  const json = values.get("json");
  const environment = describeEnvironment();
  const write = (lines: readonly string[]) => {
    progress("");
    if (json !== "-") process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  };
  write(headLines(targets, environment));
  for (const kernel of kernels) {
    const rows = kernel === "linkage"
      ? await linkage(sizes, targets, request, settings)
      : await others(BENCHES.find(({ name }) => name === kernel)!, sizes, targets, settings);
    results.push(...rows);
    if (rows.length > 0) write(kernelLines(kernel, rows, style));
    else tell(`${kernel} has no problem of --sizes ${sizes} for --backend ${request.name}.`);
  }
  const ceilings = targets.flatMap(({ compute: { adapter = "" }, ceilings }) =>
    ceilings ? [{ adapter, ...ceilings }] : []
  );
  if (roofline) write(rooflineLines(oneOfEach(ceilings), results, style));
  if (profile) write(profileLines(results, style));
  if (json !== undefined) {
    const object = {
      ...{ environment, bench: "kernels", sizes, results },
      ...(roofline && { roofline: oneOfEach(ceilings) }),
    };
    await writeJson(json, JSON.stringify(object, null, 2));
  }
  return EXIT.fine;
}

/** Peers, if there is one for any of the kernels. What is missing is told. */
function peersFor(kernels: readonly string[]): Peers {
  const peers = new Peers();
  const jobs = kernels.map((name) => ({
    name,
    modules: name === "fbank" ? ["numpy", "torch", "torchaudio"] : LINKAGE_PEER.modules,
  }));
  const missing = jobs.filter((job) => !peers.has(job));
  if (missing.length === jobs.length) {
    const modules = [...new Set(missing.flatMap((job) => job.modules))];
    throw new MissingError(`No python3 has ${modules.join(", ")}; install them, or set DIALAB_PYTHON.`);
  }
  for (const { name, modules } of missing) tell(`${name} has no peer: no python3 has ${modules.join(", ")}.`);
  return peers;
}

/** Opens what was asked for: a GPU in both precisions where none is named, and once more with a clock where it has one. */
async function openTargets(
  request: BackendRequest,
  { runs, roofline }: { runs: number; roofline: boolean },
  stack: AsyncDisposableStack,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const backend of request.backends) {
    const precisions: readonly (Precision | undefined)[] = backend !== "webgpu"
      ? [undefined]
      : request.precision
      ? [request.precision]
      : ["df64", "f32"];
    for (const precision of precisions) {
      const wanted = { ...request, precision };
      progress(`opening ${backend}`);
      try {
        const compute = stack.use(await openBackend(backend, wanted));
        const profiled = compute.gpu && stack.use(await openBackend(backend, wanted, true));
        const ceilings = roofline && compute.gpu
          ? targets.find((target) => target.ceilings)?.ceilings ?? await measureCeilings(compute.gpu, runs)
          : undefined;
        targets.push({ compute, profiled, ceilings });
      } catch (error) {
        const known = error instanceof Error && error.name === "NoAdapterError";
        if (!known) throw error;
        if (request.name !== "all") throw new MissingError(error.message);
        tell(`${backend} is not here: ${error.message}`);
        break;
      }
    }
  }
  return targets;
}

/** Those on which a kernel is one of its own: without float32 where that is the same as double-single. */
function distinct<Some extends Pick<Target, "compute">>(targets: readonly Some[]): Some[] {
  const all = targets.some(({ compute }) => compute.precision === "df64");
  return targets.filter(({ compute }) => !all || compute.precision !== "f32");
}

async function others(
  { cases }: KernelBench,
  sizes: Sizes,
  targets: readonly Target[],
  settings: KernelSettings,
): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const make of cases[sizes]) {
    progress("making up data");
    const problem = make();
    progress(`${problem.kernel} ${problem.title}`);
    rows.push(...await measureCase(problem, problem.hasPrecisions ? targets : distinct(targets), settings));
  }
  return rows;
}

async function linkage(
  sizes: Sizes,
  targets: readonly Target[],
  request: BackendRequest,
  settings: KernelSettings,
): Promise<Measurement[]> {
  const own = distinct(targets).map(({ compute: { backend, precision, adapter } }): LinkageTarget => (
    { backend, precision, adapter, adapterAsked: request.adapter }
  ));
  const rows: Measurement[] = [];
  for (const problem of LINKAGE_CASES[sizes]) {
    progress(`linkage of ${problem.rows} points`);
    rows.push(...await measureLinkage(problem, own, settings));
  }
  return rows;
}

function headLines(
  targets: readonly Target[],
  environment: ReturnType<typeof describeEnvironment>,
): string[] {
  const adapters = new Set(targets.flatMap(({ compute: { adapter } }) => adapter ?? []));
  const backends = targets.map(({ compute }) => titleOf(compute));
  return [
    `${environment.runtime}, ${environment.cpu}, ${environment.cores} cores`,
    ...[...adapters].map((adapter) => `webgpu: ${adapter}`),
    `medians of ${backends.join(", ")}`,
    "",
  ];
}

/** Both precisions of a GPU share its ceilings. */
function oneOfEach(ceilings: readonly NamedCeilings[]): NamedCeilings[] {
  return [...new Map(ceilings.map((one) => [one.adapter, one])).values()];
}
