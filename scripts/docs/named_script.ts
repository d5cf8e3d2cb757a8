import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { subcommandNamed } from "../cli/subcommands.ts";

/** A script of the project and the arguments that a command gives it. */
export interface NamedScript {
  /** From the project's root: "scripts/parity.ts". */
  readonly path: string;
  readonly args: readonly string[];
}

/** What a documented command may run besides the project's own scripts, by its first words. */
const OTHERS = [
  ["npm", "ci"],
  ["npm", "install"],
  ["npm", "pack"],
  ["bun", "add"],
  ["bun", "install"],
  ["deno", "install"],
  ["deno", "check"],
  ["deno", "test"],
  ["git", "clone"],
  ["cd"],
  ["echo"],
  ["export"],
  ["mkdir"],
];
/** Between the runtime and the script. */
const FLAGS = new Set(["run", "-A", "--no-check", "-s"]);

/**
 * The script that a simple command runs: by `npm run`, with a runtime, by its path, or by its name alone as running text does.
 *
 * @returns undefined for other programs that documentation may name.
 * @throws {RangeError} on an npm script or a file that is not there, or a program that documentation has no need of.
 */
export function namedScript(words: readonly string[]): NamedScript | undefined {
  if (words[0] === "npx") return namedScript(words.slice(1));
  if (OTHERS.some((other) => other.every((word, i) => words[i] === word))) return undefined;
  if (words[0] === "dialab") return ofDialab(words.slice(1));
  if (words[0] === "npm") return npmScript(words.slice(1));
  if (words[0] === "bun" || words[0] === "deno") {
    const at = words.findIndex((word, i) => i > 0 && !FLAGS.has(word) && !word.startsWith("--v8-flags="));
    if (at > 0) return checked(words[at], words.slice(at + 1));
  }
  if (words[0] === "python3" && words[1]?.endsWith(".py")) return checked(words[1], words.slice(2));
  if (words[0].includes("/")) return checked(words[0], words.slice(1));
  if (/^\w+$/.test(words[0])) return checked(`scripts/${words[0]}.ts`, words.slice(1));
  throw new RangeError(`"${words.join(" ")}": there is no command ${words[0]}.`);
}

function npmScript(words: readonly string[]): NamedScript | undefined {
  const [verb, ...rest] = words.filter((word) => word !== "-s" && word !== "run");
  const { scripts } = JSON.parse(readFileSync(join(projectRoot(), "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  if (verb === undefined || !Object.hasOwn(scripts, verb)) {
    throw new RangeError(`"npm ${words.join(" ")}": package.json has no script ${verb}.`);
  }
  if (rest.length > 0 && rest[0] !== "--") {
    throw new RangeError(`"npm ${words.join(" ")}": npm keeps what does not stand behind "--".`);
  }
  const [, , path, ...own] = scripts[verb].split(" ");
  return checked(path, [...own, ...rest.slice(1)]);
}

/** As scripts/dialab.ts goes on: a command, its own options, or what `diarize` takes. */
function ofDialab(words: readonly string[]): NamedScript {
  const [word, ...rest] = words;
  const named = subcommandNamed(word);
  if (named !== undefined) return checked(`scripts/${named.name.replaceAll("-", "_")}.ts`, rest);
  if (word === undefined || ["help", "-h", "--help", "--version"].includes(word)) {
    return checked("scripts/dialab.ts", words);
  }
  if (/^[a-z][a-z-]*$/.test(word)) {
    throw new RangeError(`"dialab ${words.join(" ")}": there is no command ${word}.`);
  }
  return checked("scripts/diarize.ts", words);
}

function checked(path: string, args: readonly string[]): NamedScript {
  if (!existsSync(join(projectRoot(), path))) throw new RangeError(`There is no ${path}.`);
  return { path, args };
}
