/**
 * The backends that this run can use, for tests that hold for each: scalar, wasm, a real GPU where there is
 * one, and the software GPUs (SwiftShader through Dawn; under Deno also lavapipe through navigator.gpu). A missing one
 * is a skipped test with its reason; where `DIALAB_REQUIRE` names it (`webgpu`, `wasm`, `swiftshader`, `lavapipe`,
 * comma-separated), a failed one. `DIALAB_ADAPTER` and `DIALAB_GPU_PROVIDER` narrow the GPUs down to one.
 */
import { afterAll, beforeAll, describe, test } from "bun:test";
import process from "node:process";
import type { Backend, Compute, Precision } from "#lib/compute/compute.ts";
import { openCompute, type OpenComputeOptions } from "#lib/compute/open_compute.ts";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";

/** One way of running a kernel, opened before its tests and closed after them. */
export interface Target {
  /** "scalar", "wasm", "webgpu df64 on SwiftShader ...". */
  readonly title: string;
  readonly backend: Backend;
  readonly precision: Precision;
  /** The opened backend; only inside tests, `beforeAll` and `beforeEach`. */
  readonly compute: Compute;
  /** A further one of the same kind, which the caller closes. */
  open(options?: { profile?: boolean }): Promise<Compute>;
}

/** Which targets a test runs on. */
export interface TargetOptions {
  /** @default all */
  backends?: readonly Backend[];
  /** What the GPU computes in. @default ["df64"] */
  precisions?: readonly ("df64" | "f32")[];
  /**
   * Whether Deno tries SwiftShader through Dawn too, where it has lavapipe through a WebGPU of its own. Shader, driver and Dawn are
   * those of Bun, which tries them with every test; tests of Dawn itself try it in both.
   *
   * @default false
   */
  dawnInDeno?: boolean;
}

interface Candidate {
  /** What `DIALAB_REQUIRE` calls it. */
  name: string;
  options: OpenComputeOptions;
  /** The adapter's name, once it has been opened. */
  adapter?: string | undefined;
  /** Why it cannot be used here. */
  missing?: string;
}

const required = (process.env.DIALAB_REQUIRE ?? "").split(",").map((name) => name.trim()).filter(Boolean);
const inDeno = "Deno" in globalThis;

function gpuCandidates(): Candidate[] {
  const { DIALAB_ADAPTER: adapter, DIALAB_GPU_PROVIDER: provider } = process.env;
  if (adapter || provider) return [{ name: adapter || "gpu", options: { backend: "webgpu" } }];
  return [
    // First, because Deno's own WebGPU reads the list of drivers only once.
    ...(inDeno
      ? [{ name: "lavapipe", options: { backend: "webgpu", adapter: "lavapipe", provider: "deno" } } as const]
      : []),
    { name: "swiftshader", options: { backend: "webgpu", adapter: "swiftshader", provider: "dawn" } },
    { name: "gpu", options: { backend: "auto" } },
  ];
}

/**
 * Opens each candidate once. A real GPU counts only where there is one: its absence needs no skipped test. Deno would also take for
 * lavapipe the OpenGL in software that Mesa brings along with any browser, on which these tests take minutes and show nothing more.
 */
async function probe(): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const candidate of gpuCandidates()) {
    if (candidate.name === "lavapipe" && softwareAdapterManifest("lavapipe") === undefined) {
      found.push({ ...candidate, missing: "lavapipe is not unpacked; scripts/software_adapters.sh does it" });
      continue;
    }
    try {
      await using compute = await openCompute(candidate.options);
      if (compute.backend === "webgpu") found.push({ ...candidate, adapter: compute.adapter });
    } catch (error) {
      found.push({ ...candidate, missing: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

const gpus = await probe();
const anyGpu = gpus.some(({ missing }) => missing === undefined);
const hasDenosOwn = gpus.some(({ name, missing }) => name === "lavapipe" && missing === undefined);

function candidates(
  { backends = ["scalar", "wasm", "webgpu"], precisions = ["df64"], dawnInDeno = false }: TargetOptions,
) {
  const targets: { title: string; candidate: Candidate; backend: Backend; precision: Precision }[] = [];
  for (const backend of backends) {
    if (backend !== "webgpu") {
      targets.push({
        title: backend,
        candidate: { name: backend, options: { backend } },
        backend,
        precision: "f64",
      });
      continue;
    }
    for (const candidate of gpus) {
      if (candidate.name === "swiftshader" && hasDenosOwn && !dawnInDeno) continue;
      const options = { ...candidate.options, backend };
      for (const precision of precisions) {
        targets.push({
          title: `webgpu ${precision} on ${candidate.adapter ?? candidate.name}`,
          candidate: { ...candidate, options: { ...options, precision } },
          backend,
          precision,
        });
      }
    }
  }
  return targets;
}

function reportMissing(title: string, { name, missing }: Candidate): void {
  const needed = required.includes(name) || (required.includes("webgpu") && !anyGpu);
  if (!needed) return test.skip(`${title} (skipped: ${missing})`, () => {});
  test(`${title}: required by DIALAB_REQUIRE`, () => {
    throw new Error(missing);
  });
}

/**
 * One group of tests per backend and adapter.
 *
 * @example
 * ```ts
 * describeTargets("vbx", (target) => {
 *   test("gives the captured labels", async () => {
 *     const result = await vbx(target.compute, x, phi, q0, options);
 *   });
 * });
 * ```
 */
export function describeTargets(
  title: string,
  body: (target: Target) => void,
  options: TargetOptions = {},
): void {
  for (const { title: name, candidate, backend, precision } of candidates(options)) {
    const groupTitle = `${title}, ${name}`;
    if (candidate.missing !== undefined) {
      reportMissing(groupTitle, candidate);
      continue;
    }
    describe(groupTitle, () => {
      let opened: Compute | undefined;
      beforeAll(async () => {
        opened = await openCompute(candidate.options);
      });
      afterAll(async () => {
        await opened?.[Symbol.asyncDispose]();
      });
      body({
        title: name,
        backend,
        precision,
        get compute() {
          if (!opened) throw new Error(`${groupTitle}: the backend is open only while its tests run`);
          return opened;
        },
        open: (more) => openCompute({ ...candidate.options, ...more }),
      });
    });
  }
}
