/** Which files a command line names. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { MissingError } from "#scripts/cli/command_line.ts";
import { findRecordings } from "#scripts/diarize/find_recordings.ts";
import { RECORDING_ENDINGS } from "#lib/corpus/recordings/recording_endings.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";
import { diarizeCommand } from "./diarize_command.ts";

const root = mkdtempSync(join(tmpdir(), "dialab-recordings-"));
const path = (name: string) => join(root, name);

beforeAll(() => {
  mkdirSync(path("folder.wav"));
  mkdirSync(path("empty"));
  for (const name of ["b.wav", "a.WAV", "c.flac", "notes.txt", "b+1.wav", "a(1).wav"]) {
    writeFileSync(path(name), "x");
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function withFolder<T>(
  names: Readonly<Record<string, string>>,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-recordings-"));
  for (const [name, content] of Object.entries(names)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), content, "latin1");
  }
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a folder of these files gives, and what is said. */
const found = (names: Readonly<Record<string, string>>) =>
  withFolder(names, async (folder) => {
    const warnings: string[] = [];
    const files = await findRecordings([folder], { warn: (warning) => warnings.push(warning) });
    return {
      files: files.map((file) => file.slice(folder.length + 1)),
      warnings: warnings.map((warning) => warning.replaceAll(folder, "F")),
    };
  });

const named = async (...given: string[]) =>
  (await findRecordings(given.map(path))).map((file) => file.slice(root.length + 1));

