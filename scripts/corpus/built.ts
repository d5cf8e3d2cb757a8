/** The manifest that the options of a command line ask for. */
import { openStages } from "#lib/corpus/adapters/open_stage.ts";
import { buildManifest, type BuiltManifest } from "#lib/corpus/build_manifest.ts";
import type { FilterConfig } from "#lib/corpus/config/filter_config.ts";
import { readConfig } from "#lib/corpus/config/read_config.ts";
import { choice, type CommandLine } from "../cli/command_line.ts";
import { say } from "../cli/say.ts";

/** The filters of `--filter FILE`; undefined without it. */
export async function filtersOf({ values }: Pick<CommandLine, "values">): Promise<FilterConfig | undefined> {
  const file = values.get("filter");
  if (file === undefined) return undefined;
  const { config, warnings } = await readConfig(file, { kind: "filter", unknown: "refuse" });
  for (const warning of warnings) say("warning", warning);
  return config as FilterConfig;
}

/** Builds it; without `--stages` all stages that are there, or as the filters need. */
export async function builtManifest(
  folder: string,
  line: Pick<CommandLine, "values">,
  without: "all" | "needed",
): Promise<BuiltManifest> {
  const { values } = line;
  const filters = await filtersOf(line);
  const how = choice(values, "how", ["inner", "left", "outer"], "inner");
  const all = async () => (await openStages(folder)).map(({ name }) => name);
  const stages = values.get("stages")?.split(",") ?? (without === "all" ? await all() : undefined);
  const warn = (warning: string) => say("warning", warning);
  return await buildManifest(folder, { stages, filters, how, keepFailed: values.has("keep-failed"), warn });
}
