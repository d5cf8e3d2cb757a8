/** `fuzz`: damages valid files and sees that every reader ends well. See `--help`. */
import process from "node:process";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { wrapped } from "./cli/wrapped.ts";
import { writeJson } from "./cli/print_report.ts";
import type { FuzzOutcome } from "./fuzz/fuzz_target.ts";
import { superviseFuzz } from "./fuzz/supervise.ts";
import { TARGETS } from "./fuzz/targets.ts";
import { FuzzTally } from "./fuzz/tally.ts";

const names = Object.keys(TARGETS);

const help = `NAME
    fuzz - damage valid files and see that every reader ends well

SYNOPSIS
    npm run fuzz -- [TARGET]... [OPTION]...
    bun run scripts/fuzz.ts [TARGET]... [OPTION]...
    deno run -A scripts/fuzz.ts [TARGET]... [OPTION]...

DESCRIPTION
    Reads damaged copies of valid files: bits flipped, ends cut off, pieces
    inserted, removed, repeated, swapped or taken from another file, numbers
    edited. Each reading must give a value or an error that the reader
    documents, within a time limit and without taking the memory. Anything else
    is a failure, printed with what reproduces it. Readers run in processes of
    their own, so that hanging and crashing are found too.

    Of a recording (wav, flac, mp3, ogg, m4a) that is read without a warning,
    as many samples must come out as its container announces, or as ffmpeg
    reads, where that is installed.

${wrapped(`    TARGET is one of ${names.join(", ")}, or all. Default: all.`, 79)}

    mutations  damaged files read
    read       gave a value all the same
    refused    gave a documented error
    failed     did neither
    seconds    spent reading them
    slowest    milliseconds that the slowest took
    grown      MiB that a process grew by at most

OPTIONS
    --mutations N
        Damaged files per target. Default: 10000.
    --seed N
        Another seed gives other damage. Default: 1.
    --only INDEX
        Try the mutation INDEX alone.
    --limit MS
        Milliseconds that one may take. Default: 2000.
    --json [FILE]
        Print one JSON object a target, a line each, or write them to a FILE
        that ends in .json.
${commonHelp}
EXAMPLES
    npm run fuzz -- rttm --mutations 500
    npm run fuzz -- npz --seed 7 --only 12

EXIT STATUS
    0  every reading ended well
    1  one did not
    2  the command line is wrong
`;

interface Arguments {
  readonly targets: readonly string[];
  readonly first: number;
  readonly end: number;
  readonly seed: number;
  readonly limitMs: number;
  readonly json: string | undefined;
}

function argumentsOf({ values, positionals }: CommandLine): Arguments {
  const targets = positionals.length === 0 || positionals.includes("all") ? names : positionals;
  const unknown = targets.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`${unknown} is no target: ${names.join(", ")} and all are.`);
  }
  const whole = (name: string, preset: string, least: number) =>
    wholeNumber(values.get(name) ?? preset, { name: `--${name}`, least });
  const first = values.has("only") ? whole("only", "0", 0) : 0;
  return {
    targets,
    first,
    end: values.has("only") ? first + 1 : whole("mutations", "10000", 1),
    seed: whole("seed", "1", 0),
    limitMs: whole("limit", "2000", 1),
    json: values.get("json"),
  };
}

function wholeNumber(text: string, options: { name: string; least: number }): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= options.least)) {
    throw new UsageError(
      `${options.name} needs a whole number from ${options.least}, not ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

/** What a failure was, and how to see it again. */
function describeFailure(outcome: FuzzOutcome, where: { target: string; seed: number }): string {
  const damage = outcome.kinds.length > 0 ? ` (${outcome.kinds.join(", ")})` : "";
  const again = `scripts/fuzz.ts ${where.target} --seed ${where.seed} --only ${outcome.index}`;
  return `${where.target}: mutation ${outcome.index}${damage} failed: ${outcome.fault}\n  again: ${again}\n`;
}

const COLUMNS = ["target", "mutations", "read", "refused", "failed", "seconds", "slowest", "grown"];

function row(tally: FuzzTally): string[] {
  const { target, mutations, read, refused, failures, seconds, slowestMs, grownBytes } = tally;
  const counts = [mutations, read, refused, failures.length].map(String);
  return [target, ...counts, seconds.toFixed(1), slowestMs.toFixed(0), (grownBytes / 2 ** 20).toFixed(0)];
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => i === 0 ? cell.padEnd(9) : cell.padStart(10)).join("").trimEnd() + "\n";
}

async function fuzz(args: Arguments): Promise<number> {
  const { targets, json, ...options } = args;
  let failed = false;
  const lines: string[] = [];
  if (json !== "-") process.stdout.write(line(COLUMNS));
  for (const target of targets) {
    const tally = new FuzzTally(target);
    await superviseFuzz({
      ...options,
      target,
      onOutcome(outcome) {
        tally.add(outcome);
        if (outcome.result === "failed") {
          process.stderr.write(describeFailure(outcome, { target, seed: args.seed }));
        }
        if (tally.mutations % 1000 === 0) {
          process.stderr.write(`${target}: ${tally.mutations} of ${options.end}\n`);
        }
      },
    });
    failed ||= tally.failures.length > 0;
    lines.push(JSON.stringify({ ...tally, mutations: tally.mutations }));
    if (json !== "-") process.stdout.write(line(row(tally)));
    else process.stdout.write(`${lines.at(-1)}\n`);
  }
  if (json !== undefined && json !== "-") await writeJson(json, lines.join("\n"));
  return failed ? EXIT.failed : EXIT.fine;
}

const text = { type: "string" } as const;

/** The command. */
export const command: Command = {
  help,
  options: { mutations: text, seed: text, only: text, limit: text, json: { type: "output" } },
  run: (line) => fuzz(argumentsOf(line)),
};

if (import.meta.main) await main(command);
