/** Results that are printed, for want of --out: a table at a terminal, else a format that another program reads. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { annotationToJson } from "#lib/timeline/annotation_json.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { parseRttm } from "#lib/timeline/rttm.ts";
import { visibleText } from "#lib/warnings/visible_text.ts";
import { type CommandLine, UsageError } from "../cli/command_line.ts";
import { isSystemError } from "../cli/tell_error.ts";
import { styleOf } from "../cli/style.ts";
import { fileEnding } from "./outputs.ts";
import type { Outcome } from "./one_recording.ts";
import { turnTable } from "./turn_table.ts";

/** Where they are printed. */
export interface Printed {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Options whose results are files. */
const FILES = ["html", "exclusive", "embeddings", "provenance", "dump", "resume"];

/** Whether the results of this command line are printed, and not written to a folder. */
export function isPrinted({ values }: Pick<CommandLine, "values">): boolean {
  if (values.has("out")) return false;
  const option = FILES.find((name) => values.has(name));
  if (option !== undefined) throw new UsageError(`--${option} is about files; say where they go: --out DIR.`);
  return true;
}

/** What the recordings' results are written to before they are printed. */
function scratchFolder(): string {
  const place = tmpdir();
  try {
    return mkdtempSync(join(place, "dialab-diarize-"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const set = ["TMPDIR", "TMP", "TEMP"].find((name) => process.env[name]);
    const why = error.code === "ENOENT" ? "does not exist" : `cannot be written to (${error.code})`;
    throw new UsageError(
      `The folder for temporary files, ${place}, ${why}; ${
        set === undefined ? "set TMPDIR to one that can be written to" : `it is what ${set} is set to`
      }, or say where results go: --out DIR.`,
      { cause: error },
    );
  }
}

/** Has results written to a folder of its own and prints them in the order of the recordings. */
export class PrintedResults implements Disposable {
  /** Where they are to be written. */
  readonly folder: string = scratchFolder();
  readonly #stream: Printed;
  readonly #format: string | undefined;
  readonly #asJson: boolean;
  readonly #waiting = new Map<number, Outcome>();
  readonly #remove = () => rmSync(this.folder, { recursive: true, force: true });
  #next = 0;

  /**
   * @param options `formats`: what was asked for by name, each once; `asJson`: nothing is printed, since one JSON object holds all; `count`: of recordings.
   * @throws {UsageError} on several formats, or one in which recordings cannot stand one behind the other.
   */
  constructor(
    stream: Printed,
    { formats, asJson, count }: {
      formats: readonly string[] | undefined;
      asJson: boolean;
      count: number;
    },
  ) {
    this.#stream = stream;
    const format = formats?.join(",");
    this.#format = format;
    this.#asJson = asJson;
    // A reader that goes away ends the process where it is.
    process.once("exit", this.#remove);
    const refused = formats !== undefined && formats.length > 1
      ? `Only one format can be printed, not ${format}`
      : format !== undefined && format !== "rttm" && count > 1
      ? `${count} recordings cannot be printed as ${format}, only as rttm`
      : undefined;
    if (refused === undefined) return;
    this[Symbol.dispose]();
    throw new UsageError(`${refused}; say where files go: --out DIR.`);
  }

  /** The recording of this place in the command line is finished. Gives what `--json` tells of it: null where nobody speaks. */
  done(index: number, outcome: Outcome): Outcome & { readonly annotation?: unknown } {
    this.#waiting.set(index, outcome);
    for (let next; (next = this.#waiting.get(this.#next)); this.#next++) this.#print(next);
    const { outputs: _, ...rest } = outcome;
    const annotation = outcome.status === "done" ? this.#annotation(outcome) : undefined;
    return annotation === undefined
      ? rest
      : { ...rest, annotation: JSON.parse(annotationToJson(annotation)) };
  }

  #print(outcome: Outcome): void {
    if (outcome.status !== "done" || this.#asJson) return;
    if (this.#format !== undefined || !this.#stream.isTTY) {
      const text = this.#text(outcome, this.#format ?? "rttm");
      // A file or a program gets the names as they are.
      return void this.#stream.write(this.#stream.isTTY ? visibleText(text) : text);
    }
    const lines = turnTable(this.#annotation(outcome), {
      columns: this.#stream.columns ?? 80,
      style: styleOf(this.#stream),
    });
    this.#stream.write(`${lines.join("\n")}\n`);
  }

  #text({ uri }: Outcome, format: string): string {
    return readFileSync(join(this.folder, `${uri}.${fileEnding(format)}`), "utf8");
  }

  #annotation(outcome: Outcome): Annotation | undefined {
    return parseRttm(this.#text(outcome, "rttm")).values().next().value;
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#remove);
    this.#remove();
  }
}
