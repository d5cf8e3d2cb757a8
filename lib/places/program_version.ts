import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./places.ts";

/** Which dialab this is. */
export interface ProgramVersion {
  /** As in package.json. */
  readonly version: string;
  /**
   * The commit: of a package, the one it was built from; of a clone, the one that is checked out. 40 hexadecimal digits, followed by
   * `-modified` where files that git knows were others. Undefined where nobody can tell: no git, or no clone.
   */
  readonly commit: string | undefined;
}

const known = new Map<string, ProgramVersion>();

/**
 * The version of dialab and the commit, of the package or of the clone that this runs from. Looked up when first asked for.
 *
 * @param root Another folder of a dialab. @default projectRoot()
 * @throws {Error} The system's own error where it has no package.json.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { programVersion } from "#lib/places/program_version.ts";
 * const { version, commit } = programVersion();
 * assert.match(version, /^\d+\.\d+\.\d+/);
 * assert.match(commit ?? "0".repeat(40), /^[0-9a-f]{40}(-modified)?$/);
 * ```
 */
export function programVersion(root: string = projectRoot()): ProgramVersion {
  const found = known.get(root) ?? lookUp(root);
  known.set(root, found);
  return found;
}

function lookUp(root: string): ProgramVersion {
  const { version, gitHead } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
    gitHead?: string;
  };
  // A folder of another project above this one is not asked.
  return { version, commit: gitHead ?? (existsSync(join(root, ".git")) ? checkedOut(root) : undefined) };
}

function checkedOut(root: string): string | undefined {
  const git = (...args: string[]) => spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
  const head = git("rev-parse", "HEAD");
  if (head.status !== 0) return undefined;
  // Asks nothing of files that git does not know, and takes no lock: other git commands may run at the same time.
  const changed = git("--no-optional-locks", "diff", "--quiet", "HEAD", "--");
  return `${head.stdout.trim()}${changed.status === 1 ? "-modified" : ""}`;
}
