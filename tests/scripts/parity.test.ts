/** The parity command as users run it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { projectRoot } from "#lib/places/places.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { FIXTURES, Scratch } from "#tests/parity/scratch.ts";
import { mainOf, type ParityJson, runParity, SLOW } from "./parity_command.ts";

const OWN = join(FIXTURES, "captures");
const NAMES = ["a_two_speakers", "b_five_speakers", "c_one_chunk", "d_twelve_speakers", "e_minimal"];
const MODELS = join(FIXTURES, "models");

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

const parityIn = (env: Record<string, string>, ...args: string[]) => runParity(scratch, args, env);
const parity = (...args: string[]) => runParity(scratch, args);
const jsonOf = (text: string): ParityJson => JSON.parse(text);

describe("parity", () => {
  test("prints a row per capture and the verdict, within 80 columns and without colours", () => {
    const { status, stdout, stderr } = parity("--captures", OWN);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain("\x1b");
    expect(lines.slice(2, 7).map((line) => line.split(/\s+/)[0])).toEqual(NAMES);
    const row = lines.find((line) => line.startsWith("d_twelve_speakers"))!.split(/\s+/);
    expect(row.slice(1, 4)).toEqual(["29", "12", "equal"]);
    expect(row).toContain("same");
    expect(row).toContain("0.0000");
    expect(lines[lines.length - 1]).toBe(
      "parity: 5 of 5 captures identical, all compared within tolerance (scalar)",
    );
    expect(stdout).toMatch(/\ne_minimal: not compared, as the capture does not hold them: count,/);
    expect(stdout).not.toMatch(/\n(a_two_speakers|c_one_chunk): not compared/);
  }, SLOW);

  test("names choose captures, whatever their order", () => {
    const { status, stdout } = parity("--captures", OWN, "--json", "-", "e_minimal", "b_five_speakers");
    expect([status, jsonOf(stdout).captures.map(({ name }) => name)]).toEqual([0, [NAMES[1], NAMES[4]]]);
  }, SLOW);

  test("--captures takes one capture, too", () => {
    const { status, stdout } = parity("--captures", join(OWN, "c_one_chunk"));
    expect(status).toBe(0);
    expect(stdout).toMatch(/parity: 1 of 1 capture identical/);
  }, SLOW);

  test("--json - prints the documented shape and nothing else", () => {
    const { status, stdout, stderr } = parity("--captures", OWN, "--json", "-");
    expect([status, stderr]).toEqual([0, ""]);
    const report = jsonOf(stdout);
    expect([report.backend, report.ok, report.captures.map(({ name }) => name)]).toEqual([
      "scalar",
      true,
      NAMES,
    ]);
    expect(typeof report.environment).toBe("object");
    for (const capture of report.captures) {
      expect([capture.backend, capture.ok]).toEqual(["scalar", true]);
      for (const { stage, mode, quantity, maxAbs, tolerance, ok } of capture.stages) {
        expect([typeof stage, typeof quantity, typeof maxAbs, typeof tolerance, ok]).toEqual([
          ...["string", "string", "number", "number", true],
        ]);
        expect(["isolated", "chained"]).toContain(mode as string);
      }
      const { identical, turns, referenceTurns, speakers, referenceSpeakers, der } = capture.rttm;
      expect([identical, typeof turns, typeof speakers, der]).toEqual([true, "number", "number", 0]);
      expect([referenceTurns, referenceSpeakers]).toEqual([turns, speakers]);
      const { plda, ahc, vbx, assignment, reconstruction, total } = capture.seconds;
      const parts = [plda, ahc, vbx, assignment, reconstruction];
      parts.forEach((seconds) => expect(seconds).toBeGreaterThanOrEqual(0));
      expect(total).toBeGreaterThanOrEqual(parts.reduce((a, b) => a + b));
    }
    const find = (mode: string, quantity: string) =>
      report.captures[0].stages.find((stage) => stage.mode === mode && stage.quantity === quantity)!;
    expect(find("chained", "q_final").stage).toBe("vbx");
    expect(find("isolated", "q_final").tolerance).toBe(1e-12);
    expect(report.captures[0].rttm.turns).toBe(25);
  }, SLOW);

  test(
    "--json FILE writes the whole report beside the table, over an older one, and leaves no other file",
    () => {
      const file = join(scratch.root, "report.json");
      writeFileSync(file, JSON.stringify({ backend: "wasm", old: "old ".repeat(1_000_000) }));
      const { status, stdout } = parity("--captures", OWN, "a_two_speakers", "--json", file);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^capture /);
      expect(jsonOf(readFileSync(file, "utf8")).captures.map(({ name }) => name)).toEqual(["a_two_speakers"]);
      expect(readdirSync(scratch.root).filter((name) => name.startsWith("report"))).toEqual(["report.json"]);
    },
    SLOW,
  );

  test("DIALAB_FIXTURES adds a place, and the project's own stay", () => {
    scratch.copy("c_one_chunk", "elsewhere");
    const { status, stdout } = parityIn(
      { DIALAB_FIXTURES: scratch.root },
      "--json",
      "-",
      "elsewhere",
      "e_minimal",
    );
    rmSync(scratch.path("elsewhere"), { recursive: true });
    expect([status, jsonOf(stdout).captures.map(({ name }) => name)]).toEqual([0, [
      "e_minimal",
      "elsewhere",
    ]]);
  }, SLOW);

  test("help within 80 columns, with exit codes", () => {
    const { status, stdout } = parity("--help");
    expect(status).toBe(0);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/EXIT STATUS\n {4}0 .*\n {4}1 .*\n {4}2 .*\n {4}3 /);
  }, SLOW);
});

describe("what a capture lacks, or was changed since, is told:", () => {
  const captures = join(scratch.root, "captures");
  const replayed = (...args: string[]) => parity("--captures", captures, "--models", MODELS, ...args);

  test("a count in the row and names below, in the JSON and on the page", async () => {
    scratch.copy("a_two_speakers", "lacking");
    for (const file of ["ahc_init_labels.npy", "reconstruction.npz"]) rmSync(scratch.path("lacking", file));
    await scratch.change(
      "lacking",
      "vbx_state.npz",
      ({ qinit, ...others }) => ({ ...others, q_init: qinit }),
    );
    const page = join(scratch.root, "lacking.html");
    const { status, stdout, stderr } = replayed("lacking", "--html", page);
    const told = "lacking: not compared, as the capture does not hold them: count, ahc_init_labels, qinit, " +
      "discrete_diarization";
    expect(status).toBe(0);
    expect(stdout).toMatch(/^lacking +25 +2 +4 of 7 /m);
    expect(stdout.replaceAll("\n", " ")).toContain(told);
    expect(stdout).toContain("1 of 1 capture identical, all compared within tolerance");
    expect(stderr).toBe(
      "warning: capture lacking: vbx_state.npz is not the file whose sha256 is in manifest.json: " +
        "the capture was changed since it was made\n",
    );
    const main = mainOf(readFileSync(page, "utf8"));
    expect([main.includes(told), main.includes("4 of 7"), main.includes("that was compared")]).toEqual([
      ...[true, true, true],
    ]);
    const [{ notCompared }] = JSON.parse(replayed("lacking", "--json", "-").stdout).captures;
    expect(notCompared.map(({ quantity }: { quantity: string }) => quantity)).toEqual([
      ...["count", "ahc_init_labels", "qinit", "discrete_diarization"],
    ]);
    rmSync(scratch.path("lacking"), { recursive: true });
  }, SLOW);

  test("what VBx began with is compared", async () => {
    scratch.copy("a_two_speakers", "nan_qinit");
    await scratch.change("nan_qinit", "vbx_state.npz", ({ qinit, ...others }) => {
      const data = Float64Array.from(qinit.data as Float64Array);
      data[3] = NaN;
      return { ...others, qinit: ndArray("f8", qinit.shape, data) };
    });
    const { status, stdout } = replayed("nan_qinit");
    rmSync(scratch.path("nan_qinit"), { recursive: true });
    expect(status).toBe(1);
    expect(stdout).toMatch(/isolated vbx: qinit\[\d+, \d+\] is \S+, NaN is expected/);
  }, SLOW);

  test("hints where there are none", () => {
    scratch.copy("a_two_speakers", "unhinted");
    const { status, stderr } = replayed("unhinted", "--hints");
    rmSync(scratch.path("unhinted"), { recursive: true });
    expect([status, stderr]).toEqual([
      0,
      "note: no hints were replayed: no folder reference/hints/NAME beside the captures holds results\n",
    ]);
  }, SLOW);
});

describe("parity is lost, exit 1,", () => {
  beforeAll(async () => {
    scratch.copy("a_two_speakers", "good");
    scratch.copy("a_two_speakers", "bad_q");
    await scratch.change("bad_q", "vbx_state.npz", ({ q_final, ...others }) => {
      const data = Float64Array.from(q_final.data as Float64Array);
      data[0] += 2e-12;
      return { ...others, q_final: ndArray("f8", q_final.shape, data) };
    });
    scratch.copy("a_two_speakers", "swapped");
    const lines = readFileSync(scratch.path("swapped", "reference.rttm"), "utf8").split("\n");
    [lines[3], lines[4]] = [lines[4], lines[3]];
    writeFileSync(scratch.path("swapped", "reference.rttm"), lines.join("\n"));
  });
  const captures = join(scratch.root, "captures");
  const lost = (...args: string[]) => parity("--captures", captures, "--models", MODELS, ...args);

  test("with one value off: stage, place and both values are told, and the others stay good", () => {
    const { status, stdout } = lost("good", "bad_q");
    expect(status).toBe(1);
    expect(stdout).toMatch(/isolated vbx: q_final\[0, 0\] is \S+, \S+ is expected \(\S+ apart(, \d+ ulp)?\)/);
    expect(stdout).toMatch(/chained vbx: q_final\[0, 0\]/);
    expect(stdout).toMatch(/no parity: 1 of 2 captures as they should be/);
    const { captures, ok } = jsonOf(lost("good", "bad_q", "--json", "-").stdout);
    expect([ok, ...captures.map((capture) => capture.ok)]).toEqual([false, false, true]);
  }, SLOW);

  test("with two lines of the reference swapped: the line is told", () => {
    const { status, stdout } = lost("swapped");
    expect(status).toBe(1);
    expect(stdout).toContain("DIFF");
    expect(stdout).toMatch(/chained RTTM, line 4: SPEAKER a_two_speakers/);
    const report = jsonOf(lost("swapped", "--json", "-").stdout);
    expect(report.captures[0].rttm).toMatchObject({
      identical: false,
      der: 0,
      turns: 25,
      referenceTurns: 25,
    });
  }, SLOW);

  test.each<[string, string, (path: string) => void, RegExp]>([
    ["a file missing", "reference.rttm", (path) => rmSync(path), /is no capture: reference\.rttm not found/],
    ["a file garbled", "vbx_state.npz", (path) => writeFileSync(path, "?"), /vbx_state\.npz/],
    [
      "a wrong line",
      "reference.rttm",
      (path) => writeFileSync(path, "SPEAKER x\n"),
      /reference\.rttm:1: .*SPEAKER x/,
    ],
  ])("with %s: in one line, without a stack", (_what, file, damage, message) => {
    scratch.copy("a_two_speakers", "damaged");
    damage(scratch.path("damaged", file));
    const { status, stdout, stderr } = lost("damaged");
    rmSync(scratch.path("damaged"), { recursive: true });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  }, SLOW);

  test("with other weights", async () => {
    const { status, stdout } = parity("--captures", scratch.path("good"), "--models", await otherWeights());
    expect(status).toBe(1);
    expect(stdout).toMatch(/isolated plda: post_xvec/);
  }, SLOW);

  test("and the page says so", async () => {
    const page = join(scratch.root, "page.html");
    const { status } = parity(
      "--captures",
      scratch.path("good"),
      "--models",
      await otherWeights(),
      "--html",
      page,
    );
    const text = mainOf(readFileSync(page, "utf8"));
    expect(status).toBe(1);
    expect(text).toContain("No parity: 0 of 1 replay as they should be</h1>");
    expect(text).toMatch(/class="words bad"><div><span [^>]*>✗<\/span> post_xvec\[[^<]* is expected/);
  }, SLOW);
});

describe("parity --html", () => {
  test("writes a page with every capture, and prints the table as ever", () => {
    const page = join(scratch.root, "all.html");
    const { status, stdout } = parity("--captures", OWN, "--html", page);
    expect([status, stdout.split("\n").length]).toEqual([0, 15]);
    const whole = readFileSync(page, "utf8");
    expect(whole.length).toBeLessThan(8e6);
    const text = mainOf(whole);
    expect(text).toContain(
      "Parity: 5 of 5 replays identical, every stage that was compared within tolerance</h1>",
    );
    for (const name of NAMES) expect(text).toContain(`aria-label="Player of ${name}"`);
  }, SLOW);
});

describe("parity refuses", () => {
  test.each<[number, RegExp, string[]]>([
    [2, /Unknown option --capture\b/, ["--capture", "x"]],
    [2, /--captures needs a value/, ["--captures"]],
    [2, /--html is not for --end-to-end/, ["--end-to-end", "--html", "page.html"]],
    [2, /--backend is scalar or wasm or webgpu or all, not gpu/, ["--backend", "gpu"]],
    [2, /--hints takes no value/, ["--hints=yes"]],
    [3, /^error: Folder nowhere does not exist\.$/m, ["--captures", "nowhere"]],
    [3, /No capture in .*LICENSE: it is a file, and a folder is needed/, [
      ...["--captures", join(projectRoot(), "LICENSE")],
    ]],
    [3, /No capture a_to_speakers; there are a_two_speakers, b_five_speakers/, [
      "--captures",
      OWN,
      "a_to_speakers",
    ]],
    [3, /No PLDA weights in .*nowhere.*--models DIR.*DIALAB_MODELS.*community-1 on Hugging Face/, [
      ...["--captures", OWN, "--models", "nowhere"],
    ]],
  ])("with %d and %s", (code, message, args) => {
    const { status, stdout, stderr } = parity(...args);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(message);
  }, SLOW);

  test("with 3 a capture for whose dimension there are no weights", async () => {
    const zeros = (...shape: number[]) =>
      ndArray("f4", shape, new Float32Array(shape.reduce((a, b) => a * b)));
    const folder = await scratch.make("five", {
      segmentations: zeros(2, 589, 3),
      embeddings: zeros(2, 3, 5),
    });
    const { status, stderr } = parity("--captures", folder);
    expect(status).toBe(3);
    expect(stderr).toMatch(/No PLDA weights for 5-dimensional embeddings \(capture five\).*on Hugging Face/);
    expect(existsSync(join(scratch.root, "report.json.tmp"))).toBe(false);
  }, SLOW);
});

const shared = fixture("captures/02_pyannote_sample");
describeWith(
  "parity on pyannote's captures",
  model("plda") && fixture("reference/hints") && shared,
  (capture) => {
    test("--hints adds their results, in the table and in the report", () => {
      const { status, stdout } = parity("--captures", capture, "--hints");
      expect(status).toBe(0);
      expect(stdout).toMatch(/02_pyannote_sample +8 of 8 +8 of 8 +4 of 4/);
      const [{ hints }] = jsonOf(parity("--captures", capture, "--hints", "--json", "-").stdout).captures;
      expect(hints!.map(({ hint, ok }) => `${hint} ${ok}`)).toEqual(
        ["auto", "max1", "max2", "min2max3", "min4", "num2", "num3", "num4"].map((hint) => `${hint} true`),
      );
    });

    test("by default every place is looked at", () => {
      const { status, stdout } = parity("--json", "-", "02_pyannote_sample", "a_two_speakers");
      expect([status, jsonOf(stdout).captures.length]).toEqual([0, 2]);
    });
  },
);

/** The project's weights with another mean, a millionth away. */
async function otherWeights(): Promise<string> {
  scratch.copy("../models", "../other");
  const path = join(scratch.root, "other", "plda", "xvec_transform.npz");
  const { mean2, ...others } = await readNpz(path);
  const data = Float64Array.from(mean2.data as Float64Array);
  data[0] += 1e-6;
  await writeNpz(path, { ...others, mean2: ndArray("f8", mean2.shape, data) });
  return join(scratch.root, "other");
}
