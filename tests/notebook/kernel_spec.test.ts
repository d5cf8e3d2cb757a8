/** `npm run kernel`, as users run it. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { jupyterDataFolder } from "#scripts/notebooks/kernel_spec.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const scratch = mkdtempSync(join(tmpdir(), "dialab-kernel-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function kernel(...args: string[]) {
  const script = join(projectRoot(), "scripts", "kernel.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", JUPYTER_DATA_DIR: scratch },
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

const folder = join(scratch, "kernels", "deno"), file = join(folder, "kernel.json");

describe("the kernel", () => {
  beforeEach(() => rmSync(join(scratch, "kernels"), { recursive: true, force: true }));

  test("is written where Jupyter looks, and is the project's own Deno", () => {
    expect(kernel()).toEqual({ status: 0, stdout: `The kernel "Deno" is in ${folder}.\n`, stderr: "" });
    const { argv, display_name, language } = JSON.parse(readFileSync(file, "utf8"));
    expect([display_name, language, ...argv.slice(1)]).toEqual([
      ...["Deno", "typescript", "jupyter", "--kernel", "--conn", "{connection_file}"],
    ]);
    const { version } = JSON.parse(
      readFileSync(join(projectRoot(), "node_modules", "deno", "package.json"), "utf8"),
    );
    expect(spawnSync(argv[0], ["--version"], { encoding: "utf8" }).stdout).toContain(`deno ${version}`);
  }, 120_000);

  test("is renewed and removed", () => {
    kernel();
    expect(kernel().status).toBe(0);
    expect(kernel("--remove")).toEqual({ status: 0, stdout: `Removed ${folder}.\n`, stderr: "" });
    expect(existsSync(folder)).toBe(false);
    expect(kernel("--remove").stdout).toBe(`There is no kernel in ${folder}.\n`);
  }, 120_000);

  test("of another origin is left alone, unless forced", () => {
    mkdirSync(folder, { recursive: true });
    const other = JSON.stringify({ argv: ["/opt/deno"], display_name: "Deno", language: "typescript" });
    writeFileSync(file, other);
    for (const args of [[], ["--remove"]]) {
      const { status, stderr } = kernel(...args);
      expect(status).toBe(1);
      expect(stderr).toContain("another origin (/opt/deno)");
      expect(readFileSync(file, "utf8")).toBe(other);
    }
    expect(kernel("--force").status).toBe(0);
    expect(readFileSync(file, "utf8")).not.toBe(other);
  }, 120_000);

  test("is refused other arguments, exit 2", () => {
    expect(kernel("deno").stderr).toBe("error: kernel takes no arguments; deno was given.\nTry --help.\n");
  }, 120_000);

  test("has its place on every system", () => {
    expect([
      jupyterDataFolder({ JUPYTER_DATA_DIR: "/data" }, "linux", "/home/ann"),
      jupyterDataFolder({}, "linux", "/home/ann"),
      jupyterDataFolder({ XDG_DATA_HOME: "/xdg" }, "linux", "/home/ann"),
      jupyterDataFolder({}, "darwin", "/Users/ann"),
    ]).toEqual(["/data", "/home/ann/.local/share/jupyter", "/xdg/jupyter", "/Users/ann/Library/Jupyter"]);
    expect(jupyterDataFolder({ APPDATA: "C:\\Roaming" }, "win32", "C:\\ann")).toMatch(
      /^C:\\Roaming.jupyter$/,
    );
  });
});
