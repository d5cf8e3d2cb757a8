/** The why command: every kind of result is read, and the exit codes are as its page says. */
import { afterAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { thisProgram } from "#lib/diarization/gather_provenance.ts";
import { parseRunProvenance } from "#lib/pipeline/run_provenance.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { annotationToJson } from "#lib/timeline/annotation_json.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { formatVtt, parseVtt } from "#lib/timeline/vtt.ts";
import { readRuns } from "#scripts/why/read_runs.ts";
import { type ProvenanceDifference, worstEffect } from "#lib/diarization/compare_provenance.ts";
import { stateDiffers } from "#scripts/why/file_state.ts";
import { tellRun, verdictOf } from "#scripts/why/tell.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-why-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const file = (digit: string) => ({
  model: `model-${digit}`,
  file: `${digit}.onnx`,
  sha256: digit.repeat(64),
});
const run = parseRunProvenance({
  version: 2,
  clustering: "ahc",
  options: { ahc: { threshold: 0.75 }, hints: { maxSpeakers: 4 } },
  preset: "mine",
  weights: { segmentation: file("1"), embedding: file("2") },
  made: { dialab: "0.1.0", commit: "a".repeat(40), runtime: "bun 1", platform: "linux x64" },
});
const annotation = new Annotation({ uri: "talk" }).add(new Segment(0, 2), "SPEAKER_00");

