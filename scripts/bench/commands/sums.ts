/** `bench sums`: plain and compensated sums on one capture. */
import process from "node:process";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { type CommandLine, EXIT } from "../../cli/command_line.ts";
import { printReport } from "../../cli/print_report.ts";
import { styleOf } from "../../cli/style.ts";
import { progress, runsOf } from "../settings.ts";
import { measureSums, type SumMeasurement } from "../sums.ts";
import { table, times } from "../table.ts";
import { subjectOf } from "./subject.ts";

/** Runs the command. */
export async function benchSums(line: CommandLine): Promise<number> {
  const runs = runsOf(line.values);
  progress("checking parity");
  const subject = await subjectOf(line, SCALAR);
  progress(subject.name);
  const sums = await measureSums(subject, { runs });
  progress("");
  const object = { environment: describeEnvironment(), bench: "sums", capture: subject.name, sums };
  await printReport(line.values.get("json"), {
    json: () => JSON.stringify(object, null, 2),
    text: () => [styleOf(process.stdout)("bold", subject.name), "", ...sumLines(sums)].join("\n"),
  });
  return EXIT.fine;
}

function sumLines(sums: readonly SumMeasurement[]): string[] {
  return [
    ...table<SumMeasurement>([
      { head: "sum", align: "left", cell: ({ sum }) => sum },
      { head: "terms", cell: ({ terms }) => `${terms}` },
      { head: "plain", cell: ({ plain }) => plain.toExponential(1) },
      { head: "compensated", cell: ({ compensated }) => compensated.toExponential(1) },
      { head: "time", cell: ({ timeRatio }) => times(timeRatio) },
    ], sums),
    "largest error against twice the digits, as a share of the sum of magnitudes;",
    "time of the compensated over the plain sum",
  ];
}
