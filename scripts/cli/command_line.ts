/** What every command shares: reading its arguments, exit codes, help, and how errors are told. */
import { existsSync, statSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { visibleText } from "#lib/warnings/visible_text.ts";
import { checkOutputs, type OutputFile, type OutputKind } from "./check_outputs.ts";
import { closest } from "./closest.ts";
import { endOnClosedPipes } from "./closed_pipes.ts";
import { EXIT, MissingError, UsageError } from "./exit.ts";
import { say } from "./say.ts";
import { tellError } from "./tell_error.ts";
import { versionLine } from "./version.ts";
import { manualPage } from "./manual_page.ts";
import { wrapped } from "./wrapped.ts";

// The face of this folder for commands.
export { EXIT, MissingError, UsageError };

/**
 * The options of a command, and what each takes: a value; nothing; or, "output", a file or nothing: `--json`, `--json -`,
 * `--json report.json`. What follows an output is its file when it is "-" or ends in ".json": any other word is the command's own, but
 * for one that ends as other reports do (".txt") and is no file: that is refused.
 */
export type OptionTable = Readonly<
  Record<
    string,
    {
      readonly type: "string" | "boolean" | "output";
      readonly short?: string;
      /** Whether it may be given again, each value one more. */
      readonly repeated?: boolean;
      /** What its value is a file of, where it is one to be written: whether it can be is looked at before the work begins. */
      readonly writes?: OutputKind;
      /** Words that it takes, or some of them: what a shell completes. */
      readonly words?: readonly string[];
    }
  >
>;

/** The last lines of the options in every `--help`. */
export const commonHelp = `    -h, --help
        Print this page.
    --version
        Print dialab's version, and the commit of a git checkout.
`;

/** The options of every command. */
export const commonOptions: OptionTable = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
};

/** Arguments, read. */
export interface CommandLine {
  /** Values by option name; "" for a switch, "-" for an output without a file; the last of one that is repeated. */
  readonly values: ReadonlyMap<string, string>;
  /** All values of options that may be repeated, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** Reads arguments against a table. `parseArgs` is not left to check them: its messages differ between runtimes. */
export function commandLine(args: readonly string[], options: OptionTable): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => {
        const known = { type: type === "string" ? "string" : "boolean" } as const;
        return [name, short === undefined ? known : { ...known, short }];
      }),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const give = (name: string, value: string) => {
    if (options[name].repeated) {
      lists.set(name, [...lists.get(name) ?? [], value]);
      values.set(name, value);
      return;
    }
    const before = values.get(name) ?? value;
    if (before !== value) {
      throw new UsageError(`--${name} is given twice, as ${before} and as ${value}; once is needed.`);
    }
    values.set(name, value);
  };
  const positionals: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(options, token.name)) {
      const word = args[token.index], meant = closest(token.name, Object.keys(options));
      // Bun takes a first "--" for its own, where it is started by hand: "./" helps always.
      const hint = existsSync(word)
        ? ` The file of that name is ./${word}`
        : meant === undefined
        ? ""
        : ` Did you mean --${meant}?`;
      throw new UsageError(`Unknown option ${token.rawName}.${hint}`);
    }
    const { type } = options[token.name];
    if (type === "string" && !token.value) throw new UsageError(`${token.rawName} needs a value.`);
    if (type === "boolean" && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value, but was given ${token.value}.`);
    }
    if (type !== "output") {
      give(token.name, token.value ?? "");
      continue;
    }
    const isOutput = (word: string) => word === "-" || /\.json$/i.test(word);
    if (token.value !== undefined && !isOutput(token.value)) {
      throw new UsageError(`${token.rawName} takes a file that ends in .json, not ${token.value}.`);
    }
    const next = tokens[i + 1];
    if (token.value === undefined && next?.kind === "positional" && isMeantForOutput(next.value)) {
      throw new UsageError(
        `${token.rawName} takes a file that ends in .json, not ${next.value}, which is not there to be read either.`,
      );
    }
    const follows = token.value === undefined && next?.kind === "positional" && isOutput(next.value);
    give(token.name, token.value ?? (follows ? next.value : "-"));
    if (follows) i++;
  }
  return { values, lists, positionals };
}

/** A word behind an output option that ends as reports do and names nothing that is there: it would be a strange argument. */
function isMeantForOutput(word: string): boolean {
  return /\.(?:txt|text|log|out|jsonl|ndjson|json5|csv|tsv|ya?ml|xml|html?|md)$/i.test(word) &&
    !existsSync(word);
}

/** What a command is. */
export interface Command {
  /** The page that `--help` prints. */
  readonly help: string;
  readonly options: OptionTable;
  /** Does the work and gives the exit code. */
  readonly run: (line: CommandLine) => Promise<number>;
  /** Which exit code an error means, where it is another than `tellError` knows. */
  readonly statusOf?: (error: Error) => number | undefined;
}

/**
 * Runs a command and sets the process's exit code. No error of a user's making shows a stack.
 *
 * @param args What it is given: by default this process's arguments.
 */
export async function main(
  { help, options, run, statusOf }: Command,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  endOnClosedPipes();
  const fail = (error: unknown) => {
    const { text, status } = tellError(error, statusOf);
    process.stderr.write(wrapped(visibleText(text), process.stderr.columns));
    return status;
  };
  // What is thrown where nobody awaits it ends the command, too.
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (error: unknown) => process.exit(fail(error)));
  }
  try {
    const line = commandLine(args, { ...options, ...commonOptions });
    if (line.values.has("help")) {
      process.stdout.write(manualPage(help, process.stdout.columns));
    } else if (line.values.has("version")) {
      process.stdout.write(`${versionLine()}\n`);
    } else {
      checkOutputs(...filesOf(line, options));
      warnOfPlaces();
      process.exitCode = await run(line);
    }
  } catch (error) {
    process.exitCode = fail(error);
  }
}

/** The files that a command line writes, and its words that may be files to be read. */
function filesOf({ values, lists, positionals }: CommandLine, options: OptionTable) {
  const outputs: OutputFile[] = [], inputs = [...positionals];
  for (const [name, value] of values) {
    const { type, writes } = { ...options, ...commonOptions }[name];
    const kind = writes ?? (type === "output" && value !== "-" ? "json" : undefined);
    if (kind !== undefined) outputs.push({ option: `--${name}`, path: value, kind });
    else if (type === "string") inputs.push(value, ...lists.get(name) ?? []);
  }
  return [outputs, inputs] as const;
}

/** A place that a variable of the environment names and that is not there is passed over by the library: others are looked into. */
function warnOfPlaces(): void {
  for (const name of ["DIALAB_FIXTURES", "DIALAB_MODELS"]) {
    const path = process.env[name];
    if (!path || statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
    say("warning", `${name} names ${path}, which is no folder; other places are looked into.`);
  }
}

/** One of some words, or a usage error that names them. */
export function choice<Word extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  words: readonly Word[],
  preset: Word,
): Word {
  const given = values.get(name) ?? preset;
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new UsageError(`--${name} is ${words.join(" or ")}, not ${given}.`);
  return word;
}
