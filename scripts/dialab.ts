/** `dialab`: all commands under one name. bin/dialab.js starts it. See `--help`. */
import { existsSync, statSync } from "node:fs";
import process from "node:process";
import { closest } from "./cli/closest.ts";
import { type Command, main, UsageError } from "./cli/command_line.ts";
import { dialabHelp } from "./cli/dialab_help.ts";
import { say } from "./cli/say.ts";
import { subcommandNamed, SUBCOMMANDS } from "./cli/subcommands.ts";

/** Runs what this process's arguments ask for. */
export async function dialab(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const [word, ...rest] = args;
  const named = subcommandNamed(word);
  if (named !== undefined) {
    if (rest.length === 0) noteOfFile(named.name);
    return await main((await named.load()).command, rest);
  }
  if (word === "help") return await helpOn(rest);
  const isOwn = word === undefined || ["--help", "-h", "--version"].includes(word) ||
    (/^\w[\w-]*$/.test(word) && !existsSync(word));
  return isOwn ? await main(itself, args) : await main((await commandNamed("diarize")).command, args);
}

/** Without a command, a recording or an option of `diarize`. */
const itself: Command = {
  get help() {
    return dialabHelp();
  },
  options: {},
  run({ positionals: [word] }) {
    if (word !== undefined) throw unknown(word);
    throw new UsageError("Name a recording, or a command of those that --help lists.");
  },
};

async function helpOn(words: readonly string[]): Promise<void> {
  const [word, ...more] = words;
  if (word === undefined || word.startsWith("-")) return await main(itself, ["--help", ...words]);
  const found = subcommandNamed(word);
  if (found === undefined) {
    return await main({
      ...itself,
      run: () => {
        throw unknown(word, "no command");
      },
    }, []);
  }
  await main((await found.load()).command, ["--help", ...more]);
}

function commandNamed(name: string) {
  return subcommandNamed(name)!.load();
}

function unknown(word: string, what = "neither a command nor a file"): UsageError {
  const meant = closest(word, SUBCOMMANDS.map(({ name }) => name));
  return new UsageError(
    `There is ${what} ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  );
}

/** A word that is both is the command. */
function noteOfFile(name: string): void {
  if (!statSync(name, { throwIfNoEntry: false })?.isFile()) return;
  say("note", `${name} is a command here; the file of that name is dialab ./${name}`);
}

if (import.meta.main) await dialab();
