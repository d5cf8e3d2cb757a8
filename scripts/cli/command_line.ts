/** What every command shares: reading its arguments, exit codes, and how errors are told. */
import process from "node:process";
import { parseArgs } from "node:util";

/** Exit codes. */
export const EXIT = { fine: 0, failed: 1, usage: 2, missing: 3 } as const;

/** The command line is wrong. */
export class UsageError extends Error {}

/** Something that the command needs is not on this machine. */
export class MissingError extends Error {}

/** The options of a command, and whether each takes a value. */
export type OptionTable = Readonly<
  Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>
>;

/** Arguments, read. */
export interface CommandLine {
  /** Values by option name; "" for a switch. A repeated option's last value stands. */
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
}

/** Reads arguments against a table. `parseArgs` is not left to check them: its messages differ between runtimes. */
export function commandLine(args: readonly string[], options: OptionTable): CommandLine {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(options, token.name)) throw new UsageError(`Unknown option ${token.rawName}.`);
    const wanted = options[token.name].type;
    if (wanted === "string" && !token.value) throw new UsageError(`${token.rawName} needs a value.`);
    if (wanted === "boolean" && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value, but was given ${token.value}.`);
    }
    values.set(token.name, token.value ?? "");
  }
  return { values, positionals };
}

/** What a command is. */
export interface Command {
  /** The page that `--help` prints. */
  readonly help: string;
  readonly options: OptionTable;
  /** Does the work and gives the exit code. */
  readonly run: (line: CommandLine) => Promise<number>;
  /** Which exit code an error means; undefined for one that would be a fault of the program. */
  readonly statusOf?: (error: Error) => number | undefined;
}

/** Runs a command on this process's arguments and sets its exit code. */
export async function main({ help, options, run, statusOf }: Command): Promise<void> {
  try {
    const line = commandLine(process.argv.slice(2), { ...options, help: { type: "boolean", short: "h" } });
    if (line.values.has("help")) {
      process.stdout.write(help);
      return;
    }
    process.exitCode = await run(line);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = error instanceof UsageError
      ? EXIT.usage
      : error instanceof MissingError
      ? EXIT.missing
      : statusOf?.(error);
    if (status === undefined) throw error;
    process.stderr.write(`error: ${error.message}\n${status === EXIT.usage ? "Try --help.\n" : ""}`);
    process.exitCode = status;
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
