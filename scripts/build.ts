/** `build`: make the package. See `--help`. */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { copyResources } from "./build/copy_resources.ts";
import { emitModules } from "./build/emit_modules.ts";
import { writeManifest } from "./build/write_manifest.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";

const help = `NAME
    build - make the package

SYNOPSIS
    npm run build -- [OPTION]...

DESCRIPTION
    Makes dist/, a folder that is an npm package: the library and the commands
    as JavaScript for Bun, Deno and Node 20 with their declarations, dialab's
    own weights, and the captures that parity replays. "npm pack ./dist" makes
    a file of it, which npm, Bun and Deno install.

OPTIONS
    --out FOLDER
        Where; a package that is there is replaced. Default: dist.
    --no-check
        Leave out the check of the types against what Node 20 has.
${commonHelp}
EXAMPLES
    npm run build
    npm run build -- --out /tmp/dialab

EXIT STATUS
    0  the package is there
    1  the types do not hold
    2  the command line is wrong
`;

async function run({ values, positionals }: CommandLine): Promise<number> {
  if (positionals.length > 0) throw new UsageError(`build takes no ${positionals[0]}.`);
  const out = resolve(values.get("out") ?? join(projectRoot(), "dist"));
  if (existsSync(out) && !existsSync(join(out, "package.json"))) {
    throw new UsageError(`${out} is there and holds no package; name another folder or remove it.`);
  }
  // Made beside it and put in its place at the end: whoever uses the old package meanwhile has a whole one.
  const making = mkdtempSync(join(dirname(out), ".dialab-build-"));
  try {
    const faults = await emitModules(making, { check: !values.has("no-check") });
    if (faults !== undefined) {
      process.stderr.write(faults);
      return EXIT.failed;
    }
    copyResources(making);
    writeManifest(making);
    rmSync(out, { recursive: true, force: true });
    renameSync(making, out);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  process.stdout.write(`${out}\n`);
  return EXIT.fine;
}

/** The command. */
export const command: Command = {
  help,
  options: { out: { type: "string" }, "no-check": { type: "boolean" } },
  run,
};

if (import.meta.main) await main(command);
