/** The score command on parts that NIST leaves out, channels, and turns that stand there twice. */
import { afterAll, describe, expect, test } from "bun:test";
import { hyp, line, noScore, ref, ScoreCommand } from "./score_command.ts";

const command = new ScoreCommand();
afterAll(() => command[Symbol.dispose]());
const score: ScoreCommand["score"] = (...args) => command.score(...args);

describe("no-score parts", () => {
  // Right values by md-eval-22, whose rules are in docs/metrics.md.
  test.each<[string, string, number, number]>([
    ["NOSCORE in the middle", noScore("talk", "NOSCORE", 8, 4), 0, 16],
    [
      "NOSCORE twice, overlapping",
      noScore("talk", "NOSCORE", 8, 3) + noScore("talk", "NOSCORE", 9, 3),
      0,
      16,
    ],
    ["a laugh, grown to the turn's start and by 0.5 s", noScore("talk", "NON-LEX", 10.5, 1, "laugh"), 0, 18],
    [
      "a cough far from a bound, grown by 0.5 s each way",
      noScore("talk", "NON-LEX", 10.75, 0.75, "cough"),
      0.25 / 18.25,
      18.25,
    ],
    [
      "two breaths 1 s apart, which are one",
      noScore("talk", "NON-LEX", 4, 1, "breath") + noScore("talk", "NON-LEX", 6, 1, "breath"),
      2 / 16,
      16,
    ],
    [
      "two breaths more than 1 s apart",
      noScore("talk", "NON-LEX", 3, 1, "breath") + noScore("talk", "NON-LEX", 6, 1, "breath"),
      2 / 16,
      16,
    ],
    [
      "a word stops the growth",
      "LEXEME talk 1 11 1 word lex bob <NA> <NA>\n" + noScore("talk", "NON-LEX", 10.25, 0.5, "Sneeze"),
      1 / 19,
      19,
    ],
    ["a laugh after the last turn, to the end", noScore("talk", "NON-LEX", 20.5, 1, "laugh"), 2 / 20, 20],
    ["a subtype that NIST scores", noScore("talk", "NON-LEX", 10, 2, "sigh"), 0.1, 20],
    ["NON-SPEECH, which NIST scores", noScore("talk", "NON-SPEECH", 10, 2, "music"), 0.1, 20],
    ["NOSCORE of another channel", noScore("talk", "NOSCORE", 8, 4, "<NA>", "2"), 0.1, 20],
  ])("%s", (_, lines, der, total) => {
    const files = { "ref.rttm": ref + lines, "hyp.rttm": hyp, "x.uem": "talk 1 0 40\n" };
    const nist = score(files, "ref.rttm", "hyp.rttm", "--uem", "x.uem", "--nist");
    expect([nist.status, nist.result.warnings]).toEqual([0, []]);
    expect(nist.overall.total).toBeCloseTo(total, 9);
    expect(nist.overall.der).toBeCloseTo(der, 9);
    const plain = score(files, "ref.rttm", "hyp.rttm", "--uem", "x.uem");
    expect([plain.status, plain.overall.der, plain.overall.total]).toEqual([0, 0.1, 20]);
    const unheeded =
      lines.match(/^(NOSCORE|NON-LEX \S+ \S+ \S+ \S+ \S+ (laugh|cough|breath|sneeze))/gim)?.length ?? 0;
    expect(plain.result.warnings).toEqual(
      unheeded === 0 ? [] : [
        `ref.rttm: ${unheeded} no-score ${unheeded === 1 ? "line" : "lines"} (NOSCORE, NON-LEX) ` +
        `${unheeded === 1 ? "is" : "are"} not taken into account; --no-score nist leaves out what NIST does.`,
      ],
    );
  });
});

test("a NON-LEX part after the last turn reaches to the end, as in md-eval", () => {
  const files = {
    "ref.rttm": ref + noScore("talk", "NON-LEX", 20.5, 1, "laugh"),
    "hyp.rttm": hyp + line("talk", 30, 5, "z"),
    "x.uem": "talk 1 0 40\n",
  };
  const claimed = (...args: string[]) =>
    score(files, "ref.rttm", "hyp.rttm", "--uem", "x.uem", ...args).overall.falseAlarm;
  expect([claimed(), claimed("--nist"), claimed("--nist", "--no-score", "ignore")]).toEqual([5, 0, 5]);
});

