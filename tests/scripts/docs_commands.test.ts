/** Every command that README.md and docs/ give has its script, and the script has its options. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { commandWords } from "#scripts/docs/command_words.ts";
import { docsPages } from "#scripts/docs/docs_pages.ts";
import { namedScript } from "#scripts/docs/named_script.ts";
import { readCommands } from "#scripts/docs/read_commands.ts";
import { runCommand } from "./command.ts";
import { CommandServer } from "./command_server.ts";

const server = new CommandServer();
/** Milliseconds that all commands may take on a busy machine. */
const SLOW = 240_000;

/** What a script says to `--help` and its arguments: it reads them all before it prints the page. */
async function complaint(path: string, args: readonly string[]): Promise<string> {
  const script = join(projectRoot(), path);
  const text = readFileSync(script, "utf8");
  if (!text.includes("/cli/command_line.ts")) { // it may have no --help
    const option = args.find((word) => word.startsWith("-"));
    return option === undefined ? "" : `nobody can tell whether ${path} has ${option}`;
  }
  const name = /^scripts\/(\w+)\.ts$/.exec(path)?.[1];
  if (name === undefined) throw new Error(`${path} is no command of scripts/`);
  const line = ["--help", ...args];
  const served = text.includes("export const command");
  const { status, stderr: said } = await (served ? server.run(name, line) : runCommand(name, line));
  return status === 0 ? "" : said.trim() || `exit code ${status}`;
}

describe("commands in the documentation", () => {
  const commands = docsPages().flatMap(({ path, text }) => readCommands(path, text));

  test("are found: in blocks and among words", () => {
    expect(commands.filter(({ fenced }) => fenced).length).toBeGreaterThan(15);
    expect(commands.filter(({ fenced }) => !fenced).length).toBeGreaterThan(20);
    expect(commands.filter(({ needs }) => needs !== undefined).length).toBeGreaterThan(5);
  });

  test("have their scripts, and these their options", async () => {
    const wrong: string[] = [];
    const asked = new Map<string, Promise<string>>();
    for (const { path, line, text, fenced } of commands) {
      try {
        for (const words of commandWords(text)) {
          const script = namedScript(words);
          if (script === undefined || !script.path.endsWith(".ts")) continue;
          const args = script.args.filter((word) => word !== "...");
          const key = JSON.stringify([script.path, args]);
          const said = asked.get(key) ?? complaint(script.path, args);
          asked.set(key, said);
          // Running text may name an option without a value: "what `diarize --dump` writes".
          const bare = !fenced && /needs a value/.test(await said);
          if (await said !== "" && !bare) wrong.push(`${path}:${line}: ${text}: ${await said}`);
        }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        wrong.push(`${path}:${line}: ${error.message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(asked.size).toBeGreaterThan(20);
  }, SLOW);

  test("run with nothing beside the project, or say what they need", () => {
    const beside = commands.filter(({ fenced, needs, text }) =>
      fenced && needs === undefined &&
      /\.\.\/|~\/|\bgit\b|\bbun install|\bdeno install|npm i(nstall)?\b/.test(text)
    );
    expect(beside).toEqual([]);
  });
});

describe("reading commands", () => {
  const page = [
    ...["Say `npm run drift -- A B` or `drift`, or `bench", "  sums --json`; `x = 1` is none.", "", "```sh"],
    ...[
      "npm ci && npm run parity   # compares",
      "",
      "a '#1' \"# no\" b#c \\",
      "  --d # of it; needs a GPU",
      "```",
      "",
    ],
    ...[
      "```ts",
      "// npm run no",
      "```",
      "   ```sh",
      "   x # exits 1, as it differs; slow: an hour",
      "   ```",
    ],
  ].join("\n");

  test("finds text, needs, status and lines", () => {
    const found = readCommands("a.md", page).map(({ path: _, ...rest }) => rest);
    const plain = { needs: undefined, status: 0 };
    expect(found).toEqual([
      { line: 1, text: "npm run drift -- A B", ...plain, fenced: false },
      { line: 1, text: "bench sums --json", ...plain, fenced: false },
      { line: 5, text: "npm ci && npm run parity", ...plain, fenced: true },
      { line: 7, text: `a '#1' "# no" b#c --d`, needs: "needs a GPU", status: 0, fenced: true },
      { line: 15, text: "x", needs: "slow: an hour", status: 1, fenced: true },
    ]);
  });

  test("splits words as a shell does", () => {
    expect(commandWords(`a '?b=1&c' "d e"f && g`)).toEqual([["a", "?b=1&c", "d ef"], ["g"]]);
    expect(commandWords("echo '{\"b\": 1}' > out/c.json")).toEqual([["echo", '{"b": 1}']]);
    for (const bad of ["a | b", "a; b", "a 'b", "a < b", "a >> b", "a > b c"]) {
      expect(() => commandWords(bad)).toThrow(/cannot be read/);
    }
  });

  test("finds the script, and refuses what is not there", async () => {
    expect(namedScript(["npm", "run", "-s", "score", "--", "a", "b"])).toEqual({
      path: "scripts/score.ts",
      args: ["a", "b"],
    });
    expect(namedScript(["npx", "deno", "run", "-A", "scripts/parity.ts"])?.path).toBe("scripts/parity.ts");
    expect(namedScript(["bench", "sums"])).toEqual({ path: "scripts/bench.ts", args: ["sums"] });
    expect(namedScript(["npm", "ci"])).toBeUndefined();
    for (
      const bad of [["npm", "run", "nothing"], ["npm", "run", "score", "a"], ["nothing"], [
        "bun",
        "scripts/no.ts",
      ]]
    ) expect(() => namedScript(bad)).toThrow(RangeError);
    expect(await complaint("scripts/score.ts", ["a", "b", "--no-such-option"])).toMatch(/--no-such-option/);
  }, SLOW);
});
