/** `diarize --reference`: which reference is whose, and the figures that `score` gives. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { turnDifferences } from "#lib/plots/turn_differences.ts";
import { referenceSection } from "#lib/report/reference_section.ts";
import { detailsDiffer } from "#scripts/diarize/reference_key.ts";
import { isScored, References } from "#scripts/diarize/reference.ts";
import { scoringSettings } from "#scripts/score/scoring_settings.ts";
import { scoreRecordings } from "#scripts/score/score_recordings.ts";
import { runCommand } from "./command.ts";
import { line } from "./score_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-reference-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function put(name: string, text: string | Uint8Array): string {
  const path = join(scratch, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const truth = {
  a: line("a", 0.1, 10.3, "ann") + line("a", 9.7, 8.25, "bob") + line("a", 20, 3.3, "ann"),
  b: line("b", 1, 5, "cid") + "NON-LEX b 1 2 0.5 <NA> laugh <NA> <NA> <NA>\n",
};
const claim = {
  a: line("a", 0.3, 9.7, "x") + line("a", 9.9, 9.05, "y") + line("a", 20.1, 3, "y"),
  b: line("b", 0.5, 5.25, "x"),
};
const both = put("both.rttm", truth.b + truth.a);
const uem = put("all.uem", "a 1 0.5 22\nb 1 0 5.5\n");
const claimed = put("claimed.rttm", claim.a + claim.b);
for (const [uri, text] of Object.entries(truth)) put(`refs/${uri}.rttm`, text);

const settings = (...values: [string, string][]) => scoringSettings(new Map(values));

test("the key of a page tells references by what stands in them, not by their paths", async () => {
  const changing = put("changing/one.rttm", truth.a), changingUem = put("changing.uem", "a 1 0 5\n");
  const key = async (reference: string) =>
    (await References.open({ ...settings(["uem", changingUem]), reference }, 1)).key;
  for (const reference of [changing, join(scratch, "changing")]) {
    const first = await key(reference);
    expect(await key(reference)).toBe(first);
    writeFileSync(changing, truth.a + line("a", 30, 1, "ann"));
    const second = await key(reference);
    writeFileSync(changingUem, "a 1 0 6\n");
    const third = await key(reference);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(detailsDiffer(first, second)).toMatch(
      /^what --reference and --uem say: [0-9a-f]{12} → [0-9a-f]{12}$/,
    );
    writeFileSync(changing, truth.a);
    writeFileSync(changingUem, "a 1 0 5\n");
    expect(await key(reference)).toBe(first);
  }
});

describe("figures", () => {
  test.each<[string, [string, string][]]>([
    ["plain", []],
    ["a collar, no overlap", [["collar", "0.5"], ["skip-overlap", ""]]],
    ["as NIST, within a UEM", [["collar", "0.25"], ["nist", ""], ["uem", uem]]],
  ])("%s: those of score, to the digit, whatever the order", async (_, values) => {
    for (const reference of [both, join(scratch, "refs")]) {
      const references = await References.open({ ...settings(...values), reference }, 2);
      const scores = [references.score("a", claim.a), references.score("b", claim.b)];
      const found = references.inAll(scores.map(({ files }) => files));
      const wanted = await scoreRecordings({ ...settings(...values), reference, hypothesis: claimed });
      expect(found.overall).toEqual(wanted.overall);
      expect(found.files).toEqual(wanted.files);
      expect(found.files.length).toBe(2);
      expect(references.asText(found)).toContain("as many speakers as in the reference: 2 of 2");
      for (const { page } of scores) {
        // What lanes show is what is scored.
        const { rate, turns } = turnDifferences(page!.reference, page!.hypothesis, page!.scoring);
        expect(rate.der).toBe(page!.scores.diarization.der);
        const drawn = Object.values(turns).flat().reduce((sum, turn) => sum + turn.endSec - turn.startSec, 0);
        const { missed, falseAlarm, confusion } = rate;
        expect(drawn).toBeCloseTo(missed + falseAlarm + confusion, 9);
      }
    }
  });

  test("the page tells them, and by which rules", async () => {
    const references = await References.open({ ...settings(["collar", "0.5"]), reference: both }, 2);
    const { page } = references.score("a", claim.a);
    const [facts, figure] = referenceSection(page!, "a").blocks;
    expect(facts.kind === "facts" && facts.facts.map(([name]) => name)).toEqual([
      ...["DER", "missed", "false alarm", "confusion", "JER", "speakers", "scored"],
    ]);
    const der = facts.kind === "facts" ? facts.facts[0][1] : "";
    expect(facts.kind === "facts" && facts.facts[6][1]).toMatch(
      /; collar 0\.5 s in total, overlap scored, no UEM$/,
    );
    expect(figure.kind === "figure" && figure.figure.description).toContain(`(DER ${der})`);
  });
});

describe("which reference is whose", () => {
  test("none of this name among several: a warning, and no score", async () => {
    const references = await References.open({ ...settings(), reference: both }, 1);
    const { files, warnings } = references.score("c", claim.a);
    expect([files, warnings]).toEqual([[], [`Recording c has no reference in ${both}; it is not scored.`]]);
    expect(references.asText(references.inAll([files]))).toBe("Nothing is scored.");
  });

  test("one that goes on behind the recording's end is told, unless a UEM says what is scored", async () => {
    const behind =
      /^The reference of a ends at 0:23\.30, the recording at 0:12\.00: what lies behind counts as missed/;
    const references = await References.open({ ...settings(), reference: both }, 2);
    expect(references.score("a", claim.a, 12).warnings).toEqual([expect.stringMatching(behind)]);
    expect(references.score("a", claim.a, 23).warnings).toEqual([]);
    expect(references.score("a", claim.a).warnings).toEqual([]);
    const open = async (zone: string) => {
      const file = join(scratch, "zone.uem");
      writeFileSync(file, `a 1 ${zone}\n`);
      return await References.open({ ...settings(["uem", file]), reference: both }, 2);
    };
    expect((await open("0 12")).score("a", claim.a, 12).warnings).toEqual([]);
    expect((await open("0 100")).score("a", claim.a, 12).warnings).toEqual([
      expect.stringMatching(/^The reference of a ends at 0:23\.30 in its UEM, the recording at 0:12\.00: /),
    ]);
  });

  test("one of which nothing is scored counts for nobody's speakers", async () => {
    const file = join(scratch, "milliseconds.uem");
    writeFileSync(file, "a 1 2000 8000\nb 1 0 8\n");
    const references = await References.open({ ...settings(["uem", file]), reference: both }, 2);
    const a = references.score("a", claim.a), b = references.score("b", claim.b);
    expect(a.warnings).toEqual([expect.stringContaining("nothing of a is scored: its UEM lies outside")]);
    expect([a, b].map(({ files }) => files.map(isScored))).toEqual([[false], [true]]);
    expect(references.asText(references.inAll([a.files, b.files]))).toMatch(
      /reference: [01] of 1$|reference: 0 of 1\n/,
    );
  });

  test("one on each side, under two names: taken, with a warning", async () => {
    const reference = join(scratch, "refs", "a.rttm");
    const talk = claim.a.replaceAll(" a ", " talk ");
    const { files, warnings } = (await References.open({ ...settings(), reference }, 1)).score("talk", talk);
    expect([files.map(({ uri }) => uri), warnings]).toEqual([["a"], [
      "Recording talk of the hypothesis is scored against a of the reference.",
    ]]);
    const several = (await References.open({ ...settings(), reference }, 2)).score("talk", talk);
    expect(several.files).toEqual([]);
  });

  test("a line that cannot be read: its recording is not scored, the other is", async () => {
    const reference = put("bad.rttm", `${truth.a}${truth.b.replace(" 5 ", " five ")}`);
    const references = await References.open({ ...settings(), reference }, 2);
    expect(references.faults.length).toBe(1);
    expect(references.score("a", claim.a).files.length).toBe(1);
    const { files, warnings, faults } = references.score("b", claim.b);
    expect(files).toEqual([]);
    expect([...warnings, ...faults].join(" ")).toMatch(/not scored/);
  });

  test("nobody was found to speak: all is missed", async () => {
    const references = await References.open({ ...settings(), reference: both }, 2);
    expect(references.score("b", "").files[0].diarization.der).toBe(1);
  });
});

describe("the command", () => {
  const wav = put("a.wav", encodeWav(new Float32Array(16_000), { sampleRate: 16_000 }));
  const out = join(scratch, "out");

  test.each<[string[], number, RegExp]>([
    [["--collar", "0.25"], 2, /--collar is for --reference/],
    [["--reference", both, "--collar", "much"], 2, /--collar is a number of seconds/],
    [["--reference", "no such.rttm"], 3, /no such\.rttm does not exist/],
    [
      ["--reference", put("all_bad.rttm", "SPEAKER a 1 zero 3 <NA> <NA> x <NA> <NA>\nmore\n")],
      1,
      /all_bad\.rttm:2: [^]*^error: Nothing can be scored: no line of .*all_bad\.rttm can be read\./m,
    ],
    [
      ["--reference", put("none.rttm", ";; a comment\n")],
      1,
      /Nothing can be scored: .*none\.rttm has no turn/,
    ],
  ])("%j: exit %i", async (args, status, said) => {
    const ended = await runCommand("diarize", [wav, "--out", out, ...args]);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toMatch(said);
  }, SLOW);

  test("a table at the end, and scores in --json", async () => {
    const base = [wav, "--out", out, "--preset", "own", "--reference", both, "--html", "--provenance"];
    const args = [...base, "--format", "rttm,srt"];
    const { status, stdout } = await runCommand("diarize", args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^a +100\.00 +100\.00 +0\.00 /m);
    const again = await runCommand("diarize", [...args, "--resume", "--json"]);
    const { files, score } = JSON.parse(again.stdout);
    expect([again.status, files[0].status, files[0].scores[0].diarization.der]).toEqual([0, "skipped", 1]);
    const summary = put("summary.json", again.stdout);
    const told = JSON.parse((await runCommand("why", [summary, "--audio", wav, "--json"])).stdout);
    expect([score.overall.diarization.der, score.settings.reference]).toEqual([1, both]);
    const why = await runCommand("why", [join(out, "a.rttm"), "--audio", wav, "--json"]);
    const [{ here, run }] = JSON.parse(why.stdout).runs;
    expect(run.made.commit ?? "").toMatch(/^([0-9a-f]{40}(-modified)?)?$/);
    expect({ ...told.runs[0].run, turns: "overlapping" }).toEqual(run);
    const isKnown = /^[0-9a-f]{40}$/.test(run.made.commit ?? "");
    expect([here.outcome, why.status]).toEqual(
      isKnown ? ["none", 0] : [expect.any(String), expect.any(Number)],
    );
    const page = await runCommand("why", [join(out, "a.html"), join(out, "a.provenance.json"), "--json"]);
    // A page holds turns of both kinds.
    expect({ ...JSON.parse(page.stdout).a.run, turns: "overlapping" }).toEqual(run);

    const turn = "SPEAKER a 1 0.000 1.000 <NA> <NA> S <NA> <NA>\n";
    writeFileSync(join(out, "a.rttm"), turn);
    const edited = await runCommand("diarize", [...base, "--format", "srt", "--resume"]);
    expect(edited.stderr).toContain("a: there already\n");
    expect(edited.stderr).toContain(
      "The RTTM beside the results that are there is not scored: a.rttm changed since dialab wrote it.\n",
    );
    expect([edited.status, readFileSync(join(out, "a.rttm"), "utf8")]).toEqual([1, turn]);
  }, SLOW);
});
