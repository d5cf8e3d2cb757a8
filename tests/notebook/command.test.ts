/** `npm run notebooks`, as users run it; the Jupyter that it opens is a stand-in that tells how it was started. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const command = [...runtime, join(projectRoot(), "scripts", "notebooks.ts")];
const scratch = mkdtempSync(join(tmpdir(), "dialab-command-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder for the PATH with a `jupyter` that knows the subcommand `kind`. */
function jupyter(kind: string, body: string): string {
  const folder = join(scratch, kind);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "jupyter");
  writeFileSync(
    file,
    `#!/bin/sh\n[ "$1" = ${kind} ] || exit 1\n[ "$2" = --version ] && exit 0\n${body}\n`,
  );
  chmodSync(file, 0o755);
  return folder;
}

function notebooks(path: readonly string[], ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", PATH: path.join(delimiter), JUPYTER_PATH: "/elsewhere" },
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

const system = "/usr/bin:/bin".split(":");
const tell = 'echo "$*|$PWD|$JUPYTER_PATH"; exit 7';

/** Programs that the stand-in and npm's launcher of Deno need, without any Jupyter among them. */
const plain = join(scratch, "plain");
mkdirSync(plain);
for (const name of ["sh", "env", "node"]) {
  const found = [...system, ...(process.env.PATH ?? "").split(delimiter)].map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found) symlinkSync(found, join(plain, name));
}

describe("notebooks", () => {
  test.each([["lab"], ["notebook"]])(
    "opens Jupyter %s in notebooks/, with the kernel and its own exit code",
    (kind) => {
      const { status, stdout } = notebooks([jupyter(kind, tell), plain], "open", "--", "--no-browser");
      expect(status).toBe(7);
      const [args, folder, path] = stdout.trim().split("|");
      expect([args, folder]).toEqual([`${kind} --no-browser`, join(projectRoot(), "notebooks")]);
      const [own, other] = path.split(delimiter);
      expect(other).toBe("/elsewhere");
      expect(existsSync(join(own, "kernels", "deno", "kernel.json"))).toBe(true);
    },
    120_000,
  );

  test("says how to get Jupyter where there is none, exit 3", () => {
    const { status, stderr } = notebooks([plain]);
    expect([status, stderr.split("\n")[0]]).toEqual([
      3,
      "error: Jupyter is not installed. Any of these brings it, then run this again:",
    ]);
    expect(stderr).toMatch(/pip install jupyterlab/);
  }, 120_000);

  test("stays until Jupyter has ended, whatever Control-C", async () => {
    const folder = jupyter("lab", 'trap "" INT; echo up; sleep 2; echo down');
    const child = spawn(process.execPath, [...command], {
      env: { ...process.env, PATH: [folder, ...system].join(delimiter) },
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => said += text);
    // Not its status: to Deno a child that was signalled has died of it.
    const left = new Promise<number>((resolve) => child.once("exit", () => resolve(performance.now())));
    const closed = new Promise((resolve) => child.once("close", resolve));
    while (!said.includes("up")) await setTimeout(20);
    const start = performance.now();
    child.kill("SIGINT");
    expect(await left - start).toBeGreaterThan(1000);
    await closed;
    expect(said).toBe("up\ndown\n");
  }, 120_000);

  test.each([
    [
      ["run", "99"],
      "No notebook 99; there are 01-first-look, 02-backends, 03-drift, 04-swap-a-stage, 05-audio, 06-corpus.",
    ],
    [["run", "--html"], "--html needs --out DIR."],
    [["run", "--timeout", "soon"], "--timeout is seconds, not soon."],
    [["save", "--out", "x"], "save takes no options."],
    [["close"], "There is no command close."],
  ])("%j is refused, exit 2", (args, message) => {
    expect(notebooks(system, ...args)).toEqual({
      status: 2,
      stdout: "",
      stderr: `error: ${message}\nTry --help.\n`,
    });
  }, 120_000);

  test("run needs a Python with nbclient, exit 3", () => {
    process.env.DIALAB_PYTHON = "/nowhere/python3";
    try {
      const { status, stderr } = notebooks(system, "run", "01");
      expect([status, stderr.startsWith("error: No Python with nbclient: pip install nbclient")]).toEqual([
        3,
        true,
      ]);
    } finally {
      delete process.env.DIALAB_PYTHON;
    }
  }, 120_000);
});
