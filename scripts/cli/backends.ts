/** Opening the backends that a command line asks for. */
import type { Backend, Compute, Precision } from "#lib/compute/compute.ts";
import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
import { choice, type CommandLine, MissingError, UsageError } from "./command_line.ts";

const CHOICES = ["scalar", "wasm", "webgpu", "all"] as const;

/** The options of commands that compute, and their lines in `--help`. */
export const backendOptions = {
  backend: { type: "string", words: CHOICES },
  adapter: { type: "string" },
  precision: { type: "string", words: ["df64", "f32"] },
} as const;

export const backendHelp = `    --backend scalar|wasm|webgpu|all
        What computes; all takes those that this machine has and names the
        others. Default: scalar.
    --adapter NAME
        Part of a GPU adapter's name. Default: a real GPU, else the software
        adapter that scripts/software_adapters.sh unpacks.
    --precision df64|f32
        What the GPU computes in. Default: df64, which parity needs.
`;

/** What was asked for. */
export interface BackendRequest {
  readonly name: typeof CHOICES[number];
  readonly backends: readonly Backend[];
  readonly adapter: string | undefined;
  readonly precision: Precision | undefined;
}

/** Reads the backend options of a command line. */
export function backendRequest({ values }: Pick<CommandLine, "values">): BackendRequest {
  const name = choice(values, "backend", CHOICES, "scalar");
  const precision = values.has("precision")
    ? choice(values, "precision", ["df64", "f32"], "df64")
    : undefined;
  const backends: readonly Backend[] = name === "all" ? ["scalar", "wasm", "webgpu"] : [name];
  if (!backends.includes("webgpu") && (precision !== undefined || values.has("adapter"))) {
    throw new UsageError(`--adapter and --precision are for --backend webgpu, not ${name}.`);
  }
  return { name, backends, adapter: values.get("adapter"), precision };
}

/** Opens one backend. A software GPU is taken when it is asked for by name, or when there is no other. */
export async function openBackend(
  backend: Backend,
  request: BackendRequest,
  profile = false,
): Promise<Compute> {
  if (backend !== "webgpu") return await openCompute({ backend });
  const { adapter, precision } = request;
  try {
    return await openCompute({ backend, adapter, precision, profile });
  } catch (error) {
    const alone = error instanceof NoAdapterError && adapter === undefined &&
      softwareAdapterManifest("swiftshader");
    if (!alone) throw error;
    return await openCompute({ backend, adapter: "swiftshader", precision, profile });
  }
}

/**
 * Runs `work` on each backend asked for, one after the other. Under `all` one that is missing is passed over and told; asked for by
 * itself it is an error.
 */
export async function onEachBackend(
  request: BackendRequest,
  work: (compute: Compute) => Promise<void>,
  tell: (message: string) => void,
): Promise<void> {
  for (const backend of request.backends) {
    let compute: Compute;
    try {
      compute = await openBackend(backend, request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (request.name !== "all") throw new MissingError(reason);
      tell(`${backend} is not here: ${reason}`);
      continue;
    }
    try {
      await work(compute);
    } finally {
      await compute[Symbol.asyncDispose]();
    }
  }
}
