import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dialab-score-"));
  const turns = (uri: string, ...rows: [number, number, string][]) =>
    rows.map(([start, duration, who]) => `SPEAKER ${uri} 1 ${start} ${duration} <NA> <NA> ${who} <NA> <NA>\n`)
      .join("");
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  put("ref.rttm", turns("talk", [0, 6, "ann"], [6, 4, "bob"]));
  put("hyp.rttm", turns("talk", [0, 7, "x"], [7, 4, "y"]));
  put("other.rttm", turns("elsewhere", [0, 7, "x"], [7, 4, "y"]));
  put("self.rttm", turns("talk", [0, 6, "x"], [2, 2, "x"], [6, 4, "y"]));
  put("bad.rttm", turns("talk", [0, 6, "ann"]) + "SPEAKER talk 1 zero 1 <NA> <NA> ann <NA> <NA>\n");
  put("empty.rttm", "");
  writeFileSync(join(folder, "latin.rttm"), turns("talk", [0, 6, "Ren\u00e9"]), "latin1");
  put("talk.uem", "talk 1 0 5\n");
  for (const side of ["refs", "hyps", "twice"]) mkdirSync(join(folder, side));
  put("refs/a.rttm", turns("a", [0, 10, "ann"]));
  put("refs/b.rttm", turns("b", [0, 30, "ann"]));
  put("refs/notes.txt", "not read");
  put("hyps/all.rttm", turns("b", [0, 30, "x"]) + turns("c", [0, 1, "x"]));
  put("twice/one.rttm", turns("a", [0, 1, "ann"]));
  put("twice/two.rttm", turns("a", [1, 1, "ann"]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Run the command in the folder of the test's files; words that are files there are given as they are. */
function score(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const script = join(projectRoot(), "scripts", "score.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("score prints", () => {
  test("a table of percentages", () => {
    expect(score("ref.rttm", "hyp.rttm")).toEqual({
      status: 0,
      stderr: "",
      stdout: [
        "no collar, overlap scored",
        "self-overlap as pyannote, mapping over what is scored",
        "",
        "            DER   miss     FA   conf    JER  purity  cover  detect",
        "──────────────────────────────────────────────────────────────────",
        "talk      20.00   0.00  10.00  10.00  27.14   81.82  90.00   10.00",
        "──────────────────────────────────────────────────────────────────",
        "overall   20.00   0.00  10.00  10.00  27.14   81.82  90.00   10.00",
        "",
        "in percent; scored: 10.000 s of 2 speakers",
        "",
      ].join("\n"),
    });
  });

  test("columns apart, however large the figures", () => {
    const far = (uri: string, ms: number) => `SPEAKER ${uri} 1 0 ${ms} <NA> <NA> x <NA> <NA>\n`;
    writeFileSync(join(folder, "short.rttm"), far("talk", 0.01));
    writeFileSync(join(folder, "ms.rttm"), far("talk", 123456));
    const { stdout } = score("short.rttm", "ms.rttm");
    const rows = stdout.split("\n").filter((row) => /^(talk|overall) /.test(row));
    for (const row of rows) expect(row.split(/ +/)).toHaveLength(9);
    expect(rows[0]).toMatch(/^talk +1234559900\.00 +0\.00 +1234559900\.00 +0\.00 /);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  });

  test("the conditions of the score, within 80 columns", () => {
    const { stdout } = score("ref.rttm", "hyp.rttm", "--nist", "--collar", "0.125", "--skip-overlap");
    expect(stdout).toMatch(
      /^collar 0\.125 s on each side, overlap skipped\nself-overlap as nist, mapping over the UEM\n/,
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("JSON with settings, files and overall", () => {
    const { status, stdout } = score("ref.rttm", "hyp.rttm", "--json", "--collar", ".5", "--uem", "talk.uem");
    const { settings, files, overall } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(settings).toEqual({
      reference: "ref.rttm",
      hypothesis: "hyp.rttm",
      uem: "talk.uem",
      collarSec: 0.5,
      collarKind: "total",
      skipOverlap: false,
      selfOverlap: "pyannote",
      mapOver: "scored",
      noScore: "ignore",
      channels: "joined",
      strict: false,
    });
    expect(files.map(({ uri }: { uri: string }) => uri)).toEqual(["talk"]);
    expect(files[0].diarization.mapping).toEqual({ x: "ann" });
    expect(overall.diarization.total).toBe(4.75);
  });

  test("one line for each recording of a folder, and sums for all", () => {
    const { status, stdout, stderr } = score("refs", "hyps", "--json");
    const { files, overall } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(files.map(({ diarization }: { diarization: { der: number } }) => diarization.der)).toEqual([1, 0]);
    expect(overall.diarization.der).toBe(0.25);
    expect(stderr).toBe(
      "warning: Recording a has no hypothesis; it is scored as if nobody was found to speak.\n" +
        "warning: Recording c of the hypothesis has no reference; it is not scored.\n",
    );
  });

  test("a warning where names differ or the UEM lacks a recording", () => {
    const { status, stdout, stderr } = score("other.rttm", "hyp.rttm", "--uem", "talk.uem");
    expect([status, stdout.includes("elsewhere")]).toEqual([0, true]);
    expect(stderr).toBe(
      "warning: Recording talk of the hypothesis is scored against elsewhere of the reference.\n" +
        "warning: Recording elsewhere is not in talk.uem; all of it is scored.\n",
    );
  });

  test("NIST's figures with --nist, which other options overrule", () => {
    const der = (...args: string[]) =>
      JSON.parse(score("ref.rttm", "self.rttm", "--json", ...args).stdout).overall.diarization.der;
    expect(der()).toBe(0.2);
    expect(der("--nist")).toBe(0);
    expect(der("--self-overlap", "nist")).toBe(0);
    expect(der("--nist", "--self-overlap", "pyannote")).toBe(0.2);
    const { settings } = JSON.parse(score("ref.rttm", "ref.rttm", "--json", "--nist").stdout);
    expect([settings.collarKind, settings.selfOverlap, settings.mapOver]).toEqual(["side", "nist", "uem"]);
  });

  test("help within 80 columns", () => {
    const { status, stdout } = score("--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NAME\n {4}score - /);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("a missing hypothesis as silence", () => {
    const { status, stdout, stderr } = score("ref.rttm", "empty.rttm", "--json");
    expect([status, JSON.parse(stdout).overall.diarization.der]).toEqual([0, 1]);
    expect(stderr).toContain("talk has no hypothesis");
  });
});

describe("score refuses", () => {
  test.each<[number, RegExp, string[]]>([
    [2, /two files or folders; given were 1/, ["ref.rttm"]],
    [2, /--collar is a number of seconds from 0 upwards, .* not -1/, [
      "ref.rttm",
      "hyp.rttm",
      "--collar",
      "-1",
    ]],
    [2, /not abc/, ["ref.rttm", "hyp.rttm", "--collar", "abc"]],
    [2, /--collar needs a value/, ["ref.rttm", "hyp.rttm", "--collar"]],
    [2, /--collar-kind is total or side, not both/, ["ref.rttm", "hyp.rttm", "--collar-kind", "both"]],
    [2, /Unknown option --colar/, ["ref.rttm", "hyp.rttm", "--colar", "1"]],
    [2, /--json takes a file that ends in .json, not yes/, ["ref.rttm", "hyp.rttm", "--json=yes"]],
    [3, /nowhere\.rttm does not exist/, ["ref.rttm", "nowhere.rttm"]],
    [3, /nowhere\.uem does not exist/, ["ref.rttm", "hyp.rttm", "--uem", "nowhere.uem"]],
    [3, /Folder hyps holds no \.uem/, ["ref.rttm", "hyp.rttm", "--uem", "hyps"]],
    [1, /Recording a stands in two files of twice: one\.rttm and two\.rttm/, ["twice", "hyps"]],
    [1, /empty\.rttm holds nothing that can be scored/, ["empty.rttm", "hyp.rttm"]],
    [1, /latin\.rttm:1: byte 0xe9 is not UTF-8/, ["latin.rttm", "hyp.rttm"]],
    [2, /--no-score is ignore or nist, not all/, ["ref.rttm", "hyp.rttm", "--no-score", "all"]],
  ])("with status %d: %s", (wanted, message, args) => {
    const { status, stdout, stderr } = score(...args);
    expect({ status, stdout }).toEqual({ status: wanted, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
