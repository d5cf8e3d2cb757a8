/** `corpus show`: what is in an output directory. */
import process from "node:process";
import { summarizeCorpus } from "#lib/corpus/summary/summarize_corpus.ts";
import { corpusSummaryDisplay } from "#lib/notebook/corpus_summary_display.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { oneFolder } from "./one_folder.ts";
import { plainNumbers } from "./plain_numbers.ts";

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const summary = await summarizeCorpus(oneFolder(positionals, "show"), {
    stages: values.get("stages")?.split(","),
  });
  for (const warning of summary.warnings) say("warning", warning);
  await printReport(values.get("json"), {
    json: () => JSON.stringify(summary, plainNumbers, 2),
    // What stands on stderr already is not said again.
    text: () =>
      corpusSummaryDisplay({ ...summary, warnings: [] }, { width: process.stdout.columns })["text/plain"],
  });
  return summary.warnings.length > 0 ? EXIT.failed : EXIT.fine;
}
