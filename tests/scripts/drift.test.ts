/** The drift command as users run it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ndArray } from "#lib/arrays/nd_array.ts";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import { projectRoot } from "#lib/places/places.ts";
import type { Style } from "#scripts/cli/style.ts";
import { layoutOf } from "#scripts/drift/layout.ts";
import { reportLines } from "#scripts/drift/print_report.ts";
import { FIXTURES, Scratch } from "#tests/parity/scratch.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const OWN = ["--captures", join(FIXTURES, "captures")];
const MODELS = ["--models", join(FIXTURES, "models")];
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

function drift(...args: string[]) {
  const script = join(projectRoot(), "scripts", "drift.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    cwd: scratch.root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}
const report = (...args: string[]): DriftReport => JSON.parse(drift(...args, "--json", "-").stdout);
const lastParagraph = (stdout: string) => stdout.trimEnd().split("\n\n").at(-1)!.replaceAll("\n", " ");
const row = (stdout: string, artefact: string) =>
  stdout.split("\n").find((line) => line.includes(` ${artefact} `))!.trim().split(/\s+/);

describe("drift", () => {
  test("of a capture alone is against its replay on scalar: the same turns, exit 0", () => {
    const { status, stdout, stderr } = drift(...OWN, "a_two_speakers");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^A {2}a_two_speakers {2}recorded\nB {2}a_two_speakers@scalar {2}scalar, f64\n/);
    expect(stdout).toContain("turns: 25 in A, 25 in B; speakers: 2 and 2; DER 0.00 %\n");
    expect(stdout).toContain("not compared, as only B has it: tree\n");
    expect(lastParagraph(stdout)).toMatch(
      /^the same turns; all stages within tolerance, /,
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain("\x1b");
  }, SLOW);

  test("with other options differs from the stage on that reads them, exit 1", () => {
    const { status, stdout } = drift(...OWN, "b_five_speakers", "?vbx.fa=0.4&vbx.fb=2", "--bisect");
    expect(status).toBe(1);
    expect(row(stdout, "ahcLabels")).toEqual(["ahc", "ahcLabels", "equal"]);
    expect(row(stdout, "q").slice(0, 2)).toEqual(["vbx", "q"]);
    // Earlier lines differ by names alone: that is no other speaker.
    expect(stdout).toMatch(/line 1 of RTTM is the first that differs/);
    expect(stdout).toMatch(
      /first at 0:22\.357: SPEAKER_04 is taken for a speaker that only B has \(B calls\n {4}it SPEAKER_05\)\n/,
    );
    expect(stdout).toContain("by other names in B: SPEAKER_02 is SPEAKER_03, SPEAKER_03 is SPEAKER_04,");
    // docs/drift.md shows this, cut short; rounding errors are an engine's own.
    const masked = (text: string) => text.replace(/\d\.\de-1\d/g, "#").replace(/[▁-█·]{2,}/g, "~");
    const shown =
      readFileSync(join(projectRoot(), "docs", "drift.md"), "utf8").match(/```text\n(.*?)```/s)![1];
    const printed = masked(stdout).split("\n");
    expect(masked(shown).split("\n").filter((line) => !printed.includes(line))).toEqual([]);
    expect(stdout).not.toMatch(/\d{7,} ulp|e\+1\d ulp/);
    expect(stdout).toContain("vbx: q is the first beyond its tolerance of 1.0e-12");
    expect(stdout).toMatch(/\nvbx +rerun +q \S+ +\d+\.\d{2} % +\d+\.\d{2} %\n/);
    expect(stdout).toMatch(
      /\nvbx changes the turns by its own difference\n {2}enough for that: q of \d+ .* that differ, and all of\s+pi; with/,
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(lastParagraph(stdout)).toMatch(
      /^other turns from 0:22\.357 on, where SPEAKER_04 is taken for a speaker that only B has \(B calls it SPEAKER_05\); vbx is the first/,
    );
  }, SLOW);

  test("tells first what was set otherwise, where the turns are the same as well", () => {
    const hinted = scratch.copy("b_five_speakers", "hinted");
    const file = scratch.path("hinted", "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    const options = { hints: { numSpeakers: 4 }, annotation: { minDurationOff: 0 } };
    writeFileSync(file, JSON.stringify({ ...manifest, run: { version: 2, clustering: "vbx", options } }));
    const page = join(scratch.root, "settings.html");
    const { status, stdout } = drift(...OWN, "b_five_speakers", hinted, "--html", page);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "hinted  recorded\nmade with other settings:\n  hints.numSpeakers: none in A, 4 in B\n\n",
    );
    expect(report(...OWN, "b_five_speakers", hinted).settings).toEqual([
      { what: "hints.numSpeakers", a: "none", b: "4" },
    ]);
    expect(readFileSync(page, "utf8")).toMatch(/hints\.numSpeakers<.*none in A, 4 in B/s);
    expect(drift(...OWN, "b_five_speakers", "@scalar").stdout).not.toContain("settings");
  }, SLOW);

  test("--json holds all that is printed, and more", () => {
    const file = join(scratch.root, "report.json");
    const args = [
      ...OWN,
      "a_two_speakers",
      "@wasm",
      "--margins",
      "--sensitivity",
      "vbx",
      "--seed",
      "7",
      "--bisect",
    ];
    const { status, stdout } = drift(...args, "--json", file);
    expect(status).toBe(0);
    const { a, b, difference, bisection, margins, amplification, environment, seconds }: DriftReport = JSON
      .parse(
        readFileSync(file, "utf8"),
      );
    expect([a.computed, b.computed, b.name]).toEqual(["recorded", "wasm, f64", "a_two_speakers@wasm"]);
    expect([difference.identical, bisection!.culprit, typeof environment.cpu]).toEqual([
      true,
      undefined,
      "string",
    ]);
    expect([margins!.a.lists.length, margins!.a.nearestMeasured.length]).toEqual([7, 10]);
    expect([amplification!.seed, amplification!.stage, amplification!.disturbed]).toEqual([7, "vbx", [
      "q",
      "pi",
    ]]);
    expect(Object.keys(seconds)).toEqual(["runs", "comparison", "bisection", "margins", "sensitivity"]);
    expect(stdout).toContain("Noise on q, pi of A (vbx, seed 7)");
    expect(stdout).toMatch(/AHC cut +\d+ +0 {2}/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  }, SLOW);

  test("takes what diarize dumped, or any folder, as a run", () => {
    const folder = scratch.copy("c_one_chunk", "dumped");
    const { a, b, difference } = report(folder, "@wasm");
    expect([a.source, b.source, difference.identical]).toEqual([folder, folder, true]);
  }, SLOW);

  test("of two recordings is told with a warning, on the page too", () => {
    const page = join(scratch.root, "two.html");
    const { status, stderr } = drift(...OWN, "a_two_speakers", "c_one_chunk", "--html", page);
    const doubt = "A has 66 chunks and B 1: they are of recordings of different lengths.";
    expect([status, stderr]).toEqual([1, `warning: ${doubt}\n`]);
    expect(readFileSync(page, "utf8")).toContain(`Warning: ${doubt}`);
    const { status: missing, stderr: told } = drift("--captures", "nowhere", "a_two_speakers");
    expect([missing, told]).toEqual([3, "error: Folder nowhere does not exist.\n"]);
  }, SLOW);

  test("help within 80 columns, with exit codes", () => {
    const { status, stdout } = drift("--help");
    expect(status).toBe(0);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/EXIT STATUS\n {4}0 .*\n {4}1 .*\n {4}2 .*\n {4}3 /);
  }, SLOW);
});

describe("a report fits the terminal and says the same", () => {
  let full: DriftReport;
  const plain: Style = (_, text) => text;
  const lines = (columns: number | undefined) => reportLines(full, layoutOf({ columns }, plain));
  beforeAll(() => {
    const asked = ["--bisect", "--margins", "--sensitivity", "inputs"];
    full = report(...OWN, "b_five_speakers", "?vbx.fa=0.2", ...asked);
  }, { timeout: SLOW });

  test.each([undefined, 200, 80, 79, 60])("%p columns", (columns) => {
    const widest = Math.max(
      ...lines(columns).flatMap((text) => text.split("\n")).map(({ length }) => length),
    );
    expect(widest).toBeLessThanOrEqual(Math.min(80, columns ?? 80));
  });

  test("every number and name of 80 columns is there in 60, but for the pictures of time and units", () => {
    const words = (columns: number) =>
      lines(columns).join("\n").split(/[\s,;]+/).filter((word) =>
        !/^[▁-█·─]*$/.test(word) && word !== "none"
      );
    const narrow = new Set(words(60));
    const units = [...full.margins!.a.lists.map(({ unit }) => unit), "stage", "where", "in"];
    expect(words(80).filter((word) => !narrow.has(word) && !units.includes(word))).toEqual([]);
  });

  test("the histogram of steps goes on below, row by row, none lost", () => {
    const steps = (columns: number) => {
      const all = lines(columns), from = all.findIndex((line) => line.startsWith("  ulp "));
      const rest = all.slice(from, all.indexOf("", from)).join("").replace(/2\^/g, "");
      return rest.match(/[▁-█·]/g)!.join("");
    };
    expect(steps(60)).toBe(steps(80));
    expect(steps(60).length).toBeGreaterThan(50);
  });
});

describe("a capture with values that are no numbers", () => {
  const spoilt = (name: string, file: string, array: string, change: (data: Float64Array) => void) => {
    scratch.copy("a_two_speakers", name);
    return scratch.change(name, file, (arrays) => {
      const data = Float64Array.from(arrays[array].data as ArrayLike<number>);
      change(data);
      arrays[array] = ndArray("f8", arrays[array].shape, data);
    });
  };

  test("is compared: NaN in its frames is told by its place", async () => {
    await spoilt("nan_frames", "reconstruction.npz", "discrete_diarization", (data) => data[100] = NaN);
    const { status, stdout, stderr } = drift(...OWN, "a_two_speakers", scratch.path("nan_frames"));
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /reconstruction: discreteDiarization is the first .*\n.*frame 50, speaker 0.*\n.*B not finite/,
    );
  }, SLOW);

  test("is compared, and the margins of its other chunks are told", async () => {
    await spoilt("infinite", "clustering.npz", "soft_clusters", (data) => data[13] = Infinity);
    const plain = drift(...OWN, "a_two_speakers", scratch.path("infinite"));
    expect([plain.status, plain.stderr]).toEqual([0, ""]);
    expect(plain.stdout).toContain("B not finite");
    const { status, stdout, stderr } = drift(...OWN, ...MODELS, scratch.path("infinite"), "--margins");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/\nassignment +\d+ +0 /);
    const taken = drift(...OWN, ...MODELS, scratch.path("infinite"), "--bisect");
    expect([taken.status, taken.stdout]).toEqual([1, ""]);
    expect(taken.stderr).toMatch(
      /^error: .*infinite against .*, bisection: The scores \(soft_clusters\) hold Infinity at chunk 2,/,
    );
  }, SLOW);
});

describe("a capture at fault is named with its cause, exit 1:", () => {
  const FAULTS: [what: string, make: (name: string) => Promise<void>, fault: RegExp][] = [
    [
      "an embedding of zeros",
      (name) =>
        scratch.change(name, "raw_embeddings.npz", ({ embeddings }) => {
          const data = Float32Array.from(embeddings.data as Float32Array);
          data.fill(0, 64, 2 * 64); // chunk 0, slot 1
          return { embeddings: ndArray("f4", embeddings.shape, data) };
        }),
      /^error: .*fault@scalar: the embedding of chunk 0, slot 1 is all zero/,
    ],
    [
      "a manifest cut short",
      (name) => Promise.resolve(writeFileSync(scratch.path(name, "manifest.json"), "{")),
      /^error: .*fault\/manifest\.json is not JSON: /,
    ],
    [
      "arrays that do not fit",
      (name) =>
        scratch.change(
          name,
          "raw_embeddings.npz",
          () => ({ embeddings: ndArray("f4", [1], new Float32Array(1)) }),
        ),
      /^error: .*fault: embeddings has shape \[1\]/,
    ],
    [
      "text for numbers",
      (name) => scratch.change(name, "ahc_state.npz", () => ({ threshold: ndArray("U", [], ["much"]) })),
      /^error: .*ahc_state\.npz: array "threshold": it holds text/,
    ],
    [
      "a folder for a file",
      (name) => {
        rmSync(scratch.path(name, "clustering.npz"));
        mkdirSync(scratch.path(name, "clustering.npz"));
        return Promise.resolve();
      },
      /^error: .*(clustering\.npz|EISDIR)/,
    ],
  ];

  test.each(FAULTS)("%s", async (_, make, fault) => {
    scratch.copy("a_two_speakers", "fault");
    await make("fault");
    const { status, stdout, stderr } = drift(scratch.path("fault"));
    rmSync(scratch.path("fault"), { recursive: true });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(fault);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  }, SLOW);
});

describe("refused", () => {
  test.each<[string, number, RegExp, string[]]>([
    ["no run", 2, /Name a run/, []],
    ["three runs", 2, /Two runs are compared, not 3/, ["a", "b", "c"]],
    ["a run of nothing", 2, /"@wasm" names no run/, ["@wasm"]],
    ["an option that is none", 2, /no option vbx\.fo\. Did you mean vbx\.fa\? vbx has vbx\.fa, vbx\.fb/, [
      "a_two_speakers",
      "?vbx.fo=1",
    ]],
    ["a section that is none", 2, /no option VBx\.fa\. Did you mean vbx\.fa\?/, ["a", "?VBx.fa=1"]],
    ["a backend that is none", 2, /"@cuda": a backend is @scalar, @wasm or @webgpu, not @cuda\./, [
      "a_two_speakers",
      "@cuda",
    ]],
    ["a backend that is none, of a capture", 2, /a backend is @scalar, @wasm or @webgpu, not @cuda\./, [
      "a_two_speakers@cuda",
    ]],
    ["a value that is none", 2, /vbx\.fa is a number over 0, not much/, ["a_two_speakers", "?vbx.fa=much"]],
    ["a precision off the GPU", 2, /a precision is @webgpu:df64/, ["a_two_speakers", "@wasm:f32"]],
    ["an unknown stage", 2, /--sensitivity is one of inputs,/, ["a_two_speakers", "--sensitivity", "vb"]],
    ["a preset without masks", 2, /--preset is community-1, .*own.*, not compact/, [
      "a_two_speakers",
      "--preset",
      "compact",
    ]],
    ["a file that is no recording", 1, /README\.md/, [
      join(projectRoot(), "README.md"),
      "--preset",
      "own",
    ]],
    ["a folder that is no capture", 1, /captures is no capture: segmentations\.npz/, [
      join(FIXTURES, "captures"),
    ]],
    ["an unknown capture", 3, /no capture nobody; in .* there are a_two_speakers,/, ["nobody"]],
  ])("%s", (_what, code, message, args) => {
    const { status, stderr, stdout } = drift(...OWN, ...args);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
  }, SLOW);
});
