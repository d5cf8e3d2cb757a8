import { arch, cpus, platform, release } from "node:os";
import process from "node:process";
import { programVersion } from "#lib/places/program_version.ts";

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
  const versions: Record<string, string | undefined> = process.versions;
  const runtime = versions.bun
    ? `bun ${versions.bun}`
    : versions.deno
    ? `deno ${versions.deno}`
    : `node ${versions.node}`;
  return {
    dialab: programVersion().version,
    runtime,
    platform: `${platform()} ${arch()}`,
    release: release(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
  };
}
