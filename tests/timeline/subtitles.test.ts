import { describe, expect, test } from "bun:test";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Annotation,
  formatSrt,
  parseSrt,
  parseVtt,
  readSrt,
  readVtt,
  Segment,
  type SubtitleOptions,
  type TimelineFileError,
} from "#lib/timeline/mod.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";

/** One second for each text, from 0 on. */
const srt = (...texts: string[]) =>
  texts.map((text, i) => `${i + 1}\n00:00:0${i},000 --> 00:00:0${i + 1},000\n${text}\n`).join("\n");

/** The speakers second by second, and what is said about it. */
function read(text: string, options: SubtitleOptions = {}, parse = parseSrt) {
  const warnings: string[] = [];
  const faults: string[] = [];
  const annotation = parse(text, {
    file: "a.srt",
    ...options,
    warn: (warning) => warnings.push(warning.replace("a.srt: ", "")),
    onFault: ({ message }: TimelineFileError) => faults.push(message),
  });
  const turns = [...annotation.itertracks({ yieldLabel: true })].map((
    [{ start }, , label],
  ) => [start, label]);
  return { turns, warnings, faults };
}

describe("speakers at the head of cues", () => {
  test.each<[string, string[], (string | number)[][]]>([
    ["WhisperX", ["[SPEAKER_00]: Good.", "[SPEAKER_01]: Hello."], [[0, "SPEAKER_00"], [1, "SPEAKER_01"]]],
    ["in brackets without colon", ["[SPEAKER_00] Good.", "[speaker 1] Hello."], [[0, "SPEAKER_00"], [
      1,
      "speaker 1",
    ]]],
    ["without brackets", ["SPEAKER_00: Good.", "Speaker 1: Hello."], [[0, "SPEAKER_00"], [1, "Speaker 1"]]],
    ["letters", ["Speaker A: Good.", "S2: Hello."], [[0, "Speaker A"], [1, "S2"]]],
    ["names in brackets", ["[Ann Lee]: Good.", "(Bob): Hello."], [[0, "Ann Lee"], [1, "Bob"]]],
    ["behind the chevrons of broadcasts", [">> SPEAKER_1: Good.", ">> SPEAKER_2: Hello."], [
      [0, "SPEAKER_1"],
      [1, "SPEAKER_2"],
    ]],
    ["in tags", ["<i>[SPEAKER_00]: Good.</i>", "{\\an8}SPEAKER_01: Hello."], [[0, "SPEAKER_00"], [
      1,
      "SPEAKER_01",
    ]]],
    ["as voices", ["<v Ann>Good.", "<v.loud Bob Day>Hello.</v>"], [[0, "Ann"], [1, "Bob Day"]]],
    ["two to a cue", ["- SPEAKER_00: Good.\n- SPEAKER_01: Hello."], [[0, "SPEAKER_00"], [0, "SPEAKER_01"]]],
    ["over several lines", ["[SPEAKER_00]: Good\nmorning: all"], [[0, "SPEAKER_00"]]],
  ])("%s", (_, texts, turns) => {
    expect(read(srt(...texts))).toEqual({ turns, warnings: [], faults: [] });
  });

  test("a mere name and colon counts where most cues have one, with a warning", () => {
    const { turns, warnings } = read(srt("ANN: Good.", "Bob Day: Hello.", "ANN: Yes.", "Well."));
    expect(turns).toEqual([[0, "ANN"], [1, "Bob Day"], [2, "ANN"], [3, "UNKNOWN"]]);
    expect(warnings).toEqual([
      '3 of 4 cues start with a name and a colon, which is taken for the speaker (ANN, Bob Day); labels: "text" takes all of the text.',
      "1 of 4 cues names no speaker and is labelled UNKNOWN (first: line 14).",
    ]);
  });

  test("a colon within what is said counts for nothing", () => {
    const { turns, warnings } = read(srt("Then: nothing.", "He came.", "We left at ten."));
    expect(turns.map(([, label]) => label)).toEqual(["Then: nothing.", "He came.", "We left at ten."]);
    expect(warnings).toEqual([
      "no cue names its speaker, so the text of each is its label: 3 cues have 3 labels.",
    ]);
  });

  test("cues that name nobody are one speaker of a name that can be given, with a warning", () => {
    const text = srt("[SPEAKER_00]: Good.", "Hello.", "[laughs] Right.");
    const { turns, warnings } = read(text, { unlabelled: "?" });
    expect(turns).toEqual([[0, "SPEAKER_00"], [1, "?"], [2, "?"]]);
    expect(warnings).toEqual(["2 of 3 cues name no speaker and are labelled ? (first: line 6)."]);
  });

  test("can be asked for, or not", () => {
    const text = srt("Ann: Good.", "Hello.", "Well.");
    expect(read(text, { labels: "prefix" }).turns).toEqual([[0, "Ann"], [1, "UNKNOWN"], [2, "UNKNOWN"]]);
    expect(read(text, { labels: "text" })).toEqual({
      turns: [[0, "Ann: Good."], [1, "Hello."], [2, "Well."]],
      warnings: [],
      faults: [],
    });
    expect(() => parseSrt(text, { labels: "x" as "text" })).toThrow(
      'Labels are "auto", "prefix" or "text", got "x"',
    );
  });

  test("names that were written are read back without a word", () => {
    const names = ["SPEAKER_00", "Ann Lee", "SPEAKER_00", "Dr. Bob"];
    const annotation = new Annotation();
    names.forEach((name, i) => annotation.add(new Segment(i, i + 1), name));
    expect(read(formatSrt(annotation))).toEqual({
      turns: names.map((name, i) => [i, name]),
      warnings: [],
      faults: [],
    });
  });
});

