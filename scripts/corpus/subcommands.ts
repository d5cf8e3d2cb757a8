/** What `dialab corpus` can be asked. */
import { type CommandLine, type OptionTable, UsageError } from "../cli/command_line.ts";
import { closest } from "../cli/closest.ts";

/** One thing that `dialab corpus` does. */
export interface CorpusSubcommand {
  readonly name: string;
  /** What follows its name in the synopsis. */
  readonly takes: string;
  /** What it does, in lines of at most 68 letters. */
  readonly about: string;
  /** Which rows of `corpusOptions` it takes. */
  readonly options: readonly (keyof typeof corpusOptions)[];
  /** Loads it when it is called. `line.positionals` begin behind its name. */
  readonly load: () => Promise<{ readonly run: (line: CommandLine) => Promise<number> }>;
}

/** The options of all of them. */
export const corpusOptions = {
  "kind": { type: "string", words: ["pipeline", "filter", "dataset"] },
  "json": { type: "output" },
} as const satisfies OptionTable;

/** A line or more of the page for each option. */
export const corpusOptionHelp = `    --kind pipeline|filter|dataset
        config: what FILE is. [a data set where it has dataset_dir, filters where
        all its fields are theirs, else a pipeline]
    --json [FILE]
        Print JSON, or write it to a FILE that ends in .json.
`;

/** A new one is a row here and a file beside. */
export const CORPUS_SUBCOMMANDS: readonly CorpusSubcommand[] = [
  {
    name: "config",
    takes: "FILE|DIR",
    about: `The version of a configuration (12 hex digits, those that Python
gives), the version that the same settings had under their former
names, and what in it is no field. DIR: its pipeline_config.json.`,
    options: ["kind", "json"],
    load: () => import("./config.ts"),
  },
];

/** The row that a word names, with the options given checked against it. */
export function corpusSubcommand({ values, positionals: [word] }: CommandLine): CorpusSubcommand {
  const names = CORPUS_SUBCOMMANDS.map(({ name }) => name);
  if (word === undefined) throw new UsageError(`Name what to do: ${names.join(", ")}.`);
  const row = CORPUS_SUBCOMMANDS.find(({ name }) => name === word);
  if (row === undefined) {
    const meant = closest(word, names);
    throw new UsageError(
      `corpus does ${names.join(", ")}, not ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  const wrong = [...values.keys()].find((name) => !row.options.some((own) => own === name));
  if (wrong !== undefined) {
    const of = CORPUS_SUBCOMMANDS.filter(({ options }) => options.some((own) => own === wrong));
    throw new UsageError(`--${wrong} is for corpus ${of.map(({ name }) => name).join(", ")}, not ${word}.`);
  }
  return row;
}
