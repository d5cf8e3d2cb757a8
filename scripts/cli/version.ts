import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** What `--version` prints: the version, and the commit where this is a git checkout. */
export function versionLine(): string {
  const root = projectRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  // A folder of another project above this one is not asked.
  const git = existsSync(join(root, ".git"))
    ? spawnSync("git", ["-C", root, "rev-parse", "--short=12", "HEAD"], { encoding: "utf8" })
    : undefined;
  const commit = git?.status === 0 ? git.stdout.trim() : undefined;
  return `dialab ${version}${commit === undefined ? "" : ` (commit ${commit})`}`;
}
