/** Names of files that no terminal should see as they are. */
import { afterAll, describe, expect, test } from "bun:test";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemFault } from "#lib/audio/open_file.ts";
import { projectRoot } from "#lib/places/places.ts";
import { commandLine } from "#scripts/cli/command_line.ts";
import { messageOf } from "#scripts/cli/tell_error.ts";
import { Progress } from "#scripts/diarize/progress.ts";
import { findRecordings } from "#scripts/diarize/find_recordings.ts";
import { say } from "#scripts/cli/say.ts";
import process from "node:process";

const NAME = "esc\x1b[31mred\x07\u202egpj.wav";
const SHOWN = "esc\\u{1b}[31mred\\u{7}\\u{202e}gpj.wav";

test.each([true, false])("progress shows them escaped (a terminal: %s)", (isTTY) => {
  let seen = "";
  const progress = new Progress({ isTTY, columns: 200, rows: 20, write: (text) => void (seen += text) });
  progress.at(NAME, "segmentation", 1, 2);
  progress.line(`${NAME}: warning: odd`);
  progress.done(NAME, "done");
  progress.end();
  expect(seen).toContain(SHOWN);
  expect(seen).not.toContain("\x1b[31m");
  expect([seen.includes("\x07"), seen.includes("\u202e")]).toEqual([false, false]);
});

test("messages show them escaped", () => {
  const write = process.stderr.write;
  let seen = "";
  process.stderr.write = ((text: string) => !!(seen += text)) as typeof write;
  try {
    say("warning", `${NAME} is odd`);
  } finally {
    process.stderr.write = write;
  }
  expect(seen.replace(/\s+/g, " ")).toBe(`warning: ${SHOWN} is odd `);
});

test.skipIf(process.platform !== "linux")("a name that is no UTF-8 is told as such", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  try {
    // By the shell: Deno's own functions would make a name with U+FFFD in it.
    execFileSync("sh", ["-c", 'printf x >"$0/bad$(printf "\\377").wav"', folder]);
    const path = join(folder, "bad\ufffd.wav");
    const error = Object.assign(new Error("ENOENT"), { code: "ENOENT", path });
    const told = `${path}: cannot be opened: its name is no UTF-8; rename it`;
    expect([systemFault(error, path).message, messageOf(error)]).toEqual([told, told]);
    await expect(findRecordings([folder])).rejects.toThrow(/1 file whose name is no UTF-8: rename it \(/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("words of a command line", () => {
  const table = { out: { type: "string" }, json: { type: "output" } } as const;
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const there = join(folder, "there.txt");
  writeFileSync(there, "");

  test("a recording whose name begins with a dash is reached behind --, and told of without", () => {
    expect(commandLine(["--json", "--", "-x.wav"], table).positionals).toEqual(["-x.wav"]);
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      writeFileSync("-x.wav", "");
      expect(() => commandLine(["-x.wav"], table)).toThrow(
        "Unknown option -x. The file of that name is ./-x.wav",
      );
    } finally {
      process.chdir(cwd);
    }
  });

  test("what --json takes for its file, for an argument, and for neither", () => {
    const read = (...args: string[]) => {
      const { values, positionals } = commandLine(args, table);
      return [values.get("json"), positionals];
    };
    expect(read("--json", "a.json")).toEqual(["a.json", []]);
    expect(read("--json", there)).toEqual(["-", [there]]);
    expect(read("--json", "gone.wav")).toEqual(["-", ["gone.wav"]]);
    const refused = /^--json takes a file that ends in \.json, not .*x\.txt/;
    expect(() => read("--json", join(folder, "x.txt"))).toThrow(refused);
    expect(() => read("--json=x.txt")).toThrow(refused);
  });
});

test.skipIf(process.platform === "win32")("dialab -- -x.wav hears that file, in Bun and in Deno", () => {
  const folder = mkdtempSync(join(tmpdir(), "dialab-"));
  try {
    writeFileSync(join(folder, "-x.wav"), "no audio at all");
    for (const runtime of ["bun", "deno"]) {
      const { stderr } = spawnSync("node", [join(projectRoot(), "bin", "dialab.js"), "--", "-x.wav"], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, DIALAB_RUNTIME: runtime },
      });
      expect(stderr).toMatch(/^-x: failed: -x\.wav/m);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