describe("findRecordings", () => {
  test("a folder gives its recordings, sorted, not other files", async () => {
    expect(await findRecordings([root])).toEqual(
      ["a(1).wav", "a.WAV", "b+1.wav", "b.wav", "c.flac"].map(path),
    );
  });

  test("a named file is taken whatever it is called, in the order given, once", async () => {
    expect(await named("notes.txt", "a.WAV", "notes.txt")).toEqual(["notes.txt", "a.WAV"]);
    expect(await findRecordings([path("b.wav"), `${root}/./b.wav`])).toEqual([path("b.wav")]);
  });

  test("patterns: * and ?, all else as it is", async () => {
    expect(await named("*.wav")).toEqual(["a(1).wav", "b+1.wav", "b.wav"]);
    expect(await named("?.wav")).toEqual(["b.wav"]);
    expect(await named("b+*.wav")).toEqual(["b+1.wav"]);
    expect(await named("a(?).wav")).toEqual(["a(1).wav"]);
  });

  test("a file that is not there stays beside one that is", async () => {
    expect(await named("gone.wav", "b.wav")).toEqual(["gone.wav", "b.wav"]);
  });

  test.each([
    ["only files that are not there", ["gone.wav", "lost.wav"], /gone\.wav, .*lost\.wav do not exist\.$/],
    ["a folder without recordings", ["empty", "b.wav"], /empty holds no recording \(\.wav, /],
    ["a pattern without files", ["*.opus", "b.wav"], /^Nothing is called .*\*\.opus\.$/],
    ["a pattern in no folder", [join("nowhere", "*.wav")], /^Folder .*nowhere does not exist\.$/],
  ])("%s", async (_, given, message) => {
    const error = await named(...given).catch((error) => error);
    expect(error).toBeInstanceOf(MissingError);
    expect(error.message).toMatch(message);
  });
});

describe("a folder", () => {
  test("gives files of every ending that is read, in any case", async () => {
    const names = [...RECORDING_ENDINGS].filter((ending) => ending !== ".ts" && ending !== ".mts").map((
      ending,
      i,
    ) => `a${ending}`[i % 2 ? "toUpperCase" : "toString"]());
    const { files, warnings } = await found(Object.fromEntries(names.map((name) => [name, "x"])));
    expect(files).toEqual([...names].sort());
    expect(warnings).toEqual([]);
    for (
      const ending of [
        "aif",
        "mkv",
        "mov",
        "mka",
        "m4b",
        "mp2",
        "wv",
        "au",
        "sph",
        "3gp",
        "amr",
        "w64",
        "mpg",
        "avi",
      ]
    ) {
      expect(RECORDING_ENDINGS.has(`.${ending}`)).toBe(true);
    }
  });

  test("says what it passes over, in one sentence", async () => {
    const { files, warnings } = await found({
      "a.wav": "x",
      "b.dat": "fLaC",
      "c": "OggS",
      "d.xyz": "\0\x01",
      "._a.wav": "\0\x05\x16\x07\0",
      ".hidden.wav": "x",
      "old/e.flac": "x",
      "old/none.mp3": "",
      ".git/f.wav": "x",
      "out/a.rttm": "x",
    });
    expect(files).toEqual(["a.wav", "old/e.flac"]);
    expect(warnings).toEqual([
      "Folder F: passed over 2 files that are audio by content: name them to have them read (b.dat, c); " +
      "1 file without a byte (old/none.mp3); 2 hidden files (._a.wav, .hidden.wav); 1 other file (d.xyz).",
    ]);
  });

  test("names five of many", async () => {
    const names = Array.from({ length: 9 }, (_, i) => `n${i}.bin`);
    const { warnings } = await found(
      Object.fromEntries(["a.wav", ...names].map((name) => [name, "\x01\x02"])),
    );
    expect(warnings).toEqual([
      "Folder F: passed over 9 other files (n0.bin, n1.bin, n2.bin, n3.bin, n4.bin and 4 more).",
    ]);
  });

  test("does not mention companions and litter", async () => {
    const names = ["a.wav", "a.rttm", "a.uem", "a.TextGrid", "notes.txt", "a.html", ".DS_Store", "Thumbs.db"];
    expect(await found(Object.fromEntries(names.map((name) => [name, "x"])))).toEqual({
      files: ["a.wav"],
      warnings: [],
    });
  });

  test(".ts is a transport stream or a program, as its content says", async () => {
    const packet = "G" + "\0".repeat(187);
    const { files, warnings } = await found({ "a.ts": packet.repeat(6), "b.ts": "export const a = 1;\n" });
    expect([files, warnings]).toEqual([["a.ts"], []]);
  });

  test("without a recording: the error says what is there", async () => {
    const error = await found({ "a.rec": "fLaC", "._b.wav": "x" }).catch((error) => error);
    expect(error).toBeInstanceOf(MissingError);
    expect(error.message).toMatch(
      /holds no recording \(\.wav, .*\)\. Folder .*: passed over 1 file that is audio by content: name it to have it read \(a\.rec\); 1 hidden file \(\._b\.wav\)\.$/,
    );
  });

  test("a pattern does not give hidden files, unless it begins with a dot", async () => {
    await withFolder({ "a.wav": "x", "._a.wav": "x" }, async (folder) => {
      expect(await findRecordings([`${folder}/*.wav`])).toEqual([join(folder, "a.wav")]);
      expect(await findRecordings([`${folder}/.*.wav`])).toEqual([join(folder, "._a.wav")]);
    });
  });
});

test.skipIf(process.platform === "win32")("pipes are passed over, links to recordings are not", async () => {
  await withFolder({ "a.wav": "x", "sub/b.txt": "" }, async (folder) => {
    spawnSync("mkfifo", ["p.wav", "q.dat", "sub/p.wav"], { cwd: folder });
    symlinkSync("p.wav", join(folder, "to_p.wav"));
    symlinkSync("a.wav", join(folder, "to_a.wav"));
    const warnings: string[] = [];
    const files = await findRecordings([folder], { warn: (warning) => warnings.push(warning) });
    expect(files).toEqual(["a.wav", "to_a.wav"].map((name) => join(folder, name)));
    expect(warnings).toEqual([
      `Folder ${folder}: passed over 4 pipes, sockets or devices (p.wav, q.dat, sub/p.wav, to_p.wav).`,
    ]);
  });
}, 10_000);

describeWith("folder-endings", fixture("cases/folder-endings/recordings"), (folder) => {
  test("12 recordings", async () => {
    const warnings: string[] = [];
    const files = await findRecordings([folder], { warn: (warning) => warnings.push(warning) });
    expect([files.length, warnings]).toEqual([12, []]);
  });
});

test("what a folder holds beside recordings is in --json and on stderr", async () => {
  // Weights are not needed: the recording fails before.
  await withFolder({ "a.wav": "x", "b.dat": "fLaC", "below/c.txt": "x" }, async (folder) => {
    const said = "passed over 1 file that is audio by content: name it to have it read (b.dat).";
    const { stderr, stdout } = await diarizeCommand([
      folder,
      "--preset",
      "own",
      "--out",
      join(folder, "out"),
      "--json",
    ]);
    expect(stderr).toContain(`warning: Folder ${folder}: ${said}\n`);
    const { warnings, passedOver } = JSON.parse(stdout);
    expect(warnings).toEqual([`Folder ${folder}: ${said}`]);
    expect(passedOver).toEqual([
      { path: join(folder, "b.dat"), why: "audio" },
      { path: join(folder, "below/c.txt"), why: "companion" },
    ]);
  });
}, 60_000);
