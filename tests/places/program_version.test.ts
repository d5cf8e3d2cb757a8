import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { programVersion } from "#lib/places/program_version.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-version-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder with a package.json, as a dialab has it. */
function folder(name: string, facts: object): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify(facts));
  return path;
}

function git(path: string, ...args: string[]): string {
  const who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"];
  const { status, stdout, stderr } = spawnSync("git", ["-C", path, ...who, ...args], {
    encoding: "utf8",
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

describe("the version", () => {
  test("of a package tells the commit that it was built from", () => {
    const gitHead = "0123456789abcdef0123456789abcdef01234567";
    expect(programVersion(folder("package", { version: "1.2.3", gitHead }))).toEqual({
      version: "1.2.3",
      commit: gitHead,
    });
  });

  test("of a clone tells what is checked out, and whether it was changed", () => {
    const [first, second] = ["clone", "changed"].map((name) => folder(name, { version: "1.2.3" }));
    for (const path of [first, second]) {
      git(path, "init", "-q");
      writeFileSync(join(path, "a.ts"), "1");
      git(path, "add", ".");
      git(path, "commit", "-q", "-m", "x");
    }
    writeFileSync(join(first, "unknown.ts"), "git does not know it");
    expect(programVersion(first)).toEqual({ version: "1.2.3", commit: git(first, "rev-parse", "HEAD") });
    writeFileSync(join(second, "a.ts"), "2");
    expect(programVersion(second).commit).toBe(`${git(second, "rev-parse", "HEAD")}-modified`);
  });

  test("in a project of somebody else has no commit: theirs is not ours", () => {
    const theirs = folder("theirs", { version: "9.9.9" });
    git(theirs, "init", "-q");
    const ours = folder(join("theirs", "node_modules", "dialab"), { version: "1.2.3" });
    expect(programVersion(ours)).toEqual({ version: "1.2.3", commit: undefined });
  });
});
