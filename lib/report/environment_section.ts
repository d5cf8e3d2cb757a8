import { counted } from "#lib/language/counted.ts";
import type { Environment } from "#lib/parity/environment.ts";
import type { Section } from "./report.ts";

/** How a report came about. */
export interface Provenance {
  readonly environment: Environment;
  /** More that the run depends on, by name. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  /** The command that makes the report again; absent where it was made otherwise. */
  readonly command?: string;
}

/**
 * The last section of a report: what it was made on, and how to make it again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeEnvironment } from "#lib/parity/environment.ts";
 * import { environmentSection } from "#lib/report/environment_section.ts";
 * const section = environmentSection({ environment: describeEnvironment(), command: "npm run parity" });
 * assert.deepEqual(section.blocks.map(({ kind }) => kind), ["facts", "code"]);
 * ```
 */
export function environmentSection({ environment, facts = [], command }: Provenance): Section {
  const { dialab, runtime, platform, release, cpu, cores } = environment;
  return {
    heading: "Environment",
    blocks: [
      {
        kind: "facts",
        facts: [
          ["dialab", dialab],
          ["runtime", runtime],
          ["system", `${platform}, ${release}`],
          ["processor", `${cpu}, ${counted(cores, "core")}`],
          ...facts,
        ],
      },
      ...(command === undefined ? [] : [{ kind: "code", label: "Run it again", text: command } as const]),
    ],
  };
}
