/** `notebooks`: open, run or save the notebooks, or make a folder for one's own. See `--help`. */
import { counted } from "#lib/language/counted.ts";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import process from "node:process";
import { isPackage, projectRoot } from "#lib/places/places.ts";
import {
  type Command,
  type CommandLine,
  commonHelp,
  EXIT,
  main,
  MissingError,
  UsageError,
} from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";
import { freshCopy } from "./notebooks/fresh_copy.ts";
import { formatNotebooks } from "./notebooks/format_notebooks.ts";
import { openJupyter } from "./notebooks/open_jupyter.ts";
import { checkOwnFolder, isFolder, makeOwnFolder, ownKernelFolder } from "./notebooks/own_folder.ts";
import { type NotebookRun, runNotebook } from "./notebooks/run_notebook.ts";

const help = `NAME
    notebooks - open the notebooks, run them, or make a folder for your own

SYNOPSIS
    dialab notebooks
    dialab notebooks init DIR
    dialab notebooks open [DIR] [-- ARGUMENT...]
    dialab notebooks run [NAME]... [--out DIR] [--html] [--timeout SECONDS]
    dialab notebooks save [NAME]...
    npm run notebooks
    npm run notebooks -- init DIR
    npm run notebooks -- open [DIR] [-- ARGUMENT...]
    npm run notebooks -- run [NAME]... [--out DIR] [--html] [--timeout SECONDS]
    npm run notebooks -- save [NAME]...

DESCRIPTION
    init  Makes a folder anywhere for notebooks of your own: a first notebook, a
          sample to hear, the kernel, and a deno.json that says where dialab is.
          In a folder that is there, what is missing is added and where dialab
          is, renewed: run it again when dialab has moved.
    open  Opens Jupyter (Lab, else Notebook) in such a folder, or in notebooks/
          of dialab's clone, and brings the kernel along. Arguments after -- are
          Jupyter's, such as --no-browser. The default.
    run   Executes notebooks without a browser; a cell that throws ends it.
          Needs Python's nbclient.
    save  Formats them, executes them where nothing but the project's own
          fixtures is found, and keeps the outputs in notebooks/: what is shown
          on GitHub, and what the tests compare with.

    NAME is a notebook's, or the beginning of one: 03 is 03-drift. Default:
    all of them. For run it may also be the path of any notebook, or of a
    folder: all of those in it.

OPTIONS
    --out DIR
        Where run writes the executed notebooks. Default: nowhere.
    --html
        Also write each as a page that asks nothing of the network.
    --timeout SECONDS
        What a cell may take. Default: 120.
${commonHelp}
EXAMPLES
    dialab notebooks
    dialab notebooks init "my talks"
    dialab notebooks open "my talks"
    dialab notebooks run 03 --out out --html

EXIT STATUS
    0  every notebook ran through
    1  a cell threw, took too long or killed its kernel
    2  the command line is wrong
    3  something is missing: Jupyter, nbclient, Deno
`;

const FOLDER = join(projectRoot(), "notebooks");

function chosen(names: readonly string[]): string[] {
  const all = readdirSync(FOLDER).filter((file) => /^\d.*\.ipynb$/.test(file)).sort();
  const unknown = names.find((name) => !all.some((file) => file.startsWith(name)));
  if (unknown !== undefined) {
    throw new UsageError(
      `No notebook ${unknown}; there are ${all.map((file) => basename(file, ".ipynb")).join(", ")}.`,
    );
  }
  return names.length === 0 ? all : all.filter((file) => names.some((name) => file.startsWith(name)));
}

/** The notebooks that are to be run, by their paths: those of the clone by name, any others by the path of theirs or of their folder. */
function toRun(words: readonly string[]): string[] {
  const inFolder = (folder: string) => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".ipynb")).sort();
    if (files.length === 0) throw new UsageError(`There is no notebook in ${folder}.`);
    return files.map((file) => resolve(folder, file));
  };
  const named: string[] = [], paths: string[] = [];
  for (const word of words) {
    if (isFolder(word)) paths.push(...inFolder(word));
    else if (word.endsWith(".ipynb") && existsSync(word)) paths.push(resolve(word));
    else named.push(word);
  }
  if (paths.length > 0 && named.length === 0) return paths;
  if (!isFolder(FOLDER)) {
    throw new UsageError(
      "dialab's own notebooks are in its clone alone; run takes the path of yours, or of their folder.",
    );
  }
  return [...chosen(named).map((file) => join(FOLDER, file)), ...paths];
}

