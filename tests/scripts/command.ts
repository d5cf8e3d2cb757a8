/** Any command of scripts/ as a process of the runtime that runs the tests. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** Commands that people are told of: those of README. */
export const COMMANDS = [
  ...["parity", "drift", "diarize", "score", "why", "bench"],
  ...["notebooks", "kernel", "doctor", "fetch", "fuzz"],
  ...["manifest", "process", "corpus"],
] as const;

/** How a command ended, and what it wrote. */
export interface CommandEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How {@linkcode runCommand} runs. */
export interface RunCommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A reader that goes away as soon as something is there, or before anything is. */
  readonly closes?: "stdout" | "stderr";
  /** A file that takes what goes to standard output. */
  readonly stdout?: string;
}

/** Runs `scripts/NAME.ts` to its end, without a terminal. */
export function runCommand(
  name: string,
  args: readonly string[],
  { cwd, env = {}, closes, stdout: taking }: RunCommandOptions = {},
): Promise<CommandEnd> {
  const script = join(projectRoot(), "scripts", `${name}.ts`);
  const file = taking === undefined ? undefined : openSync(taking, "w");
  const child = spawn(process.execPath, [...runtime, script, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", file ?? "pipe", "pipe"],
  });
  if (file !== undefined) closeSync(file);
  if (closes !== undefined) child[closes]?.destroy();
  let stdout = "", stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => stdout += text);
  child.stderr?.setEncoding("utf8").on("data", (text) => stderr += text);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
