import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const line = (uri: string, start: number | string, duration: number | string, who: string, channel = "1") =>
  `SPEAKER ${uri} ${channel} ${start} ${duration} <NA> <NA> ${who} <NA> <NA>\n`;
const noScore = (uri: string, type: string, start: number, duration: number, what = "<NA>", channel = "1") =>
  `${type} ${uri} ${channel} ${start} ${duration} <NA> ${what} <NA> <NA> <NA>\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dialab-score-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below a folder of their own and scores there. */
function score(files: Record<string, string | Uint8Array>, ...args: string[]) {
  const cwd = mkdtempSync(join(folder, "case-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return scoreIn(cwd, ...args);
}

function scoreIn(cwd: string, ...args: string[]) {
  const script = join(projectRoot(), "scripts", "score.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args, "--json"], {
    cwd,
    encoding: "utf8",
  });
  const result = stdout === "" ? undefined : JSON.parse(stdout);
  const der: Record<string, number | null> = {};
  for (const file of result?.files ?? []) der[file.uri] = file.diarization.der;
  return { status, stderr, result, der, overall: result?.overall.diarization };
}

const ref = line("talk", 0, 10, "ann") + line("talk", 10, 10, "bob");
const hyp = line("talk", 0, 12, "x") + line("talk", 12, 8, "y");

describe("one bad thing does not stop the rest", () => {
  test.each([["reference", 0.1], ["hypothesis", 0.1]] as const)(
    "a line of a %s among many: the others are scored, it is named, exit 1",
    (side, expected) => {
      const sides = { reference: ref + line("b", 0, 10, "ann"), hypothesis: hyp + line("b", 0, 5, "x") };
      sides[side] += "SPEAKER talk 1 oops 1 <NA> <NA> x <NA> <NA>\n";
      const { status, stderr, result, der } = score(
        { "ref.rttm": sides.reference, "hyp.rttm": sides.hypothesis },
        "ref.rttm",
        "hyp.rttm",
      );
      const place = `${side.slice(0, 3)}.rttm:4`;
      expect([status, der]).toEqual([1, { b: 0.5, talk: expected }]);
      expect(stderr).toContain(`error: ${place}: start "oops" is not a time`);
      expect(result.faults).toEqual([expect.stringMatching(new RegExp(`^${place}: `))]);
      expect(result.warnings).toEqual([]);
    },
  );

  test.each([
    ["that names its recording", line("b", 0, "oops", "x"), "hyp.rttm:3, a line of its hypothesis,"],
    ["whose type is not known", "SPEAKR b 1 0 5 <NA> <NA> x <NA>\n", "hyp.rttm:3, a line of its hypothesis,"],
    ["that names no recording", "SPEAKER\n", "its hypothesis may stand in hyp.rttm:3, which"],
    ["that names another", line("bb", 0, "oops", "x"), "its hypothesis may stand in hyp.rttm:3, which"],
    ["of prose", "# A title\nSome prose here.\n", "its hypothesis may stand in hyp.rttm:4, which"],
  ])("a recording whose one line may be one %s is not taken for silence", (_, bad, why) => {
    const { status, der, result } = score(
      { "ref.rttm": ref + line("b", 0, 10, "ann"), "hyp.rttm": hyp + bad },
      "ref.rttm",
      "hyp.rttm",
    );
    expect([status, der]).toEqual([1, { talk: 0.1 }]);
    expect(result.faults.slice(1)).toEqual([`Recording b is not scored: ${why} cannot be read.`]);
    expect(result.warnings.filter((told: string) => told.includes("no hypothesis"))).toEqual([]);
  });

  test("a file that is no RTTM at all gives no figure, also where one recording is under another name", () => {
    const other = line("other", 0, 10, "x") + line("other", 10, "oops", "x");
    for (const text of ["# A title\n\nSome prose here.\n", other]) {
      const { status, der, overall, result } = score(
        { "ref.rttm": ref, "hyp.rttm": text },
        "ref.rttm",
        "hyp.rttm",
      );
      expect([status, der, overall.der]).toEqual([1, {}, null]);
      expect(result.faults.at(-1)).toMatch(/^Recording talk is not scored: its hypothesis may stand in hyp/);
    }
  });

  test("a UEM's line without a recording leaves out those that it does not list", () => {
    const { status, der, result } = score(
      {
        "ref.rttm": line("a", 0, 10, "ann") + line("b", 0, 10, "ann"),
        "hyp.rttm": line("a", 0, 10, "x") + line("b", 0, 10, "x"),
        "talk.uem": "a 1 0 8\nmy b 1 0 8\n",
      },
      "ref.rttm",
      "hyp.rttm",
      "--uem",
      "talk.uem",
    );
    expect([status, der]).toEqual([1, { a: 0 }]);
    expect(result.faults[1]).toBe(
      "Recording b is not scored: its UEM may stand in talk.uem:2, which cannot be read.",
    );
  });

  test("a hundred lines: ten are named, the rest is counted", () => {
    const bad = Array.from({ length: 100 }, (_, i) => line("talk", "nan", i, "x")).join("");
    const { status, result } = score({ "ref.rttm": ref, "hyp.rttm": bad + hyp }, "ref.rttm", "hyp.rttm");
    expect([status, result.faults.length]).toEqual([1, 11]);
    expect(result.faults[10]).toBe("hyp.rttm: 90 more lines cannot be read.");
  });

  test.each(["refs", "hyps"])("a recording in two files of %s is left out, the others are scored", (side) => {
    const files: Record<string, string> = {
      "refs/a.rttm": line("a", 0, 10, "ann"),
      "refs/b.rttm": line("b", 0, 10, "ann"),
      "hyps/a.rttm": line("a", 0, 10, "x"),
      "hyps/b.rttm": line("b", 0, 5, "x"),
    };
    files[`${side}/again.rttm`] = line("a", 3, 1, "z");
    const { status, result, der } = score(files, "refs", "hyps");
    expect([status, der]).toEqual([1, { b: 0.5 }]);
    expect(result.faults).toEqual([
      `Recording a stands in two files of ${side}: a.rttm and again.rttm; it is not scored.`,
    ]);
  });

  test("a hypothesis that cannot be read is not taken for silence", () => {
    const latin = Uint8Array.from(line("b", 0, 10, "Ren\u00e9"), (letter) => letter.charCodeAt(0));
    const { status, result, der } = score(
      {
        "refs/all.rttm": line("a", 0, 10, "ann") + line("b", 0, 10, "ann"),
        "hyps/a.rttm": line("a", 0, 10, "x"),
        "hyps/b.rttm": latin,
      },
      "refs",
      "hyps",
    );
    expect([status, der]).toEqual([1, { a: 0 }]);
    expect(result.faults).toEqual([
      expect.stringMatching(/^hyps\/b\.rttm:1: byte 0xe9 is not UTF-8/),
      "Recording b is not scored: it may stand in hyps/b.rttm, which cannot be read.",
    ]);
  });

  test("what is left of one side is not taken for another recording", () => {
    const { status, der, result } = score(
      {
        "refs/a.rttm": line("a", 0, 10, "ann"),
        "refs/a2.rttm": line("a", 0, 10, "ann"),
        "refs/b.rttm": line("b", 0, 10, "ann"),
        "hyps/a.rttm": line("a", 0, 10, "x"),
        "hyps/c.rttm": line("c", 0, 10, "x"),
      },
      "refs",
      "hyps",
    );
    expect([status, der]).toEqual([1, { b: 1 }]);
    expect(result.warnings).toEqual([
      "Recording b has no hypothesis; it is scored as if nobody was found to speak.",
      "Recording c of the hypothesis has no reference; it is not scored.",
    ]);
  });

  test("a UEM's bad line leaves its recording out: what is scored of it is not known", () => {
    const { status, der, result } = score(
      {
        "ref.rttm": line("a", 0, 10, "ann") + line("b", 0, 10, "ann"),
        "hyp.rttm": line("a", 0, 10, "x") + line("b", 0, 10, "x"),
        "talk.uem": "a 1 0 8\nb 1 8 0\n",
      },
      "ref.rttm",
      "hyp.rttm",
      "--uem",
      "talk.uem",
    );
    expect([status, der]).toEqual([1, { a: 0 }]);
    expect(result.faults[1]).toBe(
      "Recording b is not scored: talk.uem:2, a line of its UEM, cannot be read.",
    );
  });

  test("files of macOS are passed over with a mention, other endings without", () => {
    const { status, result, der } = score(
      {
        "refs/a.rttm": line("a", 0, 10, "ann"),
        "refs/._a.rttm": Uint8Array.of(0, 5, 0x16, 7, 0, 2, 0, 0, 0xff),
        "refs/notes.txt": "not read",
        "refs/b.RTTM": line("b", 0, 10, "ann"),
        "hyp.rttm": line("a", 0, 10, "x") + line("b", 0, 10, "x"),
      },
      "refs",
      "hyp.rttm",
    );
    expect([status, der]).toEqual([0, { a: 0, b: 0 }]);
    expect(result.warnings).toEqual(["refs: 1 file of macOS is passed over: ._a.rttm."]);
  });

  test("small sins are forgiven with one warning a file, and refused by --strict", () => {
    const files = { "ref.rttm": ref, "hyp.rttm": "# by hand\n" + hyp + line("talk", 9, 0, "x") };
    const { status, result, der } = score(files, "ref.rttm", "hyp.rttm");
    expect([status, der, result.warnings]).toEqual([0, { talk: 0.1 }, [
      "hyp.rttm: 1 comment does not start with ;; (line 1); 1 turn has no length and is left out (line 4).",
    ]]);
    const strict = score(files, "ref.rttm", "hyp.rttm", "--strict");
    expect([strict.status, strict.result.faults.length, strict.result.warnings]).toEqual([1, 2, []]);
  });
});

describe("nothing scored is no perfect score", () => {
  test.each<[string, Record<string, string>, string[], RegExp]>([
    [
      "a UEM elsewhere",
      { "x.uem": "talk 1 20000 30000\n" },
      ["--uem", "x.uem"],
      /its UEM lies outside .*\.$/,
    ],
    [
      "a UEM in milliseconds",
      { "x.uem": "talk 1 1000 15000\n" },
      ["--uem", "x.uem"],
      /; is it in milliseconds\?$/,
    ],
    ["an empty UEM", { "x.uem": "talk 1 3 3\n" }, ["--uem", "x.uem"], /its UEM is empty\.$/],
    ["a wide collar", {}, ["--collar", "50"], /collars cover all of its turns\.$/],
    [
      "an empty reference",
      { "ref.rttm": "SPKR-INFO talk 1 <NA> <NA> <NA> unknown x <NA>\n" },
      [],
      /nobody speaks in its reference, while the hypothesis claims 20\.000 s\.$/,
    ],
    [
      "all of it NOSCORE",
      { "ref.rttm": ref + noScore("talk", "NOSCORE", 0, 20) },
      ["--nist"],
      /no-score parts cover/,
    ],
  ])("with %s", (_, files, args, told) => {
    const { status, stderr, result, der, overall } = score(
      { "ref.rttm": ref, "hyp.rttm": hyp, ...files },
      "ref.rttm",
      "hyp.rttm",
      ...args,
    );
    expect([status, der, overall.der, overall.total]).toEqual([1, { talk: null }, null, 0]);
    expect(result.warnings).toEqual([expect.stringMatching(told)]);
    expect(stderr).toContain("warning: nothing of talk is scored: ");
    const [{ jaccard, detection, purity, coverage }] = result.files;
    expect([jaccard.jer, detection.rate, detection.recall]).toEqual([null, null, null]);
    // These know no collar.
    expect([purity.purity, coverage.coverage]).toEqual(
      args[0] === "--collar" ? [0.9, 0.9] : [purity.purity, null],
    );
  });

  test("of one recording leaves the others their figures, exit 1", () => {
    const { status, der, overall } = score(
      {
        "ref.rttm": line("a", 0, 10, "ann") + line("b", 0, 10, "ann"),
        "hyp.rttm": line("a", 0, 5, "x") + line("b", 0, 10, "x"),
        "x.uem": "a 1 0 10\nb 1 50 60\n",
      },
      "ref.rttm",
      "hyp.rttm",
      "--uem",
      "x.uem",
    );
    expect([status, der, overall.der]).toEqual([1, { a: 0.5, b: null }, 0.5]);
  });
});

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

describeWith("the handed cases", fixture("cases"), (cases) => {
  test.each(["start_minus_1_ms", "hash_comment", "one_semicolon", "comment_at_the_end", "eight_fields"])(
    "%s scores 10 %%",
    (name) => {
      const { status, overall, result } = scoreIn(
        join(cases, "score-strict-lines"),
        "ref.rttm",
        `${name}.rttm`,
      );
      expect([status, overall.der, result.warnings.length]).toEqual([0, 0.1, 1]);
    },
  );

  test.each([["noscore", 16], ["laugh", 18]])("%s scores 0 %% of %d s", (name, total) => {
    const args = [`${name}.ref.rttm`, "hyp.rttm", "--uem", "talk.uem", "--nist"];
    const { status, overall } = scoreIn(join(cases, "score-noscore-zones"), ...args);
    expect([status, overall.der, overall.total]).toEqual([0, 0, total]);
  });

  test("nothing scored is told", () => {
    const { status, overall, stderr } = scoreIn(
      join(cases, "score-nothing-scored"),
      "ref.rttm",
      "hyp.rttm",
      "--uem",
      "elsewhere.uem",
    );
    expect([status, overall.der]).toEqual([1, null]);
    expect(stderr).toContain("nothing of talk is scored: its UEM lies outside");
  });
});
