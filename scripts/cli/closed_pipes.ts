/** Output that nobody reads any more, `... | head -1`, or that the disk has no room for. */
import process from "node:process";
import { EXIT } from "./exit.ts";
import { say } from "./say.ts";
import { FULL, messageOf } from "./tell_error.ts";

/** What shells tell of a program that SIGPIPE ended. */
const SIGPIPE_STATUS = 141;

let goesOn = false;

/**
 * Ends the process when its output is closed, without a word, as SIGPIPE ends programs: neither runtime has that signal end a process. Where the disk
 * has no room for standard output, that is told, and the process fails once its work is done: Bun tells it here alone. An output that fails
 * otherwise, as a terminal that is gone, is no reason to end.
 */
export function endOnClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" && !goesOn) process.exit(SIGPIPE_STATUS);
    });
  }
  let told = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (told || !FULL.includes(error.code ?? "")) return;
    told = true;
    say("error", `Standard output is not whole: ${messageOf(error)}.`);
    process.on("exit", () => void (process.exitCode ||= EXIT.failed));
  });
}

/** From now on the process ends otherwise, whether or not somebody reads. */
export function goOnWithClosedPipes(): void {
  goesOn = true;
}
