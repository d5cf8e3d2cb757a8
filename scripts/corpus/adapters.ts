/** `corpus adapters`: which stages there are, and which recordings each has. */
import { openStages } from "#lib/corpus/adapters/open_stage.ts";
import type { StageOutput } from "#lib/corpus/adapters/stage_output.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { oneFolder } from "./one_folder.ts";

interface StageFound {
  readonly stage: StageOutput;
  readonly rows: number;
  readonly listIds: string[];
  readonly exists: [string, boolean][];
}

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const stages = await openStages(oneFolder(positionals, "adapters"));
  const found: StageFound[] = [];
  for (const stage of stages) {
    for (const warning of stage.warnings) say("warning", warning);
    const { columns } = stage.asTable();
    const ids = columns.find(({ name }) => name === "wav_id")?.values ?? [];
    const exists: [string, boolean][] = [];
    for (const id of new Set(ids.map(String))) exists.push([id, await stage.exists(id)]);
    found.push({ stage, rows: ids.length, listIds: stage.listIds(), exists });
  }
  await printReport(values.get("json"), {
    json: () => {
      const report = found.map(({ stage, listIds, exists }) => [
        stage.name,
        { listIds, exists: Object.fromEntries(exists), warnings: stage.warnings },
      ]);
      return JSON.stringify(Object.fromEntries(report), null, 2);
    },
    text: () => {
      const rows = found.map(({ stage, rows, listIds, exists }) => ({
        stage: stage.name,
        rows,
        succeeded: listIds.length,
        "with array": exists.filter(([, is]) => is).length,
        files: stage.files.length,
      }));
      return tableBundle(rows)["text/plain"];
    },
  });
  return found.some(({ stage }) => stage.warnings.length > 0) ? EXIT.failed : EXIT.fine;
}
