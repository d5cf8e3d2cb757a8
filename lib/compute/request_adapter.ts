import { NoAdapterError } from "./gpu_errors.ts";
import { type GpuProvider, loadDawn, runtimeGpu } from "./gpu_provider.ts";
import { quietNative } from "./quiet_native.ts";
import { isAdapterNamed, isSoftwareAdapter, offerSoftwareAdapter } from "./software_adapters.ts";

/** An adapter and what to call it. */
export interface FoundAdapter {
  adapter: GPUAdapter;
  /** The adapter's and driver's own names and the provider: "SwiftShader Device (Subzero), via Dawn". */
  name: string;
  /** Whether it is a software implementation, or calls itself a fallback. */
  software: boolean;
}

/** Dawn rounds timestamps to 100 us unless told otherwise, which is longer than most kernels. */
const exactTimestamps = "disable-dawn-features=timestamp_quantization";

const cure =
  `Install a driver for Vulkan, Metal or D3D12; for tests on Debian run scripts/software_adapters.sh and ask ` +
  `for adapter "swiftshader"`;

/**
 * Finds an adapter: the one whose name contains `wanted`; without, a real GPU if there is one, and a software
 * adapter when it is alone.
 *
 * @param wanted part of the name, in any case; see `isAdapterNamed`
 * @throws NoAdapterError when there is none, or none of that name; names those there are, and the cure
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { requestAdapter } from "#lib/compute/request_adapter.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * await assert.rejects(requestAdapter("dawn", "no such adapter"), /^NoAdapterError: Dawn finds no GPU adapter named/);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { name, software } = await requestAdapter("dawn", "swiftshader");
 *   assert.match(name, /SwiftShader.*, via Dawn/);
 *   assert(software);
 * }
 * ```
 */
export async function requestAdapter(
  provider: GpuProvider,
  wanted: string | undefined,
): Promise<FoundAdapter> {
  if (wanted !== undefined) await offerSoftwareAdapter(wanted);
  return provider === "dawn" ? await fromDawn(wanted) : await fromRuntime(wanted);
}

async function fromDawn(wanted: string | undefined): Promise<FoundAdapter> {
  const names = await dawnAdapterNames(wanted ?? "any");
  const name = wanted === undefined
    ? names.find((name) => !isSoftwareAdapter(name)) ?? names[0]
    : names.find((name) => isAdapterNamed(name, wanted));
  if (name === undefined) throw missing("Dawn", wanted, names);
  const gpu = await loadDawn([`adapter=${name}`, exactTimestamps]);
  const adapter = await quietNative(() => gpu.requestAdapter({ powerPreference: "high-performance" }));
  if (!adapter) throw missing("Dawn", wanted, names);
  return describe(adapter, name, "Dawn");
}

/**
 * Dawn lists its adapters only in the refusal of one that does not exist. One instance per name asked for, since
 * an instance knows the drivers of its beginning.
 */
async function dawnAdapterNames(wanted: string): Promise<string[]> {
  try {
    const gpu = await loadDawn([`adapter=no such adapter, to list those there are for ${wanted}`]);
    await quietNative(() => gpu.requestAdapter());
    return [];
  } catch (error) {
    if (error instanceof NoAdapterError) throw error;
    return [...String(error).matchAll(/name: '([^']*)'/g)].map(([, name]) => name);
  }
}

async function fromRuntime(wanted: string | undefined): Promise<FoundAdapter> {
  const gpu = runtimeGpu();
  const found: FoundAdapter[] = [];
  for (const options of [{ powerPreference: "high-performance" }, { forceFallbackAdapter: true }] as const) {
    const adapter = await gpu.requestAdapter(options);
    if (!adapter) continue;
    const name = adapter.info.description || adapter.info.device;
    found.push(describe(adapter, name, "navigator.gpu"));
  }
  const match = wanted === undefined
    ? found.find(({ software }) => !software) ?? found[0]
    : found.find(({ name }) => isAdapterNamed(name, wanted));
  if (!match) throw missing("navigator.gpu", wanted, [...new Set(found.map(({ name }) => name))]);
  return match;
}

function describe(adapter: GPUAdapter, name: string, provider: string): FoundAdapter {
  const { info } = adapter;
  const driver = info.description && info.description !== name ? ` (${info.description})` : "";
  return {
    adapter,
    name: `${name}${driver}, via ${provider}`,
    software: isSoftwareAdapter(name) || info.isFallbackAdapter,
  };
}

function missing(provider: string, wanted: string | undefined, names: readonly string[]): NoAdapterError {
  const there = names.length === 0 ? "there is none at all" : `there is ${names.join("; ")}`;
  const what = wanted === undefined ? "no GPU adapter" : `no GPU adapter named "${wanted}"`;
  return new NoAdapterError(`${provider} finds ${what}: ${there}. ${cure}.`);
}
