/** Running a notebook without a browser, by execute.py beside this file. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { MissingError } from "../cli/command_line.ts";
import { findPython } from "../cli/python.ts";
import { writeKernelSpec } from "./kernel_spec.ts";

/** How a run of a notebook went. */
export interface NotebookRun {
  readonly ok: boolean;
  /** Code cells that ran. */
  readonly cells: number;
  readonly outputs: number;
  readonly seconds: number;
  /** The cell that failed, from 0, with its id, its code and what it threw. */
  readonly error: {
    readonly cell: number | null;
    readonly id: string | null;
    readonly source: string;
    readonly traceback: readonly string[];
  } | null;
}

/** Settings of {@link runNotebook}. */
export interface RunNotebookOptions {
  /** Where the executed notebook is written. */
  readonly out: string;
  /** Where it is also written as a page. */
  readonly html?: string;
  /** Seconds that a cell may take. @default 120 */
  readonly timeoutSec?: number;
  /** Added to the environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Executes a notebook in its own folder, every output kept. The kernel comes from a folder made for the run, so nothing of the user's
 * Jupyter is read or changed.
 *
 * @throws {MissingError} when no Python with nbclient is there.
 */
export async function runNotebook(notebook: string, options: RunNotebookOptions): Promise<NotebookRun> {
  const python = findPython(["nbclient", "nbformat", ...options.html ? ["nbconvert"] : []]);
  if (python === undefined) {
    throw new MissingError(
      "No Python with nbclient: pip install nbclient nbconvert, or apt install python3-nbclient jupyter-nbconvert " +
        "(DIALAB_PYTHON names another Python).",
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), "dialab-jupyter-"));
  try {
    writeKernelSpec(scratch);
    const own = {
      JUPYTER_DATA_DIR: scratch,
      JUPYTER_RUNTIME_DIR: join(scratch, "runtime"),
      JUPYTER_CONFIG_DIR: join(scratch, "config"),
      IPYTHONDIR: join(scratch, "ipython"),
      NO_COLOR: "1", // outputs are read by tests and on GitHub
    };
    const child = spawn(python, [
      join(projectRoot(), "scripts", "notebooks", "execute.py"),
      ...[notebook, options.out, "--cwd", dirname(notebook), "--timeout", `${options.timeoutSec ?? 120}`],
      ...options.html === undefined ? [] : ["--html", options.html],
    ], { env: { ...process.env, ...own, ...options.env }, signal: options.signal });
    const [stdout, stderr] = [child.stdout, child.stderr].map(async (stream) => {
      let text = "";
      for await (const piece of stream.setEncoding("utf8")) text += piece;
      return text;
    });
    const status = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve)
    );
    const line = (await stdout).trim().split("\n").at(-1) ?? "";
    if (!line.startsWith("{")) {
      throw new Error(`Running ${notebook} ended with status ${status}: ${(await stderr).trim()}`);
    }
    return JSON.parse(line) as NotebookRun;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
