/** Output that nobody reads any more: `... | head -1`. */
import process from "node:process";

/** What shells tell of a program that SIGPIPE ended. */
const SIGPIPE_STATUS = 141;

let goesOn = false;

/**
 * Ends the process when its output is closed, without a word, as SIGPIPE ends programs: neither runtime has that signal end a process. An
 * output that fails otherwise, as a terminal that is gone, is no reason to end.
 */
export function endOnClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" && !goesOn) process.exit(SIGPIPE_STATUS);
    });
  }
}

/** From now on the process ends otherwise, whether or not somebody reads. */
export function goOnWithClosedPipes(): void {
  goesOn = true;
}
