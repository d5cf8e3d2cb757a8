/** The first Deno that ends a process which used DuckDB without a crash: Deno's issue 36538. */
const SOUND = [2, 9, 6];

/**
 * What is wrong with a runtime for manifests, in words; undefined where nothing is.
 *
 * @param runtime As `thisRuntime` gives it: "deno 2.9.5".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runtimeFault } from "#lib/corpus/manifests/runtime_fault.ts";
 * assert.match(runtimeFault("deno 2.9.5")!, /^Deno 2\.9\.5 may crash/);
 * assert.equal(runtimeFault("deno 2.9.6"), undefined);
 * ```
 */
export function runtimeFault(runtime: string): string | undefined {
  const version = runtime.match(/^deno (\d+)\.(\d+)\.(\d+)/)?.slice(1).map(Number);
  const at = version?.findIndex((part, i) => part !== SOUND[i]) ?? -1;
  if (version === undefined || at < 0 || version[at] > SOUND[at]) return undefined;
  return `Deno ${
    version.join(".")
  } may crash (SIGSEGV) when it ends after DuckDB was used. Manifests need Deno ${
    SOUND.join(".")
  } or later: run deno upgrade, or take Bun or Node.`;
}
