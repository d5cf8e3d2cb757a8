/** Being asked to end: by Ctrl-C, by `kill` or a service manager, by a terminal that is closed. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { goOnWithClosedPipes } from "../cli/closed_pipes.ts";

/** Signals that ask a process to end and leave it the time to do so. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Turns the first of these signals into an abort; the second one ends the process at once, as if nobody listened. Listens until it is
 * disposed.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  // Deno catches all of them as soon as one is listened to: what is to be ignored needs a listener that does nothing.
  readonly #listeners = SIGNALS.map((name) =>
    [name, name === "SIGHUP" && isUnderNohup() ? () => {} : () => this.#interrupt(name)] as const
  );
  #exitCode: number | undefined;

  constructor() {
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 128 and the signal's number, as shells tell it: 130, 143, 129; undefined while there was none. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  #interrupt(name: typeof SIGNALS[number]): void {
    this[Symbol.dispose]();
    // A closed terminal takes no more text; that is no reason to end otherwise.
    if (name === "SIGHUP") goOnWithClosedPipes();
    this.#exitCode = 128 + constants.signals[name];
    this.#controller.abort(new DOMException(`Ended by ${name}`, "AbortError"));
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }
}

/** Whether SIGHUP was to be ignored when the process began. */
function isUnderNohup(): boolean {
  try {
    const [, mask] = readFileSync("/proc/self/status", "utf8").match(/^SigIgn:\s*([0-9a-f]+)$/m)!;
    return (BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGHUP - 1) & 1n) === 1n;
  } catch {
    // No Linux. nohup sends to a file what would go to a terminal.
    return !process.stderr.isTTY;
  }
}
