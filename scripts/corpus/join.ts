/** `corpus join`: what the stages know of each recording, side by side. */
import { counted } from "#lib/language/counted.ts";
import { once } from "node:events";
import process from "node:process";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { builtManifest } from "./built.ts";
import { checkOut } from "./check_out.ts";
import { oneFolder } from "./one_folder.ts";
import { plainNumbers } from "./plain_numbers.ts";

/** Rows that a terminal is shown. */
const SHOWN = 20;

/** Does it. */
export async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  const out = values.get("out"), json = values.get("json");
  checkOut(line, "parquet");
  const { manifest, stages } = await builtManifest(oneFolder(positionals, "join"), line, "all");
  await using _ = manifest;
  if (out !== undefined) await manifest.toParquet(out);
  if (json === "-") {
    for await (const row of manifest.rows()) {
      if (!process.stdout.write(`${JSON.stringify(row, plainNumbers)}\n`)) {
        await once(process.stdout, "drain");
      }
    }
    return EXIT.fine;
  }
  if (json !== undefined) {
    const lines: string[] = [];
    for await (const row of manifest.rows()) lines.push(`${JSON.stringify(row, plainNumbers)}\n`);
    await writeWhole(json, lines.join(""));
  }
  const count = await manifest.count(), { columns } = manifest;
  const names = ["wav_id", "duration", "speech_ratio", "vtc_label_counts", "snr_mean", "dominant_category"];
  const shown = rowsOf(await manifest.toTable({ limit: SHOWN })).map((row) =>
    Object.fromEntries(
      names.filter((name) => name in row).map((name) => [name, row[name] as string | number]),
    )
  );
  const recordings = counted(count, "row");
  const caption = `${stages.join(", ")}: ${recordings}, ${counted(columns.length, "column")}; some of them:`;
  process.stdout.write(`${tableBundle(shown, { caption })["text/plain"]}\n`);
  if (count > SHOWN) process.stdout.write(`… and ${count - SHOWN} more\n`);
  return EXIT.fine;
}
