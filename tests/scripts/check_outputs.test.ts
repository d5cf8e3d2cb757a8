/** What a command writes takes the place of nothing that it reads, and of no file of another kind. */
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { checkFolder } from "#scripts/cli/check_destination.ts";
import { checkOutputs, type OutputKind } from "#scripts/cli/check_outputs.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const wav = file("talk.wav", "RIFF\x24\0\0\0WAVEfmt ");
const preset = file("mine.json", '{ "extends": "own" }');
const check = (path: string, kind: OutputKind, inputs: readonly string[] = []) => () =>
  checkOutputs([{ option: "--o", path, kind }], inputs);

test.each<[OutputKind, string]>([
  ["json", '\n[{"a": 1}]'],
  ["page", "<!doctype html><html>"],
  ["list", '{"wav_id": "a", "audio_filepath": "a.wav", "duration": 1}\n'],
  ["list", "wav_id,path,duration\na,a.wav,1\n"],
  ["parquet", "PAR1\0\0"],
])("a %s takes the place of an older one, of an empty file, and of none", (kind, text) => {
  expect(check(file("older", text), kind)).not.toThrow();
  expect(check(file("empty", ""), kind)).not.toThrow();
  expect(check(join(folder, "new"), kind)).not.toThrow();
});

test.each<[OutputKind, string]>([
  ["json", "JSON"],
  ["page", "page"],
  ["list", "list of recordings"],
  ["parquet", "Parquet file"],
])("a %s does not take the place of a recording", (kind, name) => {
  expect(check(wav, kind)).toThrow(`--o ${wav} would write over a file that is no ${name}`);
  expect(readFileSync(wav, "latin1").slice(0, 4)).toBe("RIFF");
});

mkdirSync(join(folder, "sub"));

test("nor of what is read, by whatever name", () => {
  symlinkSync(preset, join(folder, "link.json"));
  for (const path of [preset, join(folder, "sub", "..", "mine.json"), join(folder, "link.json")]) {
    expect(check(path, "json", ["own", preset])).toThrow(/would write over what is read from there/);
  }
  expect(check(join(folder, "other.json"), "json", ["own", preset, folder])).not.toThrow();
});

test("two options cannot name one file", () => {
  const path = join(folder, "both");
  expect(() =>
    checkOutputs([{ option: "--json", path, kind: "json" }, {
      option: "--html",
      path: join(folder, "sub", "..", "both"),
      kind: "page",
    }], [])
  ).toThrow(/--json and --html both name/);
});

test("nor goes anything into the folder of a stage", () => {
  for (
    const name of [
      "vad_meta",
      "vad",
      "snr_meta",
      "mine_meta",
      "foreign/esc_meta",
      "foreign/esc",
      "foreign/mine_meta",
    ]
  ) {
    mkdirSync(join(folder, "corpus", name), { recursive: true });
  }
  const told = { format: "dialab-pipeline", processors: { vad: {}, mine: {} } };
  file("corpus/pipeline.json", JSON.stringify(told));
  const inside = (name: string) => () =>
    checkOutputs([{ option: "--out", path: join(folder, "corpus", name), kind: "parquet" }], []);
  for (
    const name of ["vad_meta/metadata.parquet", "vad/x", "mine_meta/x", "foreign/esc_meta/x", "foreign/esc/x"]
  ) {
    expect(inside(name)).toThrow(
      /--out .* would be in .*, where stage (vad|mine|esc) of .*corpus.* has its files/,
    );
  }
  expect(check(join(folder, "corpus", "pipeline.json"), "json")).toThrow(/tells how the stages/);
  expect(() => checkFolder(join(folder, "corpus", "vad_meta", "new"), "--out")).toThrow(/where stage vad/);
  // What is called so and is no stage.
  for (const name of ["all.parquet", "snr_meta/x", "foreign/mine_meta/x"]) expect(inside(name)).not.toThrow();
});

mkdirSync(join(folder, "real"));
symlinkSync(join(folder, "real"), join(folder, "link"));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["run"];
const dialab = (...args: string[]) => {
  const script = join(projectRoot(), "scripts", "dialab.ts");
  return spawnSync(process.execPath, [...runtime, script, ...args], { encoding: "utf8" });
};

test.each([
  ["a list over a recording", ["manifest", folder, "--out", wav], "is no list of recordings"],
  ["a page over a recording", ["drift", "b_five_speakers", "?vbx.fa=0.15", "--html", wav], "is no page"],
  ["a summary over the preset", [wav, "--preset", preset, "--json", preset], "what is read from there"],
  [
    "a summary among the results",
    [wav, "--preset", "own", "--out", join(folder, "sub"), "--json", join(folder, "sub", "talk.json")],
    "one of the results of talk",
  ],
  [
    "a summary among the results, by a link",
    [wav, "--preset", "own", "--out", join(folder, "real"), "--json", join(folder, "link", "talk.json")],
    "one of the results of talk",
  ],
])("commands refuse %s", (_, args, told) => {
  const before = [wav, preset].map((path) => readFileSync(path, "latin1"));
  const { status, stderr } = dialab(...args);
  expect([status, stderr.replace(/\s+/g, " ").includes(told)]).toEqual([2, true]);
  expect([wav, preset].map((path) => readFileSync(path, "latin1"))).toEqual(before);
});
