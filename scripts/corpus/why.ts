/** `corpus why`: why a recording is in the manifest, or is not. */
import { why } from "#lib/corpus/why.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { type CommandLine, EXIT, UsageError } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { filtersOf } from "./built.ts";

/** Does it. */
export async function run(line: CommandLine): Promise<number> {
  const { values, positionals: [folder, wavId, ...more] } = line;
  if (wavId === undefined || more.length > 0) {
    throw new UsageError("why takes a folder and the id of a recording.");
  }
  const reason = await why(folder, wavId, { filters: await filtersOf(line) });
  await printReport(values.get("json"), {
    json: () => JSON.stringify(reason, null, 2),
    text: () => {
      const rows = [
        ...reason.stages.map(({ stage, state, error, file }) => ({
          what: stage,
          is: state,
          because: error ?? file,
        })),
        ...reason.filters.map(({ option, condition, passed }) => ({
          what: option,
          is: passed ? "met" : "not met",
          because: condition,
        })),
      ];
      const caption = `${wavId}: ${reason.kept ? "kept" : "not kept"}`;
      return tableBundle(rows, { caption, columns: ["what", "is", "because"] })["text/plain"];
    },
  });
  return EXIT.fine;
}
