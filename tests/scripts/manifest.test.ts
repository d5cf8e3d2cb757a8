/** The manifest command: from a folder to a list that is read again. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { findAudioFiles } from "#lib/corpus/recordings/find_audio_files.ts";
import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
import { findRecordings } from "#scripts/diarize/find_recordings.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-manifest-"));
afterAll(() => rmSync(scratch, { recursive: true }));
mkdirSync(join(scratch, "talks", "day 1"), { recursive: true });
const wav = (samples: number) => encodeWav(new Float32Array(samples), { sampleRate: 8000 });
writeFileSync(join(scratch, "talks", "day 1", "a.b.wav"), wav(4000));
writeFileSync(join(scratch, "talks", "日本.wav"), wav(800));

test("prints JSON lines with whole paths, or CSV", async () => {
  const { status, stdout, stderr } = await runCommand("manifest", ["talks"], { cwd: scratch });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout.trimEnd().split("\n").map((line) => JSON.parse(line))).toEqual([
    { wav_id: "a.b", audio_filepath: join(scratch, "talks", "day 1", "a.b.wav"), duration: 0.5 },
    { wav_id: "日本", audio_filepath: join(scratch, "talks", "日本.wav"), duration: 0.1 },
  ]);
  const csv = await runCommand("manifest", ["talks", "--format", "csv", "--ids", "path"], { cwd: scratch });
  expect(csv.stdout.split("\n").slice(0, 2)).toEqual([
    "wav_id,audio_filepath,duration",
    `day 1--a.b,${join(scratch, "talks", "day 1", "a.b.wav")},0.5`,
  ]);
}, SLOW);

test("writes a list that moves with its folder", async () => {
  const out = join(scratch, "talks", "list.csv");
  const { status, stdout, stderr } = await runCommand("manifest", ["talks", "--out", out], { cwd: scratch });
  expect([status, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("2 recordings, 0.00 h");
  expect((await readRecordings(out)).recordings.map(({ path }) => path)).toEqual([
    "day 1/a.b.wav",
    "日本.wav",
  ]);
  rmSync(out);
}, SLOW);

test("one file that is no audio: told, exit 1, and the others are in the list", async () => {
  writeFileSync(join(scratch, "talks", "bad.mp3"), "no audio at all");
  const out = join(scratch, "list.jsonl");
  const { status, stderr } = await runCommand("manifest", ["talks", "--out", out], { cwd: scratch });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: talks\/bad\.mp3: /m);
  expect(readFileSync(out, "utf8").trimEnd().split("\n")).toHaveLength(2);
  rmSync(join(scratch, "talks", "bad.mp3"));
}, SLOW);

test("takes the files that diarize takes", async () => {
  const folder = join(scratch, "alike");
  const files = {
    "a.wav": "x",
    "b/c.flac": "x",
    "b/none.mp3": "",
    ".h/d.wav": "x",
    "._a.wav": "x",
    "e.dat": "fLaC",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const said: string[][] = [[], []];
  const [listed, named] = [
    await findAudioFiles(folder, { warn: (warning) => said[0].push(warning) }),
    await findRecordings([folder], { warn: (warning) => said[1].push(warning) }),
  ];
  expect(listed).toEqual(["a.wav", "b/c.flac"]);
  expect(named).toEqual(listed.map((name) => join(folder, name)));
  expect([said[0].length, said[1]]).toEqual([1, said[0]]);
});

test.each<[string, string[], number, RegExp]>([
  ["no folder", [], 2, /^error: Name one folder; given were 0/],
  ["two folders", ["a", "b"], 2, /given were 2/],
  ["a folder that is not there", ["no such"], 3, /^error: no such: does not exist/],
  ["a folder without recordings", ["talks/day 1/..", "--ids", "file"], 2, /--ids is stem or path, not file/],
  ["a list in no folder", ["talks", "--out", "no/such/list.csv"], 3, /no\/such/],
])("%s", async (_, args, code, said) => {
  const { status, stdout, stderr } = await runCommand("manifest", args, { cwd: scratch });
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(said);
}, SLOW);
