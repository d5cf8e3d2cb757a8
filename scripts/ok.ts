/** `ok`: the one gate. Format, lint, types in both checkers, tests in both runtimes, doc examples. See `--help`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { type Command, commonHelp, EXIT, main } from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";

const help = `NAME
    ok - everything that must hold before a change goes in

SYNOPSIS
    npm run ok

DESCRIPTION
    deno fmt, deno lint, tsc, deno check, then npm test (which also refuses
    import cycles, arrows between folders that point back, and exported
    functions without an example). Stops at the first step that fails.

OPTIONS
${commonHelp}
EXAMPLES
    npm run ok

EXIT STATUS
    0  all is well
    1  a step failed
`;

const bin = (name: string) => join(projectRoot(), "node_modules", ".bin", name);

const STEPS: readonly { name: string; command: readonly string[] }[] = [
  { name: "format", command: [bin("deno"), "fmt", "--check"] },
  { name: "lint", command: [bin("deno"), "lint"] },
  {
    name: "types (tsc)",
    command: ["node", join(projectRoot(), "node_modules", "typescript", "bin", "tsc"), "-p", "."],
  },
  { name: "types (deno)", command: [bin("deno"), "check", "lib", "kernels", "scripts", "tests"] },
  { name: "tests", command: [bin("bun"), "run", "scripts/test.ts"] },
];

function run(): Promise<number> {
  const style = styleOf(process.stdout);
  for (const { name, command: [executable, ...args] } of STEPS) {
    const start = performance.now();
    process.stdout.write(`${style("bold", name)}\n`);
    const quiet = name.startsWith("types (deno)"); // it names every file it checks
    const { status, stderr } = spawnSync(executable, args, {
      cwd: projectRoot(),
      stdio: ["inherit", "inherit", quiet ? "pipe" : "inherit"],
      encoding: "utf8",
    });
    if (status !== 0) {
      if (quiet) process.stderr.write(stderr);
      process.stdout.write(`${style("red", `failed: ${name}`)}\n`);
      return Promise.resolve(EXIT.failed);
    }
    // The last line is that of the tests.
    if (name !== "tests") process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  }
  return Promise.resolve(EXIT.fine);
}

/** The command. */
export const command: Command = { help, options: {}, run };

if (import.meta.main) await main(command);
