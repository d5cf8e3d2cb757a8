import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Annotation, parseRttm, parseUem, Segment, type TimelineFileError } from "#lib/timeline/mod.ts";
import { fixture } from "../harness/shared_data.ts";

const turn = (start: string, duration: string, end = "<NA> <NA> x <NA> <NA>") =>
  `SPEAKER a 1 ${start} ${duration} ${end}`;

/** What is read, and what is said about it. */
function read(text: string, options: { strict?: boolean } = {}) {
  const warnings: string[] = [];
  const faults: TimelineFileError[] = [];
  const recordings = parseRttm(text, {
    file: "a.rttm",
    ...options,
    warn: (warning) => warnings.push(warning),
    onFault: (fault) => faults.push(fault),
  });
  const turns = [...recordings.get("a")?.itertracks({ yieldLabel: true }) ?? []]
    .map(([{ start, end }, , label]) => [start, end, label]);
  return { turns, warnings, faults: faults.map(({ message }) => message) };
}

describe("an RTTM is read without a word", () => {
  test.each([
    ["with 9 fields", turn("1", "2", "<NA> <NA> x <NA>")],
    ["with a byte order mark", `\uFEFF${turn("1", "2")}`],
    ["with CRLF", `${turn("1", "2")}\r\n`],
    ["with CR alone", `;; old\r${turn("1", "2")}\r`],
    ["with spaces at the ends", `  ${turn("1", "2")}  \t\n`],
    ["with other spaces between", turn("1", "2").replaceAll(" ", "\u00a0\t")],
    ["with comments of NIST", `;; a\n${turn("1", "2")}\n  ;;b`],
    ["with an exponent", turn("1e0", "20E-1")],
    ["with a sign", turn("+1", "+2.")],
    ["without a digit before the point", turn("1.", "2")],
    ["with more digits than a double has", turn("1.00000000000000000000", "2.0000000000000000000")],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual({ turns: [[1, 3, "x"]], warnings: [], faults: [] });
    expect(read(text, { strict: true })).toEqual({ turns: [[1, 3, "x"]], warnings: [], faults: [] });
  });
});

describe("an RTTM is forgiven with one warning, and refused when strict", () => {
  test.each<[string, string, (string | number)[][], string]>([
    [
      "a start of -0.001",
      turn("-0.001", "3.001"),
      [[0, 3, "x"]],
      "1 turn starts before 0 and is cut there (line 1)",
    ],
    ["a turn before 0", turn("-3", "2"), [], "1 turn starts before 0 and is cut there (line 1)"],
    [
      "no length",
      `${turn("1", "2")}\n${turn("4", "0")}`,
      [[1, 3, "x"]],
      "1 turn has no length and is left out (line 2)",
    ],
    [
      "a comment after #",
      `# made by\n${turn("1", "2")}`,
      [[1, 3, "x"]],
      "1 comment does not start with ;; (line 1)",
    ],
    [
      "one semicolon",
      `; made by\n${turn("1", "2")}`,
      [[1, 3, "x"]],
      "1 comment does not start with ;; (line 1)",
    ],
    [
      "a comment at the end",
      `${turn("1", "2")} ;; note it`,
      [[1, 3, "x"]],
      "1 comment stands behind a line (line 1)",
    ],
    [
      "a # comment at the end",
      `${turn("1", "2")} # no`,
      [[1, 3, "x"]],
      "1 comment stands behind a line (line 1)",
    ],
    [
      "_ between digits, as Python's float has it",
      turn("1", "0_2.000_0"),
      [[1, 3, "x"]],
      "1 number has _ between its digits (line 1)",
    ],
    [
      "8 fields",
      turn("1", "2", "<NA> <NA> x"),
      [[1, 3, "x"]],
      "1 line has 8 fields instead of 9 or 10 (line 1)",
    ],
    [
      "8 fields and a comment",
      turn("1", "2", "<NA> <NA> x # y"),
      [[1, 3, "x"]],
      "1 comment stands behind a line (line 1); " +
      "1 line has 8 fields instead of 9 or 10 (line 1)",
    ],
    [
      "11 fields",
      turn("1", "2", "<NA> <NA> x <NA> 0.9 extra"),
      [[1, 3, "x"]],
      "1 line goes on after its tenth field (line 1)",
    ],
    [
      "small letters",
      turn("1", "2").replace("SPEAKER", "speaker"),
      [[1, 3, "x"]],
      "1 type is not in capitals (line 1)",
    ],
    ["NIST's stars", turn("1.0*", "*2.0"), [[1, 3, "x"]], "2 times are marked with * (first: line 1)"],
    [
      "many of one kind",
      `${turn("1", "2")}\n\n${turn("-1", "2")}\n${turn("-2", "4")}`,
      [[0, 1, "x"], [0, 2, "x"], [1, 3, "x"]],
      "2 turns start before 0 and are cut there (first: line 3)",
    ],
  ])("for %s", (_, text, turns, told) => {
    expect(read(text)).toEqual({ turns, warnings: [`a.rttm: ${told}.`], faults: [] });
    const strict = read(text, { strict: true });
    expect(strict.faults.length).toBeGreaterThan(0);
    expect([strict.warnings, strict.faults[0]]).toEqual([
      [],
      expect.stringContaining("which strict reading refuses"),
    ]);
    expect(() => parseRttm(text, { strict: true })).toThrow(/strict/);
  });
});

