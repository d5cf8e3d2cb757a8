/** `corpus adapters`: which stages there are, and which recordings each has. */
import { counted } from "#lib/language/counted.ts";
import { openStages } from "#lib/corpus/adapters/open_stage.ts";
import type { StageOutput } from "#lib/corpus/adapters/stage_output.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { oneFolder } from "./one_folder.ts";

interface StageFound {
  readonly stage: StageOutput;
  readonly listIds: string[];
  readonly warnings: readonly string[];
  readonly exists: [string, boolean][];
}

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const stages = await openStages(oneFolder(positionals, "adapters"));
  const found: StageFound[] = [];
  for (const stage of stages) {
    const twice = await stage.duplicates();
    const warnings = [...stage.warnings, ...twice.length === 0 ? [] : [told(stage, twice)]];
    for (const warning of warnings) say("warning", warning);
    const there = new Set(await stage.listExisting());
    const exists = (await stage.allIds()).map((id): [string, boolean] => [id, there.has(id)]);
    found.push({ stage, warnings, listIds: await stage.listIds(), exists });
  }
  await printReport(values.get("json"), {
    json: () => {
      const report = found.map(({ stage, warnings, listIds, exists }) => [
        stage.name,
        { listIds, exists: Object.fromEntries(exists), warnings },
      ]);
      return JSON.stringify(Object.fromEntries(report), null, 2);
    },
    text: () => {
      const rows = found.map(({ stage, listIds, exists }) => ({
        stage: stage.name,
        rows: stage.rowCount,
        succeeded: listIds.length,
        "with array": exists.filter(([, is]) => is).length,
        files: stage.files.length,
      }));
      return tableBundle(rows)["text/plain"];
    },
  });
  return found.some(({ warnings }) => warnings.length > 0) ? EXIT.failed : EXIT.fine;
}

function told({ folder, name }: StageOutput, twice: readonly string[]): string {
  const shown = twice.slice(0, 3).map((id) => JSON.stringify(id)).join(", ");
  const many = counted(twice.length, "id");
  return `${folder}: ${name} has ${many} in more than one row: ${shown}.`;
}
