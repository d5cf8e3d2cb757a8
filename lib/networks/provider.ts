/** Where networks run. */
import { availableParallelism } from "node:os";
import type { InferenceSession } from "onnxruntime-node";
import { loadPackage } from "#lib/places/load_package.ts";
import { MissingPackageError } from "#lib/places/missing_package_error.ts";

/** `cpu` everywhere, `webgpu` on any GPU with Vulkan, Metal or D3D12, `cuda` where onnxruntime's CUDA libraries are installed. */
export type Provider = "cpu" | "webgpu" | "cuda";

/** How a network runs. */
export interface SessionOptions {
  /** @default {"cpu"} */
  readonly provider?: Provider;
  /** Threads inside one operation on the CPU; 0 stands for an equal share of the cores for each of the `workers`. @default {0} */
  readonly threads?: number;
  /**
   * Threads beside the calling one that run the network, each with a copy of it, so that several runs go on at a time and the caller
   * goes on with its own work. 0: the calling thread runs it, and does nothing else meanwhile. What comes out is the same. @default {0}
   */
  readonly workers?: number;
  /**
   * Whether onnxruntime keeps, for each network and thread, what the largest batch so far has needed. Without it tensors over 32 MB go
   * back to the system after every operation and come anew, page by page. Does not change what comes out. @default {false}
   */
  readonly arena?: boolean;
}

/** The provider that was asked for cannot be used on this machine. */
export class ProviderError extends Error {
  override name = "ProviderError";
}

const CURES: Readonly<Record<Provider, string>> = {
  cpu: "Reinstall onnxruntime-node for this platform.",
  webgpu: "It needs a GPU with a Vulkan, Metal or Direct3D 12 driver; provider cpu runs everywhere.",
  cuda:
    "Run node_modules/onnxruntime-node/script/install.js with the CUDA toolkit installed; provider cpu runs everywhere.",
};

/**
 * onnxruntime-node, loaded when first needed.
 *
 * @throws {MissingPackageError} The package is not installed.
 * @throws {ProviderError} The package cannot be loaded on this platform.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { onnxRuntime } from "#lib/networks/provider.ts";
 * const { InferenceSession } = await onnxRuntime();
 * assert.equal(typeof InferenceSession.create, "function");
 * ```
 */
export async function onnxRuntime(): Promise<typeof import("onnxruntime-node")> {
  try {
    const loaded = await loadPackage("onnxruntime-node", {
      purpose: "Running networks",
      flags: "--ignore-scripts", // they would download CUDA, and npm leaves the package out where that fails
      load: () => import("onnxruntime-node"),
    });
    // A CommonJS package: some loaders give its exports only as the default one.
    const runtime = "InferenceSession" in loaded
      ? loaded
      : (loaded as { default: typeof import("onnxruntime-node") }).default;
    runtime.env.logLevel = "fatal"; // what fails is thrown; it need not also be on stderr
    return runtime;
  } catch (cause) {
    if (cause instanceof MissingPackageError) throw cause;
    throw new ProviderError(`onnxruntime-node cannot be loaded: ${messageOf(cause)}. ${CURES.cpu}`, {
      cause,
    });
  }
}

/**
 * The options of an onnxruntime session.
 *
 * @param facts `half`: whether the file computes in half precision, which onnxruntime 1.30 does not survive beyond level "extended".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runtimeOptions } from "#lib/networks/provider.ts";
 * assert.equal(runtimeOptions({}, { half: true }).graphOptimizationLevel, "extended");
 * assert.equal(runtimeOptions({}, { half: false }).graphOptimizationLevel, "all");
 * assert.equal(runtimeOptions({ workers: 64 }, { half: false }).intraOpNumThreads, 1);
 * assert.throws(() => runtimeOptions({ threads: -1 }, { half: false }), RangeError);
 * ```
 */
export function runtimeOptions(
  options: SessionOptions,
  facts: { readonly half: boolean },
): InferenceSession.SessionOptions {
  const { provider = "cpu", threads = 0, workers = 0, arena = false } = options;
  if (!Object.hasOwn(CURES, provider)) {
    throw new RangeError(`Unknown provider ${provider}; there are ${Object.keys(CURES).join(", ")}.`);
  }
  if (!Number.isSafeInteger(threads) || threads < 0 || threads > 1024) {
    throw new RangeError(`threads is ${threads}; it must be a whole number from 0 to 1024.`);
  }
  if (!Number.isSafeInteger(workers) || workers < 0 || workers > 64) {
    throw new RangeError(`workers is ${workers}; it must be a whole number from 0 to 64.`);
  }
  const share = workers === 0 ? 0 : Math.max(1, Math.floor(availableParallelism() / workers));
  const inOperation = threads === 0 ? share : threads; // 0: onnxruntime takes all cores
  return {
    executionProviders: [provider],
    graphOptimizationLevel: facts.half ? "extended" : "all",
    logSeverityLevel: 3,
    enableCpuMemArena: arena,
    ...inOperation === 0 ? {} : { intraOpNumThreads: inOperation },
  };
}

/**
 * Why a session could not be made with a provider, and what helps.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { providerError } from "#lib/networks/provider.ts";
 * assert.match(providerError("webgpu", "seg.onnx", new Error("no adapter")).message, /webgpu.*no adapter.*Vulkan/);
 * ```
 */
export function providerError(provider: Provider, path: string, cause: unknown): ProviderError {
  return new ProviderError(
    `${path} cannot be run by provider ${provider}: ${messageOf(cause)}. ${CURES[provider]}`,
    {
      cause,
    },
  );
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, "")
    // Where in onnxruntime's own text, and which of its conditions did not hold, says nothing to its user.
    .replace(/^\S*onnxruntime_src\S*:\d+ .*? was false\. (?=\S)/s, "");
}
