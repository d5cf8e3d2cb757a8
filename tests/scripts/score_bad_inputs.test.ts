/** The score command on input that is not as it should be. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { describeWith, fixture } from "../harness/shared_data.ts";
import { hyp, line, noScore, ref, ScoreCommand, scoreIn } from "./score_command.ts";

const command = new ScoreCommand();
afterAll(() => command[Symbol.dispose]());
const score: ScoreCommand["score"] = (...args) => command.score(...args);

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

  test.skipIf(process.platform === "win32")("a pipe in a folder is passed over, nobody waits for it", () => {
    const cwd = command.put({ "refs/a.rttm": line("a", 0, 10, "ann"), "hyp.rttm": line("a", 0, 10, "x") });
    spawnSync("mkfifo", [join(cwd, "refs", "b.rttm")]);
    const { status, result, der } = scoreIn(cwd, "refs", "hyp.rttm");
    expect([status, der]).toEqual([0, { a: 0 }]);
    expect(result.warnings).toEqual(["refs: a pipe, socket or device is passed over: b.rttm."]);
    spawnSync("mkfifo", [join(cwd, "pipe.uem")]);
    const uem = scoreIn(cwd, "refs", "hyp.rttm", "--uem", ".");
    expect([uem.status, uem.stderr.includes("holds no .uem file")]).toEqual([3, true]);
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
      "a UEM with a gap",
      { "x.uem": "talk 1 20 21\ntalk 1 30 31\n" },
      ["--uem", "x.uem"],
      /its UEM lies outside .*20\.000 to 21\.000 s, 30\.000 to 31\.000 s; the reference speaks from/,
    ],
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