function told(name: string, { ok, cells, outputs, seconds, error }: NotebookRun): string[] {
  const style = styleOf(process.stdout);
  const line = `${name.padEnd(20)} ${counted(cells, "cell")}, ${counted(outputs, "output")}, ${
    seconds.toFixed(1)
  } s`;
  if (ok || error === null) return [`${style("green", "ok    ")} ${line}`];
  const where = error.cell === null ? "before the first cell" : `cell ${error.cell + 1} (${error.id})`;
  const indented = (lines: readonly string[], by: string) => lines.map((text) => `${by}${text}`);
  return [
    `${style("red", "failed")} ${line}, in ${where}`,
    ...indented(error.source.split("\n"), "    | "),
    ...indented(error.traceback, "    "),
  ];
}

async function runAll(
  files: readonly string[],
  where: {
    readonly folder: string;
    readonly out: string;
    readonly html: boolean;
    readonly timeoutSec: number;
  },
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<boolean> {
  let ok = true;
  for (const file of files) {
    const name = basename(file, ".ipynb");
    const run = await runNotebook(resolve(where.folder, file), {
      out: join(where.out, `${name}.ipynb`),
      html: where.html ? join(where.out, `${name}.html`) : undefined,
      timeoutSec: where.timeoutSec,
      env,
    });
    process.stdout.write(`${told(name, run).join("\n")}\n`);
    ok &&= run.ok;
  }
  return ok;
}

/** Makes a folder, and says what is in it and what comes next. */
function init(words: readonly string[]): number {
  if (words.length !== 1) throw new UsageError("init takes one folder: notebooks init DIR.");
  const [folder] = words;
  const files = makeOwnFolder(folder);
  const lines = files.map(({ name, what }) => `${what.padEnd(8)} ${join(folder, name)}`);
  process.stdout.write(
    `${lines.join("\n")}\n\nNext: ${isPackage() ? "" : "npx "}dialab notebook open ${shellWord(folder)}\n`,
  );
  return EXIT.fine;
}

const shellWord = (word: string) =>
  /^[\w./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

async function open(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  if (first !== undefined && isFolder(first)) {
    const folder = resolve(first);
    checkOwnFolder(folder);
    return await openJupyter(rest, { folder, data: ownKernelFolder(folder) });
  }
  if (!isFolder(FOLDER)) {
    throw new UsageError(
      "dialab's own notebooks are in its clone alone; notebooks init DIR makes a folder for yours.",
    );
  }
  return await openJupyter(words, {
    folder: FOLDER,
    data: join(projectRoot(), "node_modules", ".dialab", "jupyter"),
  });
}

async function run({ values, positionals: [command, ...names] }: CommandLine): Promise<number> {
  if (command === "init") return init(names);
  if (command === undefined || command === "open") return await open(names);
  if (command !== "run" && command !== "save") throw new UsageError(`There is no command ${command}.`);
  if (command === "save" && values.size > 0) throw new UsageError("save takes no options.");
  const timeoutSec = Number(values.get("timeout") ?? 120);
  if (!(timeoutSec > 0)) throw new UsageError(`--timeout is seconds, not ${values.get("timeout")}.`);
  if (values.has("html") && !values.has("out")) throw new UsageError("--html needs --out DIR.");
  const files = command === "run" ? toRun(names) : chosen(names);
  const scratch = mkdtempSync(join(tmpdir(), "dialab-notebooks-"));
  try {
    if (command === "run") {
      const out = resolve(values.get("out") ?? scratch);
      mkdirSync(out, { recursive: true });
      const ok = await runAll(files, { folder: FOLDER, out, html: values.has("html"), timeoutSec });
      return ok ? EXIT.fine : EXIT.failed;
    }
    formatNotebooks(files.map((file) => join(FOLDER, file)));
    using copy = freshCopy();
    const folder = join(copy.root, "notebooks");
    if (!await runAll(files, { folder, out: scratch, html: false, timeoutSec }, copy.env)) return EXIT.failed;
    for (const file of files) await cp(join(scratch, file), join(FOLDER, file));
    return EXIT.fine;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The command. */
export const command: Command = {
  help,
  options: { out: { type: "string" }, html: { type: "boolean" }, timeout: { type: "string" } },
  run,
  statusOf: (error) => error instanceof MissingError ? EXIT.missing : undefined,
};

if (import.meta.main) await main(command);
