/** Where results are to go is looked at before anything is loaded. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutputRequest } from "#scripts/diarize/outputs.ts";
import { checkOutputs } from "#scripts/diarize/results.ts";
import { runCommand } from "./command.ts";
import { resultsIn } from "./made_results.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
let root = "", out = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dialab-results-"));
  out = join(root, "out");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const { request } = resultsIn(() => out);

describe("places for results", () => {
  const name = (letters: number) => "n".repeat(letters);
  test.each<[string, string, Partial<OutputRequest>, RegExp | undefined]>([
    ["a name that fits with .json", name(250), {}, undefined],
    [
      "one that fits with .rttm alone",
      name(250),
      { exclusive: true },
      /name is too long for its file system$/,
    ],
    ["one that fits nowhere", name(255), { formats: ["lab"] }, /name is too long for its file system$/],
    ["letters of several bytes", "ü".repeat(126), {}, /name is too long for its file system$/],
    ["a folder where a file is to go", "taken", {}, /taken\.rttm is a folder, where a file is to go$/],
    [
      "a file where a capture is to go",
      "taken",
      { formats: [], dump: ["all"] },
      /captures.taken is no folder, where/,
    ],
    ["captures is a file", "other", { out: "CAPTURES", dump: ["all"] }, /a part of the path is a file/],
  ])("%s", (_, uri, change, said) => {
    mkdirSync(join(out, "taken.rttm"), { recursive: true });
    mkdirSync(join(out, "captures"));
    writeFileSync(join(out, "captures", "taken"), "");
    mkdirSync(join(root, "CAPTURES"));
    writeFileSync(join(root, "CAPTURES", "captures"), "");
    const where = change.out === undefined ? out : join(root, change.out);
    const check = () => checkOutputs(uri, request({ ...change, out: where }));
    if (said === undefined) check();
    else expect(check).toThrow(said);
  });
});

describe("diarize --out, before anything is loaded", () => {
  test.each<[string, string, number, RegExp]>([
    ["a file", "results", 2, /^error: \S*results is a file, --out needs a folder\.\nTry --help\.\n$/],
    [
      "below a file",
      "results/deep/er",
      2,
      /^error: \S*results is a file, --out \S* needs a folder there\.\nTry/,
    ],
    [
      "a link to nowhere",
      "dangling",
      3,
      /^error: --out \S*dangling cannot be made: it is a link that leads nowhere\.\n$/,
    ],
    [
      "a name that is too long",
      "o".repeat(300),
      3,
      /^error: \S*o{300}: the name is too long for its file system\.\n$/,
    ],
    ["in a folder without files", "/proc/dialab", 3, /^error: --out \/proc\/dialab cannot be made: /],
    ["such a folder", "/proc", 3, /^error: Nothing can be written where --out says: /],
    ["a device", "/dev/null", 2, /^error: \/dev\/null is a file, --out needs a folder/],
  ])("%s", async (_, place, wanted, said) => {
    if (place.startsWith("/") && !existsSync("/proc/self")) return;
    writeFileSync(join(root, "talk.wav"), "");
    writeFileSync(join(root, "results"), "");
    symlinkSync(join(root, "nowhere"), join(root, "dangling"));
    const before = readdirSync(root).sort();
    const path = place.startsWith("/") ? place : join(root, place);
    const { status, stdout, stderr } = await runCommand("diarize", [join(root, "talk.wav"), "--out", path]);
    expect(stderr).toMatch(said);
    expect([status, stdout]).toEqual([wanted, ""]);
    expect(readdirSync(root).sort()).toEqual(before);
  }, SLOW);

  test.each<[string, string[], number, RegExp]>([
    [
      "a models folder that is not there",
      ["--models", "gone"],
      3,
      /^error: The models folder \S*gone does not exist\.\n$/,
    ],
    [
      "a models folder that is a file",
      ["--models", "talk.wav"],
      3,
      /talk\.wav is a file, where a models folder is needed/,
    ],
    [
      "--json into a folder that is not there",
      ["--json", "gone/a.json"],
      3,
      /^error: The folder \S*gone of --json/,
    ],
    ["--json into a folder", ["--json", "folder.json"], 2, /folder\.json is a folder, --json needs a file/],
    [
      "--json among what is known of results",
      ["--json", ".dialab/talk.json"],
      2,
      /\.dialab holds what dialab knows of its results; --json needs another place/,
    ],
  ])("%s", async (_, args, wanted, said) => {
    writeFileSync(join(root, "talk.wav"), "");
    mkdirSync(join(root, "folder.json"));
    mkdirSync(join(root, ".dialab"));
    const { status, stderr } = await runCommand("diarize", ["talk.wav", "--out", "out", ...args], {
      cwd: root,
    });
    expect(stderr).toMatch(said);
    expect(status).toBe(wanted);
    expect(existsSync(out)).toBe(false);
  }, SLOW);

  test("a GPU that is not there: exit 3, the cure, and nothing else", async () => {
    writeFileSync(join(root, "talk.wav"), "");
    const env = { DIALAB_SOFTWARE_ADAPTERS: root, DIALAB_ADAPTER: "no such adapter" };
    const args = ["talk.wav", "--out", "out", "--backend", "webgpu"];
    const { status, stderr } = await runCommand("diarize", args, { cwd: root, env });
    expect(stderr).toMatch(
      /^error: Dawn finds no GPU adapter named "no such adapter": .* Install a driver .*\n$/,
    );
    expect([status, existsSync(out)]).toEqual([3, false]);
  }, SLOW);
});

test("a place of the environment that is not there is warned of", async () => {
  const gone = join(root, "gone");
  const { stderr } = await runCommand("fetch", ["models", "plda", "--offline"], {
    env: { DIALAB_MODELS: gone },
  });
  expect(stderr).toContain(
    `warning: DIALAB_MODELS names ${gone}, which is no folder; other places are looked into.\n`,
  );
}, SLOW);
