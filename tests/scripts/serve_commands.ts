/**
 * Runs command lines of scripts/ one after another in this process, for {@linkcode CommandServer}: a line of JSON for each on standard
 * input, a line of JSON with its end on standard output.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { type Command, main } from "#scripts/cli/command_line.ts";
import type { CommandEnd } from "./command.ts";

const { stdout, stderr } = process;
for (const emitter of [process, stdout, stderr]) emitter.setMaxListeners(0); // to each a command listens
const answer = stdout.write.bind(stdout);
for await (const line of createInterface({ input: process.stdin })) {
  const { name, args, cwd } = JSON.parse(line) as { name: string; args: string[]; cwd: string };
  process.chdir(cwd);
  const said = { stdout: "", stderr: "" };
  const takes = (stream: keyof typeof said) => (text: string | Uint8Array) => {
    said[stream] += typeof text === "string" ? text : new TextDecoder().decode(text);
    return true;
  };
  Object.assign(stdout, { write: takes("stdout") });
  Object.assign(stderr, { write: takes("stderr") });
  process.exitCode = 0;
  let status: number;
  try {
    const { command } = await import(new URL(`../../scripts/${name}.ts`, import.meta.url).href) as {
      command: Command;
    };
    await main(command, args);
    status = Number(process.exitCode);
  } catch (error) {
    status = NaN;
    said.stderr += `${name} is no command: ${error}`;
  }
  const end: CommandEnd = { status, ...said };
  process.exitCode = 0;
  answer(`${JSON.stringify(end)}\n`);
}
