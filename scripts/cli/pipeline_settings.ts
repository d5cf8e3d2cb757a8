/** Options that every command with a pipeline shares: which preset, what is set over it, and code of the user's own. */
import { existsSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { modelCards } from "#lib/networks/model_cards.ts";
import { closest } from "#lib/pipeline/closest.ts";
import { type Preset, presetNamed, PRESETS } from "#lib/diarization/presets.ts";
import { type ModuleSum, moduleSums } from "#lib/diarization/module_sums.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { type CommandLine, MissingError, UsageError } from "./command_line.ts";
import { say } from "./say.ts";

/** The row of `--import`, for commands that replay runs. */
export const importOption = { type: "string", repeated: true } as const;

/** Rows for a command's table of options. */
export const settingsOptions = {
  "preset": { type: "string", words: Object.keys(PRESETS) },
  "set": { type: "string", repeated: true },
  "import": importOption,
} as const;

/** The lines of `--import` in a command's page. */
export const importHelp = `    --import FILE
        A module of your own that is loaded first, such as one that registers
        a clustering (defineClustering); may be repeated. Results tell its
        sha256, and that of each file that it imports by a relative path.
`;

/** Lines for a command's page. */
export const settingsHelp = `    --preset NAME|FILE.json
        ${Object.keys(PRESETS).join(", ")}, or a file (docs/presets.md says
        what it holds). Default: the best whose weights are here, of
        community-1, hybrid and own; a line says which. Those of own come with
        dialab; "dialab fetch models" brings those of community-1 and hybrid;
        those of compact are not published.
    --set SECTION.OPTION=VALUE
        One setting over the preset's, such as annotation.minDurationOff=0.3;
        may be repeated. "--set help" lists all.
${importHelp}`;

/** `--embedding-model`: the card of an embedding network. */
export function embeddingModelGiven(values: CommandLine["values"]): string | undefined {
  const given = values.get("embedding-model");
  const names = modelCards().filter(({ kind }) => kind.endsWith("embedding")).map(({ name }) => name);
  if (given === undefined || names.includes(given)) return given;
  const near = closest(given, names);
  throw new UsageError(
    `There is no embedding network ${given}; ${
      near ? `did you mean ${near}?` : `there are ${names.join(", ")}.`
    }`,
  );
}

/** What was asked for. */
export interface PipelineSettings {
  /** Undefined where none was named. */
  readonly preset: Preset | undefined;
  /** What was set over it, without hints that are options of their own. */
  readonly options: CommunityOptionsInput;
  /** Code of the user's own that was loaded. */
  readonly imports: readonly ModuleSum[];
}

/** Reads them. Undefined where only the list of options was wanted, which has been printed. */
export async function pipelineSettings(
  { values, lists }: Pick<CommandLine, "values" | "lists">,
): Promise<PipelineSettings | undefined> {
  const imports = await importModules({ lists });
  const given = values.get("preset");
  const preset = given === undefined ? undefined : await presetGiven(given);
  const set = lists.get("set") ?? [];
  const clustering = preset?.clustering ?? "vbx";
  if (set.includes("help")) {
    const [{ listOptions }, { optionLines }] = await Promise.all([
      import("#lib/pipeline/option_list.ts"),
      import("./option_lines.ts"),
    ]);
    process.stdout.write(optionLines(listOptions(clustering), preset?.options, process.stdout.columns));
    return undefined;
  }
  if (set.length === 0) return { preset, options: {}, imports };
  const [{ setOptions }, { mergeOptions }, { assertRunnable }] = await Promise.all([
    import("#lib/pipeline/set_options.ts"),
    import("#lib/pipeline/merge_options.ts"),
    import("#lib/diarization/assert_runnable.ts"),
  ]);
  try {
    const options = setOptions(set, clustering);
    const { options: below, ...named } = preset ?? presetNamed("community-1");
    assertRunnable(named, mergeOptions(below, options));
    return { preset, options, imports };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
}

/** Loads the modules that `--import` names, and tells of what code they are. */
export async function importModules({ lists }: Pick<CommandLine, "lists">): Promise<ModuleSum[]> {
  const sums: ModuleSum[] = [];
  for (const file of lists.get("import") ?? []) {
    if (!existsSync(file)) throw new MissingError(`--import ${file} does not exist.`);
    // Read before it is loaded; of what cannot be, loading tells better.
    const own = await moduleSums(file).catch((error: Error) => error);
    await imported(file);
    if (own instanceof Error) throw new UsageError(`--import ${file}: ${own.message}`);
    sums.push(...own);
  }
  return sums;
}

/** The preset of a name or a file. */
export async function presetGiven(given: string): Promise<Preset> {
  try {
    if (!/\.json$/i.test(given)) return presetNamed(given);
    const { readPreset } = await import("#lib/diarization/read_preset.ts");
    return await readPreset(given, { warn: (warning) => say("warning", warning) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`--preset: ${error.message}`);
  }
}

/** A module of the user's own; its faults are the user's to see, with the place where they are. */
async function imported(file: string): Promise<void> {
  try {
    await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    const { message: said, stack = "" } = error instanceof Error ? error : new Error(String(error));
    // Bun tells of a file that does not parse in an error of errors.
    const parts = error instanceof AggregateError
      ? error.errors.map((part) => String(part?.message ?? part))
      : [];
    if (/Unknown file extension|ERR_UNKNOWN_FILE_EXTENSION/.test(said) && /\.[cm]?tsx?$/.test(file)) {
      throw new UsageError(
        `--import ${file}: this Node reads no TypeScript. Make it JavaScript, a file that ends in .mjs, or run dialab in ` +
          "Bun (bunx --bun dialab) or Deno (deno run -A npm:dialab).",
      );
    }
    const message = parts.length > 0 ? `${said}: ${parts.join("; ")}` : said;
    const at = stack.split("\n").find((line) =>
      line.includes(file.slice(file.lastIndexOf("/") + 1)) && /:\d+:\d+/.test(line)
    );
    throw new UsageError(`--import ${file}: ${message}${at === undefined ? "" : ` (${at.trim()})`}`);
  }
}
