import { existsSync } from "node:fs";
import process from "node:process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setNativeEnvironment } from "./native_environment.ts";

/** The software adapters that scripts/software_adapters.sh unpacks: their folder and driver manifest, and the names they give themselves. */
const known = {
  swiftshader: { manifest: "swiftshader/vk_swiftshader_icd.json", names: /swiftshader/i },
  lavapipe: { manifest: "lavapipe/lvp_icd.json", names: /llvmpipe|lavapipe/i },
} as const;

/** Any of these overrules what this file would do. */
const loaderVariables = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES"];

/**
 * Whether an adapter's own name is that of a software implementation: SwiftShader, Mesa's lavapipe and softpipe, Windows'
 * WARP.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSoftwareAdapter } from "#lib/compute/software_adapters.ts";
 *
 * assert(isSoftwareAdapter("SwiftShader Device (Subzero)"));
 * assert(isSoftwareAdapter("Microsoft Basic Render Driver"));
 * assert(!isSoftwareAdapter("NVIDIA H200"));
 * ```
 */
export function isSoftwareAdapter(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i.test(name);
}

/**
 * Whether an adapter's own name is the one asked for: as part of the name whatever the case, and "lavapipe" also
 * finds "llvmpipe", as it calls itself.
 *
 * @example
 * ```ts
 * import { ok } from "node:assert";
 * import { isAdapterNamed } from "#lib/compute/software_adapters.ts";
 *
 * ok(isAdapterNamed("llvmpipe (LLVM 15.0.6, 256 bits)", "lavapipe"));
 * ok(isAdapterNamed("NVIDIA H200", "nvidia"));
 * ```
 */
export function isAdapterNamed(name: string, wanted: string): boolean {
  const software = softwareAdapter(wanted);
  return software ? software.names.test(name) : name.toLowerCase().includes(wanted.toLowerCase());
}

/**
 * Where the driver manifest of a software adapter lies: in `DIALAB_SOFTWARE_ADAPTERS`, else in the project's
 * `.cache/software_adapters`, where scripts/software_adapters.sh puts it. Undefined when it is not there, or the
 * name is not "swiftshader" or "lavapipe", in any case.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { existsSync } from "node:fs";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * assert.equal(softwareAdapterManifest("NVIDIA H200"), undefined);
 * const manifest = softwareAdapterManifest("SwiftShader");
 * assert(manifest === undefined || existsSync(manifest)); // where it is, if it is unpacked
 * ```
 */
export function softwareAdapterManifest(name: string): string | undefined {
  const software = softwareAdapter(name);
  if (!software) return undefined;
  const root = process.env.DIALAB_SOFTWARE_ADAPTERS ||
    fileURLToPath(new URL("../../.cache/software_adapters", import.meta.url));
  const path = join(root, software.manifest);
  return existsSync(path) ? path : undefined;
}

/**
 * Shows an unpacked software adapter to the Vulkan loader of this process, beside the machine's own drivers
 * (`VK_ADD_DRIVER_FILES`, loader 1.3.234 and later). Does nothing when the name is not a software adapter's, when it
 * is not unpacked, or when the environment already says which drivers to load. Dawn reads it for every new
 * instance; Deno's `navigator.gpu` once, when its first adapter is asked for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import process from "node:process";
 * import { offerSoftwareAdapter, softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * const before = process.env.VK_ADD_DRIVER_FILES;
 * await offerSoftwareAdapter("NVIDIA H200");
 * assert.equal(process.env.VK_ADD_DRIVER_FILES, before); // no software adapter: nothing happens
 * await offerSoftwareAdapter("swiftshader");
 * const { VK_ICD_FILENAMES, VK_DRIVER_FILES, VK_ADD_DRIVER_FILES } = process.env;
 * const loaded = VK_ICD_FILENAMES || VK_DRIVER_FILES || VK_ADD_DRIVER_FILES;
 * if (softwareAdapterManifest("swiftshader")) assert(loaded); // SwiftShader, or what the environment says
 * ```
 */
export async function offerSoftwareAdapter(name: string): Promise<void> {
  const manifest = softwareAdapterManifest(name);
  if (manifest === undefined || process.env.VK_ADD_DRIVER_FILES === manifest) return;
  // An earlier offer, perhaps of another worker of this process, does not count as the environment's.
  const ours = Object.keys(known).map(softwareAdapterManifest);
  const set = loaderVariables.map((variable) => process.env[variable]).filter(Boolean);
  if (set.some((value) => !ours.includes(value))) return;
  await setNativeEnvironment("VK_ADD_DRIVER_FILES", manifest);
}

function softwareAdapter(name: string): typeof known[keyof typeof known] | undefined {
  const key = name.toLowerCase();
  return key === "swiftshader" || key === "lavapipe" ? known[key] : undefined;
}