describe("cues that are not as they should be", () => {
  test.each([
    ["without number", "00:00:00,000 --> 00:00:01,000\nann\n", "1 cue has no number (line 1)"],
    ["with short times", "1\n0:00:00 --> 0:00:01.0\nann\n", "1 time is not written as 00:00:01,500 (line 2)"],
    ["without hours", "1\n00:00,000 --> 00:01,000\nann\n", "1 time is not written as 00:00:01,500 (line 2)"],
    [
      "without length",
      "1\n00:00:00,000 --> 00:00:01,000\nann\n\n2\n00:00:03,000 --> 00:00:03,000\nann\n",
      "1 turn has no length and is left out (line 6)",
    ],
    [
      "without a blank line",
      "1\n00:00:00,000 --> 00:00:01,000\nann\n2\n00:00:03,000 --> 00:00:03,000\nann\n",
      "1 cue follows without a blank line (line 4); 1 turn has no length and is left out (line 5)",
    ],
  ])("%s are forgiven with a warning, refused when strict", (_, text, told) => {
    expect(read(text)).toEqual({ turns: [[0, "ann"]], warnings: [`${told}.`], faults: [] });
    expect(() => parseSrt(text, { strict: true })).toThrow(/strict reading refuses/);
  });

  test("are left out and named, the rest is read", () => {
    const text = srt("ann", "ann", "ann").replace("00:00:01,000 --> 00:00:02,000", "soon --> later");
    const { turns, faults } = read(text);
    expect(turns).toEqual([[0, "ann"], [2, "ann"]]);
    expect(faults).toEqual([expect.stringMatching(/^a\.srt:6: "soon --> later" is no timing/)]);
    expect(() => parseSrt(text)).toThrow(/is no timing/);
  });
});

describe("WebVTT", () => {
  const text = [
    "\uFEFFWEBVTT - made by hand",
    "Kind: captions",
    "",
    "NOTE",
    "nothing --> of this",
    "",
    "STYLE",
    "::cue { color: red }",
    "",
    "first",
    "00:00.000 --> 00:01.000 align:start position:0%",
    "<v Ann Lee>Good morning.</v>",
    "",
    "00:00:01.000 --> 00:00:02.000",
    "<v Bob>Hello.",
    "<v Ann Lee>Yes.",
    "",
    "02:00:00.000 --> 02:00:01.000",
    "SPEAKER_02: late",
  ].join("\r\n");

  test("is read with its voices", () => {
    expect(read(text, {}, parseVtt)).toEqual({
      turns: [[0, "Ann Lee"], [1, "Bob"], [1, "Ann Lee"], [7200, "SPEAKER_02"]],
      warnings: [],
      faults: [],
    });
  });

  test("is not taken for SRT, nor SRT for it; a bad cue is named", () => {
    expect(() => parseSrt(text, { file: "a.srt" })).toThrow(
      /^a\.srt:1: this is WebVTT, to be read with readVtt/,
    );
    expect(() => parseVtt(srt("ann"), { file: "a.vtt" })).toThrow(/^a\.vtt:1: the first line is not WEBVTT/);
    const { turns, faults } = read(text.replace("00:00:01.000 -->", "00:00:61.000 -->"), {}, parseVtt);
    expect([turns.length, faults]).toEqual([2, [expect.stringMatching(/^a\.srt:14: .* is no timing/)]]);
    expect(read("WEBVTT", {}, parseVtt).turns).toEqual([]);
  });

  test("files are read", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "dialab-")), "a.vtt");
    await writeFile(path, text);
    expect((await readVtt(path, { uri: "talk" })).labels()).toEqual(["Ann Lee", "Bob", "SPEAKER_02"]);
  });
});

describeWith("the handed subtitles", fixture("cases/srt-with-speaker-prefix/talk.srt"), (path) => {
  test("have two speakers", async () => {
    expect((await readSrt(path)).chart()).toEqual([["SPEAKER_00", 3.5], ["SPEAKER_01", 1]]);
  });
});
