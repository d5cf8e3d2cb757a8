import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
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
  const commit = headOf(root);
  if (commit === undefined) return undefined;
  // Asks nothing of files that git does not know, and takes no lock: other git commands may run at the same time.
  const changed = spawnSync("git", ["-C", root, "--no-optional-locks", "diff", "--quiet", "HEAD", "--"]);
  return `${commit}${changed.status === 1 ? "-modified" : ""}`;
}

/** The commit that HEAD names, read from git's own files: there need be no git to run. */
function headOf(root: string): string | undefined {
  try {
    const folder = gitFolder(join(root, ".git"));
    const shared = join(folder, "commondir");
    // A worktree has a HEAD of its own, and branches where the clone has them.
    const common = existsSync(shared) ? resolve(folder, trimmed(shared)) : folder;
    let name = trimmed(join(folder, "HEAD"));
    for (let links = 0; links < 5 && name.startsWith("ref: "); links++) {
      const branch = name.slice("ref: ".length);
      const loose = [folder, common].map((place) => join(place, branch)).find((path) => existsSync(path));
      name = loose === undefined ? packedRef(common, branch) : trimmed(loose);
    }
    return /^[0-9a-f]{40}$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** `.git` is a folder, or a file that names it, as in worktrees and submodules. */
function gitFolder(path: string): string {
  if (statSync(path).isDirectory()) return path;
  return resolve(dirname(path), trimmed(path).replace(/^gitdir: /, ""));
}

function packedRef(folder: string, branch: string): string {
  const lines = readFileSync(join(folder, "packed-refs"), "utf8").split("\n");
  return lines.find((line) => line.slice(41) === branch)?.slice(0, 40) ?? "";
}

const trimmed = (path: string) => readFileSync(path, "utf8").trim();
