import { spawnSync } from "node:child_process";
import { countTransformErrors } from "#lib/compute/df64_self_test.ts";
import { chosenProvider } from "#lib/compute/gpu_provider.ts";
import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
import { type FoundAdapter, requestAdapter } from "#lib/compute/request_adapter.ts";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
import { RefusedError } from "../../refused_error.ts";
import { NothingToDoError, type StepWork } from "../step.ts";

/** The adapter, its limits, and whether double-single arithmetic is exact on it. */
export const adapterStep: StepWork = async ({ adapter: asked, openGpu, give }) => {
  const { adapter, name, software } = await found(asked);
  const { vendor, architecture, device, description } = adapter.info;
  // In f32, which is opened without the self-test: its counts are to be seen.
  await using compute = await openGpu("f32", { profile: true });
  const df64 = await countTransformErrors(compute.gpu!);
  give({
    ...{ kind: "adapter", name, software, vendor, architecture, device, description },
    driver: software ? null : nvidiaDriver(),
    features: [...adapter.features].sort(),
    limits: limitsOf(adapter.limits),
    df64,
    clock: compute.gpu!.timesOnDevice ? "device" : "wall",
  });
  if (df64.sums > 0 || df64.products > 0) {
    throw new RefusedError(
      `df64 is not exact here: ${df64.sums} sums and ${df64.products} products of ${df64.pairs} are wrong.`,
    );
  }
};

/** As `openBackend` finds it. */
async function found(asked: string | undefined): Promise<FoundAdapter> {
  const provider = chosenProvider(undefined);
  try {
    return await requestAdapter(provider, asked);
  } catch (error) {
    const alone = error instanceof NoAdapterError && asked === undefined &&
      softwareAdapterManifest("swiftshader");
    if (!alone) throw error instanceof NoAdapterError ? new NothingToDoError(error.message) : error;
    return await requestAdapter(provider, "swiftshader");
  }
}

function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const names = new Set<string>();
  for (
    let at: object | null = limits;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  const values = limits as unknown as Record<string, unknown>;
  return Object.fromEntries(
    [...names].sort().flatMap((name) => {
      const value = values[name];
      return typeof value === "number" && Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
}

function nvidiaDriver(): string | null {
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  const { status, stdout } = spawnSync("nvidia-smi", query, { encoding: "utf8", timeout: 5000 });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}
