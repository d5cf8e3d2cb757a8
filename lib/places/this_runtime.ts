import { arch, platform } from "node:os";
import process from "node:process";

/**
 * What runs this program, and where.
 *
 * @returns `runtime` such as "bun 1.4.4", `platform` such as "linux x64".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thisRuntime } from "#lib/places/this_runtime.ts";
 * assert.match(thisRuntime().runtime, /^(bun|deno|node) \d+\./);
 * ```
 */
export function thisRuntime(): { runtime: string; platform: string } {
  const versions: Record<string, string | undefined> = process.versions;
  const name = ["bun", "deno"].find((one) => versions[one]) ?? "node";
  return { runtime: `${name} ${versions[name]}`, platform: `${platform()} ${arch()}` };
}
