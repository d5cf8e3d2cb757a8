/** What the commands of `bench` share. */
import process from "node:process";
import { UsageError } from "../cli/command_line.ts";

/** `--runs`. */
export function runsOf(values: ReadonlyMap<string, string>): number {
  const runs = Number(values.get("runs") ?? 7);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UsageError(`--runs is a whole number from 1, not ${values.get("runs")}.`);
  }
  return runs;
}

/** Says what is going on, on a terminal; "" wipes it off. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** Says on stderr what the figures lack. */
export function tell(text: string): void {
  progress("");
  process.stderr.write(`${text}\n`);
}
