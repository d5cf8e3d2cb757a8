/** Captures that could not be replayed: they are named, and the others go on. */
import { groupBy } from "#lib/language/group_by.ts";
import type { FoundCapture } from "#lib/parity/find_captures.ts";
import { captureErrorStatus } from "../cli/capture_errors.ts";
import { EXIT } from "../cli/command_line.ts";

/** A capture that could not be replayed, and why. */
export interface CaptureFault {
  readonly name: string;
  readonly folder: string;
  readonly error: string;
  /** Whether something is missing on this machine, rather than wrong with the capture. */
  readonly missing: boolean;
}

/** Names of errors that end everything: of an interruption, and of what all captures are replayed on. */
const NOT_OF_ONE = ["AbortError", "DeviceLostError"];

/** One line for each text, with the captures that it is said of. */
export function perCapture(said: readonly { readonly name: string; readonly text: string }[]): string[] {
  return [...groupBy(said, ({ text }) => text)].map(([text, entries]) => {
    const names = [...new Set(entries.map(({ name }) => name))];
    return `capture${names.length === 1 ? "" : "s"} ${names.join(", ")}: ${text}`;
  });
}

/** The faults of a run, each capture's told once, however many backends meet it. */
export class CaptureFaults {
  readonly all: CaptureFault[] = [];

  /** Runs `work` on a capture; gives undefined where the capture is at fault. */
  async guard<Result>(
    { name, folder }: FoundCapture,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || NOT_OF_ONE.includes(error.name)) throw error;
      const status = captureErrorStatus(error);
      // What nobody foresaw, too, is of this capture, and ends no other's replay.
      const text = status === undefined ? `${error}` : error.message;
      const known = this.all.some((fault) => fault.folder === folder && fault.error === text);
      if (!known) this.all.push({ name, folder, error: text, missing: status === EXIT.missing });
      return undefined;
    }
  }

  /** One line for each fault, captures of the same fault together. */
  lines(): string[] {
    return perCapture(this.all.map(({ name, error }) => ({ name, text: error })));
  }

  /** The exit code that they make. */
  get status(): number {
    if (this.all.length === 0) return EXIT.fine;
    return this.all.every(({ missing }) => missing) ? EXIT.missing : EXIT.failed;
  }
}