describe("a line of an RTTM that cannot be read", () => {
  const good = [turn("1", "2"), turn("5", "1")];

  test.each([
    [turn("nan", "2"), /start "nan" is not a time/],
    [turn("1", "-2"), /duration "-2" is negative/],
    [turn("1", "inf"), /duration "inf" is not a time/],
    [turn("1,5", "2"), /start "1,5" is not a time/],
    [turn("", "2"), /9 fields|is not a time/],
    ["SPEAKER a 1 3", /4 fields, a SPEAKER line needs 9 or 10/],
    [turn("1", "2", "<NA> <NA> Ann Lee <NA> <NA>"), /cannot hold spaces/],
    ["SPEAKER a 1 1 2 <NA> x <NA>", /8 fields/],
    ["<html>", /type "<html>" is not known/],
    ["NOSCORE a 1 x 2 <NA> <NA> <NA> <NA>", /start "x" is not a time/],
  ])("is left out and named where faults are taken, thrown where not: %s", (line, message) => {
    const text = [good[0], line, good[1]].join("\n");
    const { turns, faults } = read(text);
    expect(turns).toEqual([[1, 3, "x"], [5, 6, "x"]]);
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(faults[0]).toMatch(/^a\.rttm:2: /);
    expect(() => parseRttm(text, { warn: () => {} })).toThrow(message);
  });

  test("among many does not stop the others, which are read as ever", () => {
    const lines = Array.from({ length: 5000 }, (_, i) => turn(`${i}.25`, "0.5"));
    lines[3333] = "SPEAKER a 1 3333 oops <NA> <NA> x <NA> <NA>";
    const { turns, faults } = read(lines.join("\n"));
    expect([turns.length, turns[3333]]).toEqual([4999, [3334.25, 3334.75, "x"]]);
    expect(faults).toEqual([expect.stringMatching(/^a\.rttm:3334: duration "oops" is not a time/)]);
  });
});

test("turns are the same doubles whether read where they stand or field by field", () => {
  for (let i = 0; i < 2000; i++) {
    const [start, duration] = [(i * 7919.0137 % 86400).toFixed(i % 9), (0.001 + i / 7).toFixed(3 + i % 6)];
    const plain = parseRttm(turn(start, duration)).get("a")!.extent();
    expect([...plain]).toEqual([Number(start), Number(start) + Number(duration)]);
  }
  for (
    const start of [
      "0.1234567890123456",
      "1234567.8901234567891",
      "0.000000000000000000123",
      "00000000000000001.1",
    ]
  ) {
    expect(parseRttm(turn(start, "1")).get("a")!.extent().start).toBe(Number(start));
  }
});

test("what was read is as if its turns had been set one by one, and can be changed", () => {
  const lines = Array.from({ length: 30 }, (_, i) => [i % 3, i % 3 + 1 + i % 2, `s${i % 7}`] as const);
  const text = lines.map(([start, end, who]) => turn(`${start}`, `${end - start}`, `<NA> <NA> ${who} <NA>`))
    .join("\n");
  const set = new Annotation({ uri: "a" });
  lines.forEach(([start, end, who], i) => set.set(new Segment(start, end), String(i), who));
  const fresh = () => parseRttm(text).get("a")!;
  expect(fresh().equals(set)).toBe(true);
  expect([fresh().labels(), fresh().chart(), fresh().size]).toEqual([set.labels(), set.chart(), set.size]);
  expect(fresh().columns()).toMatchObject(set.columns());
  const more = new Segment(9, 10);
  expect(fresh().add(more, "new").equals(set.copy().add(more, "new"))).toBe(true);
  expect(fresh().set(more, "x", "new").equals(set.copy().set(more, "x", "new"))).toBe(true);
  expect(fresh().get(new Segment(0, 1), "0")).toBe("s0");
  const [less, expected] = [fresh(), set.copy()];
  expect([less.delete(new Segment(0, 1), "0"), expected.delete(new Segment(0, 1), "0")]).toEqual([
    true,
    true,
  ]);
  expect([less.equals(expected), less.columns()]).toEqual([true, expected.columns()]);
});