describe("channels", () => {
  const files = {
    "ref.rttm": line("call", 0, 10, "ann", "A") + line("call", 0, 10, "bob", "B") + line("talk", 0, 5, "cem"),
    "hyp.rttm": line("call", 0, 10, "x", "a") + line("call", 5, 5, "y", "b") + line("talk", 0, 5, "z", "0"),
  };

  test("are scored as one with a warning", () => {
    const { status, der, result } = score(files, "ref.rttm", "hyp.rttm");
    expect([status, der]).toEqual([0, { call: 0.25, talk: 0 }]);
    expect(result.warnings).toEqual([
      "Recording call has several channels (a, b), scored as one; --channels apart scores each.",
    ]);
  });

  test("are scored apart under --nist, each by its own part of the UEM, and one channel by any name", () => {
    const { status, der, result } = score(files, "ref.rttm", "hyp.rttm", "--nist");
    expect([status, der, result.warnings]).toEqual([0, { "call:a": 0, "call:b": 0.5, "talk": 0 }, []]);
    const uem = { "x.uem": "call A 0 10\ncall b 0 5\ntalk NA 0 5\n" };
    const within = score(
      { ...files, ...uem },
      "ref.rttm",
      "hyp.rttm",
      "--channels",
      "apart",
      "--uem",
      "x.uem",
    );
    expect([within.status, within.der]).toEqual([0, { "call:a": 0, "call:b": 1, "talk": 0 }]);
    const na = score(
      { ...files, "x.uem": "call NA 0 5\n" },
      "ref.rttm",
      "hyp.rttm",
      "--nist",
      "--uem",
      "x.uem",
    );
    expect(na.der).toEqual({ "call:a": 0, "call:b": 1, "talk": 0 });
    expect(na.result.warnings).toEqual(["Recording talk is not in x.uem; all of it is scored."]);
  });

  test.each<[string, string, string, number, string[]]>([
    ["its own", "m 1 0 5\nm 2 0 10\n", "1", 0, []],
    ["NA", "m NA 0 5\n", "1", 0, []],
    ["any, as it has no name itself", "m 2 0 5\n", "<NA>", 0, []],
    ["none", "m 2 0 5\n", "1", 0.5, [
      "Recording m is not with channel 1, only with 2, in x.uem; all of it is scored.",
    ]],
  ])("of which there is one take the lines of the UEM of the same name: %s", (_, uem, channel, der, told) => {
    const scored = score(
      {
        "ref.rttm": line("m", 0, 10, "ann", channel),
        "hyp.rttm": line("m", 0, 5, "x", channel),
        "x.uem": uem,
      },
      ...["ref.rttm", "hyp.rttm", "--nist", "--uem", "x.uem"],
    );
    expect([scored.status, scored.der, scored.result.warnings]).toEqual([0, { m: der }, told]);
  });

  test("without a counterpart are silence, or have no reference", () => {
    const one = { ...files, "hyp.rttm": line("call", 0, 10, "x", "a") + line("call", 0, 3, "x", "c") };
    const { der, result } = score(one, "ref.rttm", "hyp.rttm", "--nist");
    expect(der).toEqual({ "call:a": 0, "call:b": 1, "talk": 1 });
    expect(result.warnings.length).toBe(3);
  });
});

describe("turns of one speaker upon each other", () => {
  const told = ({ result }: ReturnType<typeof score>) => result.warnings as string[];

  test("are counted each, with a hint that says where, how long and how many are there twice", () => {
    const again = hyp + line("talk", 12, 8, "y");
    const scored = score({ "ref.rttm": ref, "hyp.rttm": again }, "ref.rttm", "hyp.rttm");
    expect([scored.status, scored.der, scored.overall.falseAlarm]).toEqual([0, { talk: 0.5 }, 8]);
    expect(told(scored)).toEqual([
      "hyp.rttm: in recording talk, turns of one speaker overlap for 8.000 s, 1 of them a turn that stands there before; " +
      "each counts, --self-overlap nist counts a speaker once.",
    ]);
    const nist = score(
      { "ref.rttm": ref, "hyp.rttm": again },
      "ref.rttm",
      "hyp.rttm",
      "--self-overlap",
      "nist",
    );
    expect([nist.der, told(nist)]).toEqual([{ talk: 0.1 }, []]);
  });

  test("of many recordings are told in one sentence; those of different speakers, or by a rounding, not at all", () => {
    const both = (uri: string) => line(uri, 0, 10, "ann") + line(uri, 8, 4, "ann") + line(uri, 9, 4, "bob");
    const files = {
      "ref.rttm": both("a") + both("b"),
      "hyp.rttm": line("a", 0, 5.001, "x") + line("a", 5, 5, "x"),
    };
    expect(told(score(files, "ref.rttm", "hyp.rttm"))).toEqual([
      "ref.rttm: in 2 recordings (first: a), turns of one speaker overlap for 4.000 s; each counts, " +
      "--self-overlap nist counts a speaker once.",
      "Recording b has no hypothesis; it is scored as if nobody was found to speak.",
    ]);
  });
});
