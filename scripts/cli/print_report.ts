import process from "node:process";
import { writeWhole } from "#lib/timeline/text_files.ts";

/** Prints JSON where `--json` was given without a file or with "-"; else writes it there, whole or not at all. */
export async function writeJson(destination: string, json: string): Promise<void> {
  if (destination === "-") process.stdout.write(`${json}\n`);
  else await writeWhole(destination, `${json}\n`);
}

/** Prints a report as text, unless `--json` takes standard output for itself, and writes the JSON that it asks for. */
export async function printReport(
  destination: string | undefined,
  report: { readonly json: () => string; readonly text: () => string },
): Promise<void> {
  if (destination !== undefined) await writeJson(destination, report.json());
  const text = destination === "-" ? "" : report.text();
  if (text !== "") process.stdout.write(`${text}\n`);
}
