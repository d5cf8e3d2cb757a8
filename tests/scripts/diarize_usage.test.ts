/** What the diarize command refuses before it opens a network, and its help. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { model } from "#tests/harness/shared_data.ts";
import { diarizeCommand, DiarizeScratch } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = new DiarizeScratch();
const path = (...names: string[]) => scratch.path(...names);

beforeAll(() => {
  for (const folder of ["one", "two", "empty"]) mkdirSync(path(folder));
  for (const name of ["one/a.wav", "two/a.flac"]) writeFileSync(path(name), "no audio");
});
afterAll(() => scratch[Symbol.dispose]());

describe("diarize refuses", () => {
  const a = () => path("one", "a.wav");
  test.each<[string, () => string[], number, RegExp]>([
    ["no recording", () => [], 2, /Name recordings, folders or patterns/],
    ["files and no --out", () => [a(), "--html"], 2, /--html is about files; say where they go: --out DIR/],
    [
      "two formats to print",
      () => [a(), "--format", "rttm,srt"],
      2,
      /Only one format can be printed, not rttm,srt/,
    ],
    [
      "two formats to print, one of them twice",
      () => [a(), "--format", "srt,rttm,srt"],
      2,
      /Only one format can be printed, not rttm,srt;/,
    ],
    [
      "one format, named twice, of two recordings: the format is at fault, not the count of formats",
      () => [path("one"), path("two"), "--format", "json,json"],
      2,
      /2 recordings cannot be printed as json, only as rttm/,
    ],
    [
      "an unknown format",
      () => [a(), "--out", path("out"), "--format", "rttm,xml"],
      2,
      /takes rttm, .*not xml/,
    ],
    [
      "an unknown stage",
      () => [a(), "--out", path("out"), "--dump", "fbank"],
      2,
      /--dump takes all, .*not fbank/,
    ],
    [
      "an unknown preset",
      () => [a(), "--out", path("out"), "--preset", "huge"],
      2,
      /no preset "huge"; there are community-1, .*compact/,
    ],
    [
      "no speakers",
      () => [a(), "--out", path("out"), "--num-speakers", "0"],
      2,
      /whole number from 1, not 0/,
    ],
    [
      "hints that contradict each other",
      () => [a(), "--out", path("out"), "--min-speakers", "3", "--max-speakers", "2"],
      2,
      /--min-speakers must not exceed --max-speakers/,
    ],
    ["an unknown option", () => [a(), "--output", path("out")], 2, /Unknown option --output/],
    [
      "a recording that is not there",
      () => [path("b.wav"), "--out", path("out")],
      3,
      /b\.wav does not exist/,
    ],
    ["an empty folder", () => [path("empty"), "--out", path("out")], 3, /empty holds no recording/],
  ])("%s", async (_, args, wanted, message) => {
    const { status, stdout, stderr } = await diarizeCommand(args());
    expect([status, stdout]).toEqual([wanted, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.startsWith("error: ")).toBe(true);
    expect(stderr.endsWith("Try --help.\n")).toBe(wanted === 2);
    expect(scratch.files(".")).not.toContain("out");
  }, SLOW);

  const here = model("wespeaker_resnet34_lm.onnx") !== undefined;
  test.skipIf(here)("weights that are not there: exit 3, what to do, and no folder left", async () => {
    const other = await diarizeCommand([path("one"), "--out", path("other")]);
    expect(other.stderr).toMatch(
      /^note: Preset (own|hybrid) is taken, .*dialab fetch models/,
    );
    const { status, stderr } = await diarizeCommand([
      ...[path("one"), "--out", path("out"), "--preset", "community-1"],
    ]);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /^error: .* (was|were) not found: no .*\. (Fetch( it)?: npx dialab fetch models|It is not)/,
    );
    expect(scratch.files(".")).not.toContain("out");
  }, SLOW);
});

test("--help reads as a man page within 80 columns", async () => {
  const { status, stdout } = await diarizeCommand(["--help"]);
  expect(status).toBe(0);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  for (const part of ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"]) {
    expect(stdout.split("\n")).toContain(part);
  }
}, SLOW);
