/** `corpus filter`: which recordings are left, and how many each filter took. */
import { conditionText } from "#lib/corpus/manifests/manifest_condition.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { type CommandLine, EXIT, UsageError } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { builtManifest } from "./built.ts";
import { oneFolder } from "./one_folder.ts";

/** Does it. */
export async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  if (!values.has("filter")) throw new UsageError("filter needs --filter FILE.");
  const built = await builtManifest(oneFolder(positionals, "filter"), line, "needed");
  await using manifest = built.manifest;
  const counts = await built.joined.countBy(built.conditions.map(({ condition }) => condition));
  const rows = counts.conditions.map(({ condition, failed, taken }, i) => ({
    option: built.conditions[i].option,
    condition: conditionText(condition),
    failed,
    taken,
  }));
  const wavIds = await manifest.wavIds();
  await printReport(values.get("json"), {
    json: () =>
      JSON.stringify(
        { stages: built.stages, rows: counts.rowCount, passed: counts.passed, filters: rows, wavIds },
        null,
        2,
      ),
    text: () => {
      const caption = `${built.stages.join(", ")}: ${counts.passed} of ${counts.rowCount} pass`;
      const table = rows.map(({ condition, taken, failed }) => ({
        "wanted": condition,
        "took": taken,
        "fail": failed,
      }));
      const columns = ["wanted", "took", "fail"];
      return [tableBundle(table, { caption, columns })["text/plain"], "", ...wavIds].join("\n");
    },
  });
  return EXIT.fine;
}
