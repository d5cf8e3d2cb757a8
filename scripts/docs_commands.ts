/** `docs-commands`: run what the documentation tells to run. See `--help`. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { type Command, type CommandLine, EXIT, main, MissingError, UsageError } from "./cli/command_line.ts";
import { docsPages } from "./docs/docs_pages.ts";
import { type DocsCommand, readCommands } from "./docs/read_commands.ts";

const help = `NAME
    docs-commands - run the commands of README.md and docs/

SYNOPSIS
    npm run docs-commands -- [PAGE]... [OPTION]...

DESCRIPTION
    Runs every line of the sh blocks, in the order in which they stand, in a
    copy of the project with nothing beside it and an empty HOME, as after
    "npm ci" (which is left out). Lines whose comment ends with "needs ..." or
    "slow ..." are told and not run; docs/conventions.md has the words.

    The last line holds the sums: N passed, N failed, N skipped. Before it
    stand the commands that failed, a line each, "failed: PAGE:LINE COMMAND".

OPTIONS
    PAGE
        Only this page, such as docs/drift.md.
    --list
        Run nothing; print every command and what it needs.
    -h, --help
        Print this page.

EXIT STATUS
    0  every command that was run gave 0, or what its comment says ("exits 1")
    1  one did not
    2  the command line is wrong
    3  git is not here, or this is no clone
`;

/** Milliseconds that one command may take; one that takes longer is slow, and says so in its comment. */
const LIMIT = 300_000;

/** The tree as a clone has it, with what has not been committed yet, and the packages linked. */
function copyTo(folder: string): void {
  const { status, stdout } = spawnSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: projectRoot(),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) {
    throw new MissingError("git and a clone are needed, to know which files are the project's.");
  }
  for (const path of stdout.split("\0").filter(Boolean)) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(projectRoot(), path), to, { force: true });
  }
  linkPackages(join(projectRoot(), "node_modules"), join(folder, "node_modules"));
}

/** One by one, so that the copy's own command is the copy's. */
function linkPackages(from: string, to: string): void {
  mkdirSync(join(to, ".bin"), { recursive: true });
  for (const parent of [".", ".bin"]) {
    for (const name of readdirSync(join(from, parent))) {
      if ([".bin", "dialab", "dialab-command"].includes(name)) continue;
      symlinkSync(join(from, parent, name), join(to, parent, name), "junction");
    }
  }
  symlinkSync(join("..", "..", "bin", "dialab.js"), join(to, ".bin", "dialab"));
}

/** Without `npm ci`, which has been done. */
function afterInstall(text: string): string {
  return text.split(/\s+&&\s+/).filter((part) => part !== "npm ci").join(" && ");
}

function runIn(folder: string, home: string, text: string): { status: number | null; said: string } {
  const { DIALAB_FIXTURES: _, DIALAB_MODELS: __, XDG_CACHE_HOME: ___, ...env } = process.env;
  const { status, signal, stdout, stderr, error } = spawnSync("sh", ["-c", text], {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, HOME: home, NO_COLOR: "1" },
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT,
  });
  const how = error?.message ?? (signal === null ? `exit code ${status}` : `signal ${signal}`);
  return { status, said: `${stdout}${stderr}${how}` };
}

function run({ values, positionals }: CommandLine): Promise<number> {
  const pages = docsPages();
  const unknown = positionals.find((path) => !pages.some((page) => page.path === path));
  if (unknown !== undefined) throw new UsageError(`There is no page ${unknown}.`);
  const commands = pages.filter(({ path }) => positionals.length === 0 || positionals.includes(path))
    .flatMap(({ path, text }) => readCommands(path, text)).filter(({ fenced }) => fenced);
  const tell = (how: string, { path, line, text }: DocsCommand, more = "") =>
    process.stdout.write(`${how.padEnd(8)} ${path}:${line}  ${text}${more}\n`);
  if (values.has("list")) {
    for (const command of commands) {
      tell(command.needs === undefined ? "run" : "not run", command, why(command));
    }
    return Promise.resolve(EXIT.fine);
  }
  const scratch = mkdtempSync(join(tmpdir(), "dialab-docs-"));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failed: DocsCommand[] = [];
  try {
    const [folder, home] = [join(scratch, "place", "dialab"), join(scratch, "home")];
    mkdirSync(folder, { recursive: true });
    mkdirSync(home);
    copyTo(folder);
    for (const command of commands) {
      const text = afterInstall(command.text);
      if (command.needs !== undefined) {
        counts.skipped++;
        tell("skipped", command, why(command));
        continue;
      }
      const start = performance.now();
      const { status, said } = text === "" ? { status: 0, said: "" } : runIn(folder, home, text);
      const ok = status === command.status;
      counts[ok ? "passed" : "failed"]++;
      tell(ok ? "ok" : "FAILED", command, ` (${((performance.now() - start) / 1000).toFixed(1)} s)`);
      if (!ok) {
        failed.push(command);
        process.stdout.write(`${said.split("\n").slice(-20).map((line) => `    ${line}`).join("\n")}\n`);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  process.stdout.write("\n");
  for (const { path, line, text } of failed) process.stdout.write(`failed: ${path}:${line}  ${text}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return Promise.resolve(counts.failed === 0 ? EXIT.fine : EXIT.failed);
}

function why({ needs }: DocsCommand): string {
  return needs === undefined ? "" : ` (${needs})`;
}

/** The command. */
export const command: Command = { help, options: { list: { type: "boolean" } }, run };

if (import.meta.main) await main(command);
