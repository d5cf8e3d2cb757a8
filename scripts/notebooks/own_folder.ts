/** Notebooks outside dialab's own folders: a folder of the user's with what Deno's kernel needs to find dialab. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MissingError, UsageError } from "../cli/command_line.ts";
import { checkFolder } from "../cli/check_destination.ts";
import { dialabImports } from "./dialab_imports.ts";
import { firstLook } from "./first_look.ts";
import { sampleRecording } from "./sample_recording.ts";
import { denoProgram, writeKernelSpec } from "./kernel_spec.ts";

/** What became of a file of the folder. */
export interface OwnFile {
  readonly name: string;
  /** `kept`: it was there and is the user's; `renewed`: of deno.json, where dialab is. */
  readonly what: "written" | "kept" | "renewed";
}

/** Of Deno's configuration, what dialab writes. */
interface DenoConfig {
  readonly nodeModulesDir?: string;
  readonly imports?: Readonly<Record<string, string>>;
}

const README = `# Notebooks with dialab

    dialab notebook open .     in this folder: opens Jupyter, and brings the kernel along

deno.json says where dialab is. When dialab moves (a clone elsewhere, another node_modules), imports are not found any
more: run "dialab notebook init ." here again. It renews those lines and leaves everything else as it is. This folder
may be moved and renamed as you like; sample.wav is made by a program and may go.

Visual Studio Code, and a Jupyter that was started otherwise, find the kernel after "dialab kernel".
`;

/** Where the kernel of a folder lies: below it, so that it moves along. */
export function ownKernelFolder(folder: string): string {
  return join(folder, ".dialab", "jupyter");
}

/**
 * Makes a folder for notebooks of one's own, or completes one: files that are there are the user's and stay as they are, but for the
 * lines of a deno.json that say where dialab is.
 *
 * @throws {UsageError} when the folder cannot be one, or holds a deno.json of the user's own.
 * @throws {MissingError} when there is no Deno.
 */
export function makeOwnFolder(folder: string): OwnFile[] {
  checkFolder(folder, "init");
  const config = renewedConfig(folder);
  const deno = denoProgram(); // before anything is made
  mkdirSync(folder, { recursive: true });
  writeKernelSpec(ownKernelFolder(folder), deno);
  const files: OwnFile[] = [];
  const put = (name: string, content: () => string | Uint8Array) => {
    const isThere = existsSync(join(folder, name));
    if (!isThere) writeBeside(join(folder, name), content());
    files.push({ name, what: isThere ? "kept" : "written" });
  };
  put("first-look.ipynb", firstLook);
  put("sample.wav", sampleRecording);
  put("README.md", () => README);
  if (config !== undefined) writeBeside(join(folder, "deno.json"), config.text);
  files.push({ name: "deno.json", what: config?.what ?? "kept" });
  return files;
}

/** deno.json as it is to be; undefined where it is so already. */
function renewedConfig(
  folder: string,
): { readonly text: string; readonly what: OwnFile["what"] } | undefined {
  const imports = dialabImports();
  const path = join(folder, "deno.json");
  const inWords = (config: DenoConfig) => `${JSON.stringify(config, null, 2)}\n`;
  if (!existsSync(path)) return { text: inWords({ nodeModulesDir: "manual", imports }), what: "written" };
  const config = readConfig(path);
  const old = config?.imports ?? {};
  if (config === undefined || old.dialab === undefined) {
    throw new UsageError(
      `${path} is not of dialab's making, and stays as it is. Choose another folder, or give it "nodeModulesDir": "manual" and ` +
        `the import "dialab": "${imports.dialab}", then run init again.`,
    );
  }
  if (Object.entries(imports).every(([name, url]) => old[name] === url)) return undefined;
  return { text: inWords({ ...config, imports: { ...old, ...imports } }), what: "renewed" };
}

function readConfig(path: string): DenoConfig | undefined {
  try {
    const config: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof config === "object" && config !== null ? config : undefined;
  } catch {
    return undefined; // with comments, or damaged: the user's
  }
}

/**
 * Looks whether notebooks of a folder will find dialab.
 *
 * @throws {UsageError} when the folder is not one that init made.
 * @throws {MissingError} when dialab is no more where it was.
 */
export function checkOwnFolder(folder: string): void {
  const config = readConfig(join(folder, "deno.json"));
  const found = config?.imports?.dialab;
  const again = `dialab notebook init ${JSON.stringify(folder)}`;
  if (found === undefined) {
    throw new UsageError(`${folder} has no deno.json that says where dialab is; ${again} makes one.`);
  }
  if (found.startsWith("file:") && !existsSync(fileURLToPath(found))) {
    throw new MissingError(
      `dialab was at ${fileURLToPath(found)} when ${folder} was made, and is there no more; run ${again}.`,
    );
  }
}

/** Whether a word of the command line is a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function writeBeside(path: string, content: string | Uint8Array): void {
  const beside = `${path}.tmp`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    // A full disk is told without the name of the file.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}
