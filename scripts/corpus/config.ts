/** `corpus config`: what a configuration says, and its version. */
import { readConfig } from "#lib/corpus/config/read_config.ts";
import { tableBundle } from "#lib/notebook/table.ts";
import { choice, type CommandLine, EXIT, UsageError } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { plainNumbers } from "./plain_numbers.ts";

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) {
    throw new UsageError(`config takes one file; given were ${positionals.length}.`);
  }
  const kinds = ["pipeline", "filter", "dataset"] as const;
  const kind = values.has("kind") ? choice(values, "kind", kinds, "pipeline") : undefined;
  const { file, config, warnings, ...reading } = await readConfig(path, { kind });
  const { version, formerVersion } = reading;
  for (const warning of warnings) say("warning", warning);
  await printReport(values.get("json"), {
    json: () =>
      JSON.stringify(
        { version, formerVersion, kind: reading.kind, warnings, file, config },
        plainNumbers,
        2,
      ),
    text: () => {
      const rows = settings(config).map(([setting, value]) => ({ setting, value }));
      const caption = version === undefined ? file : `${file}: ${version}, formerly ${formerVersion}`;
      return tableBundle(rows, { caption, columns: ["setting", "value"] })["text/plain"];
    },
  });
  return EXIT.fine;
}

/** Dotted names and values as JSON has them. */
function settings(value: object, at = ""): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? settings(inner, `${at}${name}.`)
      : [[at + name, JSON.stringify(inner, plainNumbers)]]
  );
}
