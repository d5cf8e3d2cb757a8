/** Jupyter's kernelspec for the project's own Deno: written by hand, since `deno jupyter --install` knows only one place. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { MissingError } from "../cli/command_line.ts";

/** The kernel's name in Jupyter: Deno's own, so that notebooks open with any Deno kernel that is there. */
export const KERNEL = "deno";

/** What kernel.json holds. */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  /** Whose it is: only a spec of dialab's is overwritten or removed. */
  readonly metadata?: { readonly dialab?: string };
}

/** The folder that Jupyter keeps a user's data in (docs.jupyter.org, "Common directories and file locations"). */
export function jupyterDataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  if (env.JUPYTER_DATA_DIR) return resolve(env.JUPYTER_DATA_DIR);
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32" && env.APPDATA) return join(env.APPDATA, "jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/** The folder of the kernelspec below a data folder. */
export function kernelFolder(dataFolder: string): string {
  return join(dataFolder, "kernels", KERNEL);
}

/** npm's launcher of Deno: dialab's own or that of the project that dialab is installed in; else the one on the PATH. */
function denoLauncher(): string {
  const name = process.platform === "win32" ? "deno.cmd" : "deno";
  for (let folder = projectRoot();; folder = dirname(folder)) {
    const launcher = join(folder, "node_modules", ".bin", name);
    if (existsSync(launcher)) return launcher;
    if (dirname(folder) === folder) break;
  }
  if (spawnSync("deno", ["--version"], { stdio: "ignore" }).status === 0) return "deno";
  throw new MissingError(
    "Deno is not installed here: npm install deno brings it (in a clone of dialab, npm ci).",
  );
}

/**
 * The program of the project's Deno. npm's launcher is asked for it, for it may be a script: a kernel's signals must reach Deno itself.
 */
export function denoProgram(): string {
  const launcher = denoLauncher();
  const { status, stdout, stderr } = spawnSync(launcher, ["eval", "console.log(Deno.execPath())"], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new MissingError(`Deno does not start: ${stderr.trim()}`);
  return stdout.trim();
}

/** The kernelspec that lies below a data folder, or undefined. */
export function readKernelSpec(dataFolder: string): KernelSpec | undefined {
  const file = join(kernelFolder(dataFolder), "kernel.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) as KernelSpec : undefined;
}

/** Whether a kernelspec was written by dialab. */
export function isOurs(spec: KernelSpec): boolean {
  return spec.metadata?.dialab !== undefined;
}

/** Writes the kernelspec below a data folder and tells the folder that holds it. */
export function writeKernelSpec(dataFolder: string, program: string = denoProgram()): string {
  const folder = kernelFolder(dataFolder);
  const spec: KernelSpec = {
    argv: [program, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    metadata: { dialab: projectRoot() },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return folder;
}

/** Removes the kernelspec from a data folder. */
export function removeKernelSpec(dataFolder: string): void {
  rmSync(kernelFolder(dataFolder), { recursive: true });
}
