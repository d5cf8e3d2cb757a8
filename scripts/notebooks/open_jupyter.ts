/** Opening the notebooks in the Jupyter that is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import process from "node:process";
import { MissingError } from "../cli/command_line.ts";
import { writeKernelSpec } from "./kernel_spec.ts";

const CURE = "Any of these brings it, then run this again:\n" +
  "    uv tool install jupyterlab        or pipx install jupyterlab, pip install jupyterlab\n" +
  "    apt install jupyter-notebook      on Debian and Ubuntu\n" +
  "    brew install jupyterlab           on macOS\n" +
  "Visual Studio Code needs its Jupyter extension, and the kernel installed by kernel, instead.";

/** How Jupyter's Lab or Notebook is started here; undefined when there is neither. */
export function findJupyter(): readonly [command: string, ...args: string[]] | undefined {
  const candidates = [["jupyter", "lab"], ["jupyter-lab"], ["jupyter", "notebook"], [
    "jupyter-notebook",
  ]] as const;
  return candidates.find(([command, ...args]) =>
    spawnSync(command, [...args, "--version"], { stdio: "ignore" }).status === 0
  );
}

/** Whether there is a Jupyter at all; it runs notebooks headless where Lab and Notebook are missing. */
const hasJupyter = () => spawnSync("jupyter", ["--version"], { stdio: "ignore" }).status === 0;

/** What is here of Jupyter, in words; undefined for nothing. */
export function jupyterInWords(): string | undefined {
  return findJupyter()?.join(" ") ?? (hasJupyter() ? "jupyter, no lab nor notebook" : undefined);
}

/**
 * Starts Jupyter in a folder of notebooks and waits until it ends. The kernel comes along in JUPYTER_PATH: nothing is installed.
 *
 * @param args Given to Jupyter as they are.
 * @param where The folder, and the one in which the kernel's description is written.
 * @throws {MissingError} when there is neither Lab nor Notebook; the message says how to get it.
 */
export async function openJupyter(
  args: readonly string[],
  where: { readonly folder: string; readonly data: string },
): Promise<number> {
  const found = findJupyter();
  if (found === undefined) {
    const lacking = hasJupyter()
      ? "Jupyter has neither its Lab nor its Notebook here"
      : "Jupyter is not installed";
    throw new MissingError(`${lacking}. ${CURE}`);
  }
  writeKernelSpec(where.data);
  const path = [where.data, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter);
  const [command, ...start] = found;
  // Control-C reaches Jupyter too, which asks before it ends; until then this process must not leave the terminal to the shell.
  let child: ChildProcess | undefined;
  const wait = () => {}, end = () => void child?.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGTERM", end);
  try {
    const jupyter = child = spawn(command, [...start, ...args], {
      cwd: where.folder,
      env: { ...process.env, JUPYTER_PATH: path },
      stdio: "inherit",
    });
    return await new Promise((resolve, reject) => {
      jupyter.once("error", reject).once("close", (status) => resolve(status ?? 1));
    });
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", end);
  }
}
