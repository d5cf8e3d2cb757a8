/** Which files a command line names. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MissingError } from "#scripts/cli/command_line.ts";
import { findRecordings } from "#scripts/diarize/find_recordings.ts";

const root = mkdtempSync(join(tmpdir(), "dialab-recordings-"));
const path = (name: string) => join(root, name);

beforeAll(() => {
  mkdirSync(path("folder.wav"));
  mkdirSync(path("empty"));
  for (const name of ["b.wav", "a.WAV", "c.flac", "notes.txt", "b+1.wav", "a(1).wav"]) {
    writeFileSync(path(name), "");
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const named = async (...given: string[]) =>
  (await findRecordings(given.map(path))).map((file) => file.slice(root.length + 1));

describe("findRecordings", () => {
  test("a folder gives its recordings, sorted, not its folders or other files", async () => {
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
