/** `check-package`: whether the package works for those who install it. See `--help`. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { packageChecks } from "./check_package/package_checks.ts";
import { type Command, commonHelp, EXIT, main } from "./cli/command_line.ts";

const help = `NAME
    check-package - whether the package works for those who install it

SYNOPSIS
    npm run check-package

DESCRIPTION
    Builds and packs dialab, then installs that file into empty projects, by
    npm with install scripts and without, by Bun and by Deno, from a registry
    on this machine that has what "npm ci" brought: no network is needed.
    There scripts diarize, use one kernel, draw and run the command, in Node,
    Bun and Deno, and TypeScript (this project's and 5.5) checks a user's file.

    The last line holds the sums: N passed, N failed, N skipped. Before it
    stand the names of those that failed.

OPTIONS
${commonHelp}
EXAMPLES
    npm run check-package

EXIT STATUS
    0  nothing failed
    1  something failed
    2  the command line is wrong
`;

async function run(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-package-"));
  const failed: string[] = [];
  let passed = 0;
  try {
    mkdirSync(join(folder, "home"));
    await packageChecks(folder, ({ name, seconds, fault }) => {
      process.stdout.write(
        `${(fault === undefined ? "ok" : "FAILED").padEnd(8)} ${name} (${seconds.toFixed(1)} s)\n`,
      );
      if (fault === undefined) passed++;
      else {
        failed.push(name);
        process.stdout.write(
          `${fault.trimEnd().split("\n").slice(-30).map((line) => `    ${line}\n`).join("")}`,
        );
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write("\n");
  for (const name of failed) process.stdout.write(`failed: ${name}\n`);
  process.stdout.write(`${passed} passed, ${failed.length} failed, 0 skipped\n`);
  return failed.length === 0 ? EXIT.fine : EXIT.failed;
}

/** The command. */
export const command: Command = { help, options: {}, run };

if (import.meta.main) await main(command);
