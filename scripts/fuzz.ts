/** `fuzz`: damages valid files and sees that every reader ends well. See `--help`. */
import process from "node:process";
import { parseArgs } from "node:util";
import type { FuzzOutcome } from "./fuzz/fuzz_target.ts";
import { superviseFuzz } from "./fuzz/supervise.ts";
import { TARGETS } from "./fuzz/targets.ts";
import { FuzzTally } from "./fuzz/tally.ts";

const names = Object.keys(TARGETS);

const help = `NAME
    fuzz - damage valid files and see that every reader ends well

SYNOPSIS
    bun run scripts/fuzz.ts [TARGET]... [OPTION]...
    deno run -A scripts/fuzz.ts [TARGET]... [OPTION]...

DESCRIPTION
    Reads damaged copies of valid files: bits flipped, ends cut off, pieces
    inserted, removed, repeated, swapped or taken from another file, numbers
    edited. Each reading must give a value or an error that the reader
    documents, within a time limit and without taking the memory. Anything else
    is a failure, printed with what reproduces it. Readers run in processes of
    their own, so that hanging and crashing are found too.

    TARGET is one of ${names.join(", ")}, or all. Default: all.

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
    --json
        Print one JSON object a target.
    -h, --help
        Print this page.

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
  readonly json: boolean;
}

class UsageError extends Error {}

function parseArguments(args: string[]): Arguments | "help" {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        mutations: { type: "string", default: "10000" },
        seed: { type: "string", default: "1" },
        only: { type: "string" },
        limit: { type: "string", default: "2000" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return "help";
  const targets = positionals.length === 0 || positionals.includes("all") ? names : positionals;
  for (const name of targets) {
    if (!names.includes(name)) throw new UsageError(`${name} is no target: ${names.join(", ")} and all are`);
  }
  const first = values.only === undefined ? 0 : wholeNumber(values.only, { name: "--only", least: 0 });
  return {
    targets,
    first,
    end: values.only === undefined
      ? wholeNumber(values.mutations, { name: "--mutations", least: 1 })
      : first + 1,
    seed: wholeNumber(values.seed, { name: "--seed", least: 0 }),
    limitMs: wholeNumber(values.limit, { name: "--limit", least: 1 }),
    json: values.json,
  };
}

function wholeNumber(text: string, options: { name: string; least: number }): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= options.least)) {
    throw new UsageError(
      `${options.name} needs a whole number from ${options.least}, got ${JSON.stringify(text)}`,
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
  return cells.map((cell, i) => i === 0 ? cell.padEnd(8) : cell.padStart(11)).join("").trimEnd() + "\n";
}

async function fuzz(args: Arguments): Promise<number> {
  const { targets, json, ...options } = args;
  let failed = false;
  if (!json) process.stdout.write(line(COLUMNS));
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
    process.stdout.write(
      json ? JSON.stringify({ ...tally, mutations: tally.mutations }) + "\n" : line(row(tally)),
    );
  }
  return failed ? 1 : 0;
}

async function main(args: string[]): Promise<number> {
  try {
    const parsed = parseArguments(args);
    if (parsed !== "help") return await fuzz(parsed);
    process.stdout.write(help);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`fuzz: ${error.message}\nTry --help.\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
