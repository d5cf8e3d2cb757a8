/** What all commands do alike: help, version, wrong options, files that are not there, readers that go away. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { COMMANDS, runCommand } from "./command.ts";
import { CommandServer } from "./command_server.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-commands-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const server = new CommandServer();

const SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT"];
const npmScripts: Record<string, string> =
  JSON.parse(readFileSync(join(projectRoot(), "package.json"), "utf8")).scripts;

describe.each([...COMMANDS])("%s", (name) => {
  test("is a script of npm", () => {
    expect(npmScripts[name]).toBe(`bun run scripts/${name}.ts`);
  });

  test("--help: a page of one form, within 80 columns; -h is the same", async () => {
    const { status, stdout, stderr } = await runCommand(name, ["--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
    const heads = lines.filter((line) => /^\S/.test(line));
    expect(heads).toEqual(SECTIONS.filter((section) => section !== "ENVIRONMENT" || heads.includes(section)));
    expect(lines[1].startsWith(`    ${name} - `)).toBe(true);
    expect(stdout).toContain(`    npm run ${name}`);
    for (const option of ["-h, --help", "--version"]) expect(lines).toContain(`    ${option}`);
    expect((await server.run(name, ["-h"])).stdout).toBe(stdout);
  }, SLOW);

  test("--version", async () => {
    const { status, stdout, stderr } = await server.run(name, ["--version"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^dialab \d+\.\d+\.\d+( \(commit [0-9a-f]{12}(, modified)?\))?\n$/);
  }, SLOW);

  test.each([
    ["--no-such-option", /^error: Unknown option --no-such-option\.\nTry --help\.\n$/],
    ["--versoin", /^error: Unknown option --versoin\. Did you mean --version\?\nTry --help\.\n$/],
    ["--help=yes", /^error: --help takes no value, but was given yes\.\nTry --help\.\n$/],
  ])("%s: exit 2", async (option, said) => {
    const { status, stdout, stderr } = await server.run(name, [option]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(said);
  }, SLOW);

  test("a reader that is gone: not a word", async () => {
    const { status, stderr } = await runCommand(name, ["--help"], { closes: "stdout" });
    expect([[0, 141].includes(status!), stderr]).toEqual([true, ""]);
  }, SLOW);
});

test("fetch says which models are published, and that own ones are there", async () => {
  const { status, stdout, stderr } = await runCommand("fetch", ["models", "thinresnet", "--to", scratch]);
  expect(status).toBe(3);
  expect(stderr).toBe(
    "error: thinresnet is not published and cannot be fetched. " +
      "Published are segmentation-3.0, wespeaker-resnet34-lm, plda, plda-xvec-transform.\n",
  );
  expect(stdout).toContain(`put     ${join(scratch, "thinresnet_voxceleb2_64d.onnx")}\n`);
  const own = await runCommand("fetch", ["models", "embedding-own", "--to", scratch]);
  expect(own).toEqual({ status: 0, stdout: "", stderr: "embedding-own: already there\n" });
}, SLOW);

test.skipIf(!existsSync("/dev/full"))("a disk that is full where the output goes: told, exit 1", async () => {
  for (const [name, ...args] of [["doctor"], ["doctor", "--json"], ["score", "--help"]]) {
    const { status, stderr } = await runCommand(name, args, { stdout: "/dev/full" });
    expect(stderr).toMatch(/^error: .*no space is left on the disk/m);
    expect(status).toBe(1);
  }
}, SLOW);

test.each<[string, string[], string]>([
  [
    "diarize",
    ["a.wav", "--out", "x", "--format", "rttm", "--format", "srt"],
    "format is given twice, as rttm and as srt",
  ],
  ["score", ["a", "b", "--collar", "0.5", "--collar=0.25"], "collar is given twice, as 0.5 and as 0.25"],
  ["bench", ["sums", "--json", "a.json", "--json"], "json is given twice, as a.json and as -"],
])("%s %j: nothing of it is dropped silently", async (name, args, said) => {
  const { status, stdout, stderr } = await server.run(name, args, scratch);
  expect([status, stdout, stderr]).toEqual([
    2,
    "",
    `error: --${said}; once is needed.\nTry --help.\n`,
  ]);
}, SLOW);

describe("--json FILE is one that ends in .json", () => {
  const WITH_JSON = COMMANDS.filter((name) => !["notebooks", "kernel", "fetch", "manifest"].includes(name));

  test.each([...COMMANDS])("%s tells so where it has --json", async (name) => {
    const { stdout } = await server.run(name, ["--help"]);
    expect(/^ {4}--json/m.test(stdout)).toBe(WITH_JSON.some((other) => other === name));
    if (!stdout.includes("    --json")) return;
    expect(stdout).toMatch(
      /^ {4}--json \[FILE\]\n( {8}.*\n)*? {8}.*FILE( |\n {8})that\s+ends\s+in\s+\.json[.;]/m,
    );
  }, SLOW);

  test.each(WITH_JSON)("%s refuses another", async (name) => {
    const { status, stderr } = await server.run(name, ["--json=report"], scratch);
    expect([status, stderr]).toEqual([
      2,
      "error: --json takes a file that ends in .json, not report.\nTry --help.\n",
    ]);
  }, SLOW);

  test.each<[string, string[], (report: Record<string, unknown>) => unknown, unknown]>([
    [
      "parity",
      ["--json", "e_minimal"],
      ({ captures }) => (captures as { name: string }[]).map(({ name }) => name),
      ["e_minimal"],
    ],
    [
      "drift",
      ["e_minimal", "--json", "@wasm"],
      ({ b }) => b,
      expect.objectContaining({ name: "e_minimal@wasm" }),
    ],
  ])("what follows is %s's own: %j", async (name, args, of, wanted) => {
    const captures = ["--captures", join(projectRoot(), "fixtures", "captures")];
    const { status, stdout } = await runCommand(name, [...captures, ...args], { cwd: scratch });
    expect(status).toBe(0);
    expect(of(JSON.parse(stdout))).toEqual(wanted);
    // One form everywhere: a line for each value.
    expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    expect(readdirSync(scratch)).toEqual([]);
  }, SLOW);
});

describe("a file, a folder or a name that is not there: one line, and no stack", () => {
  const gone = join(scratch, "gone");
  test.each<[string, string[], number]>([
    ["parity", ["no_such_capture"], 3],
    ["parity", ["--captures", gone], 3],
    ["drift", ["no_such_capture"], 3],
    ["drift", [gone], 3],
    ["diarize", [gone, "--out", join(scratch, "out")], 3],
    ["score", [gone, gone], 3],
    ["score", [scratch, scratch], 3],
    ["bench", ["backend", "--capture", "no_such_capture"], 3],
    ["bench", ["nonsense"], 2],
    ["notebooks", ["run", "no_such_notebook"], 2],
    ["notebooks", ["nonsense"], 2],
    ["kernel", ["--dir", join(projectRoot(), "package.json"), "--force"], 3],
    ["kernel", ["nonsense"], 2],
    ["doctor", ["nonsense"], 2],
    ["fetch", ["nonsense"], 2],
    ["fetch", ["models", "no_such_model"], 2],
    ["fetch", ["models", "thinresnet", "--to", gone], 3],
    ["fuzz", ["no_such_target"], 2],
    ["fuzz", ["rttm", "--mutations", "many"], 2],
  ])("%s %j: exit %d", async (name, args, wanted) => {
    const { status, stderr } = await server.run(name, args);
    const lines = stderr.trimEnd().split("\n").filter((line) => !line.startsWith("warning: "));
    expect(lines.filter((line) => line !== "Try --help.")).toEqual([expect.stringMatching(/^error: \S/)]);
    expect(status).toBe(wanted);
    expect(readdirSync(scratch)).toEqual([]);
  }, SLOW);
});