test("channels that are taken as one are told of", () => {
  const warnings: string[] = [];
  const warn = (warning: string) => warnings.push(warning);
  const line = (uri: string, channel: string) => `SPEAKER ${uri} ${channel} 0 1 <NA> <NA> ${channel} <NA>\n`;
  expect(parseRttm(line("a", "1") + line("a", "2"), { file: "a.rttm", warn }).get("a")!.labels()).toEqual([
    "1",
    "2",
  ]);
  parseRttm(line("a", "A") + line("b", "1") + line("b", "2") + line("a", "B"), { file: "b.rttm", warn });
  parseRttm(line("a", "A") + line("a", "a") + "SPKR-INFO a 2 <NA> <NA> <NA> unknown x <NA>\n", { warn });
  expect(warnings).toEqual([
    "a.rttm: recording a has channels that are taken as one (1, 2).",
    "b.rttm: 2 recordings have channels that are taken as one (a: a, b).",
  ]);
});

describe("a UEM", () => {
  test.each([
    ["# by hand\na 1 0 5", 5, "1 comment does not start with ;; (line 1)"],
    ["a 1 0 5 ; all", 5, "1 comment stands behind a line (line 1)"],
    ["a 1 -0.5 5", 5, "1 part starts before 0 and is cut there (line 1)"],
  ])("is forgiven %j", (text, seconds, told) => {
    const warnings: string[] = [];
    const parts = parseUem(text, { file: "a.uem", warn: (warning) => warnings.push(warning) });
    expect([parts.get("a")!.duration(), warnings]).toEqual([seconds, [`a.uem: ${told}.`]]);
    expect(() => parseUem(text, { strict: true })).toThrow(/strict/);
  });

  test("with a bad line names its recording and reads the rest", () => {
    const faults: TimelineFileError[] = [];
    const parts = parseUem("a 1 0 5\nb 1 9 3\nc\n", {
      file: "a.uem",
      onFault: (fault) => faults.push(fault),
    });
    expect([...parts.keys()]).toEqual(["a"]);
    expect(faults.map(({ uri, lineNumber }) => [uri, lineNumber])).toEqual([["b", 2], ["c", 3]]);
  });
});

test("turns of <NA> are of one speaker, which is told", () => {
  const warnings: string[] = [];
  const unnamed = "<NA> <NA> <NA> <NA> <NA>";
  const text = [turn("0", "1", unnamed), turn("2", "1", unnamed), turn("4", "1")].join("\n");
  const annotation = parseRttm(text, { file: "a.rttm", warn: (warning) => warnings.push(warning) }).get("a")!;
  expect(annotation.chart()).toEqual([["<NA>", 2], ["x", 1]]);
  expect(warnings).toEqual([
    "a.rttm: 2 turns have <NA> for their speaker, which is taken for a name (first: line 1).",
  ]);
  expect(() => parseRttm(text, { strict: true })).toThrow(/<NA> for its speaker/);
});

test.each(["1e300", "100000000000000000", "99999999999999"])(
  "a start at which a turn of a thousandth vanishes is beyond any recording: %s",
  (start) => {
    const text = turn(start, "0.001");
    expect(() => parseRttm(text, { file: "a.rttm" })).toThrow(
      `a.rttm:1: start "${start}" is beyond what a recording has: SPEAKER`,
    );
  },
);

const cases = fixture("cases/score-strict-lines");
test.skipIf(cases === undefined && !process.env.CI)("the handed files are read", () => {
  for (
    const name of ["start_minus_1_ms", "hash_comment", "one_semicolon", "comment_at_the_end", "eight_fields"]
  ) {
    const text = readFileSync(join(cases!, `${name}.rttm`), "utf8");
    const warnings: string[] = [];
    const talk = parseRttm(text, { warn: (warning) => warnings.push(warning) }).get("talk")!;
    expect([talk.chart(), warnings.length]).toEqual([[["x", 12], ["y", 8]], 1]);
  }
});

test.each([
  ["SPEAKER b 1 x 2 <NA>", "b"],
  ["SPEAKER b", "b"],
  ["noscore b 1 x 2 <NA>", "b"],
  ["SPKR b 1 0 1 <NA> <NA> x", "b"],
  ["hello b world", undefined],
])("a fault is of its recording, where the line tells it: %s", (line, uri) => {
  const faults: TimelineFileError[] = [];
  parseRttm(`${turn("1", "2")}\n${line}\n`, { warn: () => {}, onFault: (fault) => faults.push(fault) });
  expect(faults.map((fault) => fault.uri)).toEqual([uri]);
});
