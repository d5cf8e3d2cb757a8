/** One process for many command lines whose end is quickly told: a process takes longer to start than they to run. */
import { afterAll } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CommandEnd } from "./command.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** A process that is started for the first line and ended behind the tests of the group in which this is made. */
export class CommandServer {
  #child: ChildProcess | undefined;
  readonly #waiting: { resolve: (end: CommandEnd) => void; reject: (fault: Error) => void }[] = [];

  constructor() {
    afterAll(() => void this.#child?.stdin?.end());
  }

  /** Runs `scripts/NAME.ts` as a user would, without a terminal, behind the lines that were given before. */
  run(name: string, args: readonly string[], cwd: string = process.cwd()): Promise<CommandEnd> {
    const child = this.#child ??= this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin!.write(`${JSON.stringify({ name, args, cwd })}\n`);
    });
  }

  #start(): ChildProcess {
    const script = fileURLToPath(new URL("serve_commands.ts", import.meta.url));
    const child = spawn(process.execPath, [...runtime, script], { env: { ...process.env, NO_COLOR: "1" } });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => said += text);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const next = this.#waiting.shift();
      try {
        next!.resolve(JSON.parse(line));
      } catch (cause) {
        next?.reject(new Error(`A command wrote past its streams: ${line}`, { cause }));
      }
    });
    child.on("close", (status) => {
      this.#child = undefined;
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new Error(`The process of the commands ended, ${status}: ${said}`));
      }
    });
    return child;
  }
}