function put(name: string, text: string): string {
  const path = join(scratch, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("runs are read", () => {
  const report = { uri: "talk", status: "done", run };
  test.each<[string, string, string]>([
    [
      "what --json printed",
      "report/all.json",
      JSON.stringify({ preset: "mine", files: [report, { uri: "x" }] }),
    ],
    ["a manifest", "captures/talk/manifest.json", JSON.stringify({ run, artifacts: {} })],
    ["a sidecar", "side/talk.provenance.json", JSON.stringify({ run })],
  ])("%s", async (_, name, text) => {
    const [told, ...more] = await readRuns(put(name, text));
    expect([told.run, more]).toEqual([run, []]);
  });

  test.each([
    ["talk", undefined, "overlapping"],
    ["talk.exclusive", undefined, "exclusive"],
    ["talk", "exclusive", "exclusive"],
  ])(
    "a JSON result, %s: its turns, which an earlier version told by the name alone",
    async (name, told, turns) => {
      const at3 = told === undefined ? {} : { version: 3, turns: told };
      const text = annotationToJson(annotation, { run: { ...run, ...at3 } });
      expect((await readRuns(put(`json/${name}.json`, text)))[0].run as unknown).toEqual({
        ...run,
        ...at3,
        turns,
      });
    },
  );

  test("a capture's folder", async () => {
    const path = put("captures/call/manifest.json", JSON.stringify({ run, artifacts: {} }));
    for (const given of [path, dirname(path)]) {
      expect((await readRuns(given)).map(({ name, run }) => ({ name, run }))).toEqual([{
        name: "call",
        run,
      }]);
    }
  });

  test("a page", async () => {
    const odd = { ...run, preset: "</script><!--" };
    const verdict = { text: "fine", tone: "good" } as const;
    const page = await reportPage({
      title: "t",
      verdict,
      summary: "",
      sections: [],
      madeAt: new Date(0),
      run: odd,
    });
    expect((await readRuns(put("page/talk.html", page)))[0].run).toEqual(odd);
  });

  test("WebVTT, whose turns are still read", async () => {
    const note = `dialab ${JSON.stringify({ run })}`;
    const text = formatVtt(annotation, { note });
    expect((await readRuns(put("vtt/talk.vtt", text)))[0].run).toEqual({ ...run, turns: "overlapping" });
    expect(parseVtt(text).chart()).toEqual([["SPEAKER_00", 2]]);
    expect(() => formatVtt(annotation, { note: "a --> b" })).toThrow(RangeError);
  });

  test.each([
    ["talk.rttm", "talk.provenance.json"],
    ["talk.exclusive.rttm", ".dialab/talk.json"],
    ["talk.audacity.txt", ".dialab/talk.json"],
    ["a.b.csv", "a.b.provenance.json"],
  ])("%s, of what stands beside it in %s", async (name, beside) => {
    put(`beside-${name}/${beside}`, JSON.stringify({ run }));
    const [told] = await readRuns(put(`beside-${name}/${name}`, ""));
    // Nothing tells a sum.
    expect([told.run, told.state]).toEqual([run, "unknown"]);
  });

  test("nothing to read, or nothing valid: an error that says so", async () => {
    await expect(readRuns(put("bare/talk.rttm", ""))).rejects.toThrow(
      /beside it is neither talk\.provenance\.json/,
    );
    await expect(readRuns(put("bare/a.json", "{"))).rejects.toThrow(/a\.json is not JSON/);
    await expect(readRuns(put("bare/b.json", '{"run":{"version":9}}'))).rejects.toThrow(/told in version 9/);
    await expect(readRuns(join(scratch, "bare"))).rejects.toThrow(/no capture/);
  });
});

test.each([80, 60])("text fits %i columns", (columns) => {
  const here = { outcome: "none", differences: [], weights: [], missing: [], notes: [] } as const;
  const text = tellRun({ name: "talk", from: "talk.json", file: "talk.json", run }, here, {
    columns,
    style: (_, text) => text,
  });
  expect(text).toContain("speakers asked for    4 at most");
  expect(text.split("\n").filter((line) => line.length > columns && !line.includes("installation"))).toEqual(
    [],
  );
});

describe("the command", () => {
  const path = put("cli/talk.json", annotationToJson(annotation, { run }));

  test("a result that no sum is known of: perhaps, exit 1; a capture by its manifest's sums", async () => {
    const { weights: _, preset: __, ...bare } = run;
    const made = thisProgram();
    const told = { ...bare, made };
    const sum = (text: string) => createHash("sha256").update(text).digest("hex");
    const capture = (name: string, text: string) => {
      const manifest = { run: told, artifacts: { "reference.rttm": sum("as written") } };
      put(`cli/${name}/reference.rttm`, text);
      return dirname(put(`cli/${name}/manifest.json`, JSON.stringify(manifest)));
    };
    const cases = [
      [put("cli/away.json", annotationToJson(annotation, { run: told })), "unknown"],
      [
        put("cli/away.vtt", formatVtt(annotation, { note: `dialab ${JSON.stringify({ run: told })}` })),
        "unknown",
      ],
      [capture("whole", "as written"), "none"],
      [capture("edited", "another's"), "results"],
    ];
    for (const [path, effect] of cases) {
      const { status, stdout } = await runCommand("why", [path, "--json"]);
      const [{ here }] = JSON.parse(stdout).runs;
      // A clone with changes differs in its commit as well.
      const own = here.differences.filter(({ what }: { what: string }) => what === path);
      expect([path, own.map((one: { effect: string }) => one.effect)]).toEqual([
        path,
        effect === "none" ? [] : [effect],
      ]);
      if (effect !== "none") expect(status).toBe(1);
    }
    const verdict = (
      state: "changed" | "unknown",
      between: "here" | "runs",
      more: ProvenanceDifference[] = [],
    ) => {
      const differences = [...stateDiffers({ file: "a.json", state }), ...more];
      return verdictOf({ outcome: worstEffect(differences), differences }, between);
    };
    expect(verdict("unknown", "here")).toBe(
      "Perhaps: nothing here tells whether the file is as dialab wrote it. Of its run: this installation would give the same result.",
    );
    expect(verdict("changed", "here")).toBe(
      "Changed: the file is not as dialab wrote it. Of its run: this installation would give the same result.",
    );
    expect(verdict("changed", "runs")).toBe(
      "Changed: a file is not as dialab wrote it. Of the runs: both runs would give the same result.",
    );
    const other = {
      what: "vbx.fa",
      a: "0.2",
      b: "0.3",
      effect: "results",
      means: "another setting",
    } as const;
    expect(verdict("changed", "here", [other])).toBe(
      "Different: this installation would give another result.",
    );
  }, SLOW);

  test("weights that are not here: exit 3, and which", async () => {
    const { status, stdout, stderr } = await runCommand("why", [path]);
    expect([status, stderr]).toEqual([3, ""]);
    expect(stdout).toMatch(/missing: embedding weights: No model is called model-2/);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      "Not here: this installation lacks what the run had.",
    );
  }, SLOW);

  test("two results, of other weights: exit 1; the same: 0", async () => {
    const weights = { ...run.weights!, embedding: file("3") };
    const other = put("cli/other.json", annotationToJson(annotation, { run: { ...run, weights } }));
    const { status, stdout } = await runCommand("why", [path, other, "--json"]);
    const { outcome, differences, a } = JSON.parse(stdout);
    // Nothing beside them tells a sum of either.
    expect([status, outcome, differences.map(({ what }: { what: string }) => what)]).toEqual([
      ...[1, "results", [path, other, "embedding weights"]],
    ]);
    expect(a.run).toEqual({ ...JSON.parse(readFileSync(path, "utf8")).run, turns: "overlapping" });
    const same = await runCommand("why", [path, path]);
    expect([same.status, same.stdout.trimEnd().split("\n").at(-1)]).toEqual([
      0,
      "The same: both runs would give the same result.",
    ]);
  }, SLOW);

  test.each([
    [[], 2, "Name one result, or two"],
    [["no such.json"], 3, "no such.json does not exist"],
    [[path, path, "--audio", path], 2, "--audio goes with one result"],
    [[join(scratch, "bare", "talk.rttm")], 1, "does not tell what it was made with"],
  ])("%j: exit %i", async (args, status, said) => {
    const ended = await runCommand("why", args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(said);
  }, SLOW);
});
