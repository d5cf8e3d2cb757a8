import { cpus, release } from "node:os";
import { programVersion } from "#lib/places/program_version.ts";
import { thisRuntime } from "#lib/places/this_runtime.ts";

/** What a figure was measured on. */
export interface Environment {
  /** dialab's version. */
  readonly dialab: string;
  /** Such as "bun 1.4.4". */
  readonly runtime: string;
  /** Such as "linux x64". */
  readonly platform: string;
  readonly release: string;
  readonly cpu: string;
  readonly cores: number;
}

/**
 * What this process runs on.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * assert.match(describeEnvironment().runtime, /^(bun|deno|node) \d+\./);
 * ```
 */
export function describeEnvironment(): Environment {
  return {
    dialab: programVersion().version,
    ...thisRuntime(),
    release: release(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
  };
}
