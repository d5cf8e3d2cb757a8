/** The process command: its words, its exit codes, and what is left of it when it is ended or killed. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { projectRoot } from "#lib/places/places.ts";
import { processorNames } from "#lib/corpus/processors/registry.ts";
import { PROCESSORS } from "#scripts/process/usage.ts";
import { killAtRandom } from "#tests/corpus/processors/kill_process.ts";
import { makeRecordings } from "#tests/corpus/processors/made_recordings.ts";
import { runCommand } from "./command.ts";
import { CommandServer } from "./command_server.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-process-"));
afterAll(() => rmSync(scratch, { recursive: true }));
let list = "";
beforeAll(async () => {
  list = await makeRecordings(join(scratch, "in"));
});
const server = new CommandServer();
const run = (...args: string[]) => runCommand("process", args, { cwd: scratch });

test("its page has every processor that comes with dialab", () => {
  expect(processorNames().slice(0, PROCESSORS.length)).toEqual([...PROCESSORS]);
});

test("a row for each recording; those that fail are told once, with exit 1, and tried again", async () => {
  const first = await run("loudness", "fbank", "--manifest", list, "--out", "out", "--json", "report.json");
  expect([first.status, first.stdout]).toEqual([1, ""]);
  expect(first.stderr).toContain("talk: loudness, fbank (");
  expect(first.stderr.match(/^missing: failed: .*missing\.wav: there is no such file$/gm)).toHaveLength(1);
  expect(first.stderr).toMatch(/^out: 12 made, 4 failed$/m);
  const { rowCount } = await readParquet(join(scratch, "out", "loudness_meta", "metadata.parquet"));
  expect(rowCount).toBe(8);
  const again = await run("loudness", "fbank", "--manifest", list, "--out", "out", "--resume", "--json");
  expect(again.status).toBe(1);
  expect(again.stderr).toMatch(/^out: 0 made, 12 there already, 4 failed$/m);
  expect(JSON.parse(again.stdout)).toMatchObject({ made: 0, kept: 12, failed: 4, recordings: 8, notes: [] });
  const refused = await run("loudness", "--manifest", list, "--out", "out");
  expect([refused.status, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toMatch(/^error: out has results of loudness already: go on with them \(--resume/);
  const lines = readFileSync(list, "utf8").split("\n").slice(0, 3);
  const short = list.replace(/(\.\w+)$/, "_short$1");
  writeFileSync(short, `${lines.join("\n")}\n`);
  const fewer = await run("loudness", "--manifest", short, "--out", "out", "--resume", "--json");
  expect(JSON.parse(fewer.stdout).warnings).toEqual([
    expect.stringMatching(/^out has \d recordings \(.*\), not among the recordings given; their rows stay/),
  ]);
  const after = await readParquet(join(scratch, "out", "loudness_meta", "metadata.parquet"));
  expect(after.rowCount).toBe(8);
}, SLOW);

test("a processor of one's own", async () => {
  writeFileSync(
    join(scratch, "crossings.ts"),
    `import { defineProcessor, registerProcessor } from "${join(projectRoot(), "lib", "mod.ts")}";
registerProcessor(defineProcessor({
  name: "crossings",
  title: "how often the sign changes",
  columns: { crossings: "int" },
  async process(input) {
    let crossings = 0, before = 0;
    for await (const samples of input.mono()) {
      for (const sample of samples) {
        if (sample * before < 0) crossings++;
        before = sample;
      }
    }
    return { scalars: { crossings } };
  },
}));
`,
  );
  const own = await run("crossings", "--import", "crossings.ts", "--manifest", list, "--out", "own");
  expect(own.stderr).toMatch(/^own: 6 made, 2 failed$/m);
  const { columns } = await readParquet(join(scratch, "own", "crossings_meta", "metadata.parquet"));
  const [talk, , silence] = columns.find(({ name }) => name === "crossings")!.values as number[];
  expect(talk).toBeGreaterThan(1000);
  expect(silence).toBe(0);
}, SLOW);

test.each<[string, string[], number, RegExp]>([
  ["no processor", ["--manifest", "l", "--out", "x"], 2, /^error: Name one processor or more/],
  [
    "one that is none",
    ["lodness", "--manifest", "l", "--out", "x"],
    2,
    /There is no processor "lodness"; did you mean "loudness"\?/,
  ],
  ["no list", ["vad", "--out", "x"], 2, /^error: --manifest is needed/],
  ["no folder", ["vad", "--manifest", "l"], 2, /^error: --out is needed/],
  [
    "a list that is not there",
    ["vad", "--manifest", "no such.csv", "--out", "x"],
    3,
    /^error: no such.csv: does not exist/,
  ],
  [
    "a number that is none",
    ["vad", "--manifest", "l", "--out", "x", "--jobs", "0"],
    2,
    /--jobs is a whole number from 1, not 0/,
  ],
  ["no such preset", ["vad", "--manifest", "l", "--out", "x", "--preset", "owm"], 2, /did you mean "own"/],
])("%s", async (_, args, code, said) => {
  const { status, stdout, stderr } = await server.run("process", args, scratch);
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(said);
  expect(existsSync(join(scratch, "x"))).toBe(false);
}, SLOW);

test("a list with two of one name is refused whole, with both lines", async () => {
  writeFileSync(join(scratch, "twins.csv"), "path,duration\na/1.wav,1\nb/1.wav,1\n");
  const { status, stderr } = await run("loudness", "--manifest", "twins.csv", "--out", "twins");
  expect([status, stderr]).toEqual([
    1,
    'error: twins.csv:3: "1" is the recording of line 2, too (b/1.wav and a/1.wav); give one of them another wav_id: b/1.wav,1\n',
  ]);
}, SLOW);

test("Ctrl-C: exit 130, nothing half-written, and --resume goes on", async () => {
  const out = join(scratch, "interrupted");
  const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
  const args = ["vad", "fbank", "--manifest", list, "--out", out, "--preset", "own", "--jobs", "1"];
  const child = spawn(process.execPath, [...runtime, join(projectRoot(), "scripts", "process.ts"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let stderr = "", isSent = false;
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (isSent || !/^talk: vad, fbank/m.test(stderr)) return;
    isSent = true;
    process.kill(child.pid!, "SIGINT");
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect(status).toBe(130);
  expect(stderr).toMatch(/Interrupted\. What is finished stays; --resume goes on\.\n$/);
  const files = readdirSync(out, { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => /partial|lock/.test(name))).toEqual([]);
  const { stderr: more } = await run(
    "vad",
    "fbank",
    "--manifest",
    list,
    "--out",
    out,
    "--preset",
    "own",
    "--resume",
  );
  expect(more).toMatch(/: \d+ made, [2468]|1[02] there already, 4 failed$/m);
}, SLOW);

test("killed at three points and gone on with: the bytes of a run that nobody disturbed", async () => {
  const trial = await killAtRandom(list, { scratch: join(scratch), count: 3, seed: 5 });
  expect(trial.differing).toEqual([]);
  expect(trial.killed).toBeGreaterThan(0);
}, SLOW);
