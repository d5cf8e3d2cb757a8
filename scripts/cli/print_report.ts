import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { keepOtherJson } from "./keep_other_json.ts";
import { say } from "./say.ts";
import { wrapped } from "./wrapped.ts";

/** Prints JSON where `--json` was given without a file or with "-"; else writes it there, a regular file whole or not at all; JSON of another kind is kept. */
export async function writeJson(destination: string, json: string): Promise<void> {
  if (destination === "-") return void process.stdout.write(`${json}\n`);
  const there = statSync(destination, { throwIfNoEntry: false });
  // A device or a pipe must not be replaced by a file.
  if (there !== undefined && !there.isFile()) await writeFile(destination, `${json}\n`);
  else {
    const kept = there === undefined ? undefined : await keepOtherJson(destination, json);
    if (kept !== undefined) {
      say(
        "warning",
        `${destination} held JSON of another kind than is written there now; it is kept as ${kept}.`,
      );
    }
    await writeWhole(destination, `${json}\n`);
  }
}

/** Prints a report as text, unless `--json` takes standard output for itself, and writes the JSON that it asks for. */
export async function printReport(
  destination: string | undefined,
  report: { readonly json: () => string; readonly text: () => string },
): Promise<void> {
  if (destination !== undefined) await writeJson(destination, report.json());
  const text = destination === "-" ? "" : report.text();
  if (text !== "") process.stdout.write(`${wrapped(text, process.stdout.columns)}\n`);
}
