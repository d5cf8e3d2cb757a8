/** The parity command as users run it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { projectRoot } from "#lib/places/places.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { FIXTURES, Scratch } from "#tests/parity/scratch.ts";

const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
const OWN = join(FIXTURES, "captures");
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const NAMES = ["a_two_speakers", "b_five_speakers", "c_one_chunk", "d_twelve_speakers", "e_minimal"];
const MODELS = join(FIXTURES, "models");

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());

function parityIn(env: Record<string, string>, ...args: string[]) {
  const script = join(projectRoot(), "scripts", "parity.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    cwd: scratch.root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
const parity = (...args: string[]) => parityIn({ NO_COLOR: "1" }, ...args);

interface Report {
  backend: string;
  ok: boolean;
  environment: Record<string, unknown>;
  captures: {
    name: string;
    backend: string;
    ok: boolean;
    stages: Record<string, unknown>[];
    rttm: Record<string, unknown>;
    seconds: Record<string, number>;
    hints?: { hint: string; ok: boolean }[];
  }[];
}
const jsonOf = (text: string): Report => JSON.parse(text);

/** What a page shows, without its scripts and styles. */
const mainOf = (page: string) =>
  page.slice(page.indexOf("<main"), page.indexOf("</main>")).replace(/src="[^"]*"/g, "");

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
      "parity: 5 of 5 captures identical, every stage within tolerance (scalar)",
    );
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
      writeFileSync(file, "old ".repeat(1_000_000));
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

describe("one bad capture of many", () => {
  const many = new Scratch();
  afterAll(() => many[Symbol.dispose]());
  const captures = join(many.root, "captures");
  const run = (...args: string[]) => parity("--captures", captures, "--models", MODELS, ...args);
  const file = (name: string, file: string, content: string | Uint8Array) =>
    writeFileSync(many.path(name, file), content);

  beforeAll(async () => {
    many.copy("c_one_chunk", "good");
    many.copy("e_minimal", "good_too");
    // What is no capture, as it comes along.
    mkdirSync(join(captures, "__MACOSX", "good"), { recursive: true });
    mkdirSync(join(captures, ".git"));
    mkdirSync(join(captures, "notes"));
    writeFileSync(join(captures, "._good"), "Mac OS X");
    writeFileSync(join(captures, "readme.txt"), "");
    file("good", "._segmentations.npz", "Mac OS X");
    symlinkSync(join(captures, "nowhere"), join(captures, "broken_link"));

    many.copy("a_two_speakers", "zero");
    await many.change("zero", "raw_embeddings.npz", ({ embeddings }) => {
      const data = Float32Array.from(embeddings.data as Float32Array);
      data.fill(0, 4 * 64, 5 * 64); // chunk 1, slot 1
      return { embeddings: ndArray("f4", embeddings.shape, data) };
    });
    many.copy("a_two_speakers", "infinite");
    await many.change("infinite", "raw_embeddings.npz", ({ embeddings }) => {
      const data = Float32Array.from(embeddings.data as Float32Array);
      data[8 * 64] = Infinity; // chunk 2, slot 2
      return { embeddings: ndArray("f4", embeddings.shape, data) };
    });
    many.copy("a_two_speakers", "text_for_numbers");
    await many.change("text_for_numbers", "vbx_state.npz", (arrays) => {
      arrays.q_final = ndArray("U", [2], ["a", "b"]);
    });
    many.copy("a_two_speakers", "no_json");
    file("no_json", "manifest.json", "{");
    many.copy("a_two_speakers", "no_shape");
    await many.change(
      "no_shape",
      "raw_embeddings.npz",
      () => ({ embeddings: ndArray("f4", [2], new Float32Array(2)) }),
    );
    many.copy("a_two_speakers", "folder_for_file");
    rmSync(many.path("folder_for_file", "reference.rttm"));
    mkdirSync(many.path("folder_for_file", "reference.rttm"));
    many.copy("a_two_speakers", "fractional_labels");
    await many.change("fractional_labels", "clustering.npz", (arrays) => {
      const { shape, data } = arrays.hard_clusters;
      arrays.hard_clusters = ndArray(
        "f8",
        shape,
        Float64Array.from(data as Int8Array, (label) => label + 0.5),
      );
    });
    many.copy("a_two_speakers", "two_thresholds");
    await many.change(
      "two_thresholds",
      "ahc_state.npz",
      () => ({ threshold: ndArray("f8", [2], new Float64Array(2)) }),
    );
  });

  const FAULTS: [name: string, fault: RegExp][] = [
    ["zero", /^the embedding of chunk 1, slot 1 is all zero/],
    ["infinite", /^the embedding of chunk 2, slot 2 holds Infinity/],
    ["text_for_numbers", /vbx_state\.npz: array "q_final": it holds text, numbers are needed$/],
    ["no_json", /no_json\/manifest\.json is not JSON: /],
    ["no_shape", /no_shape: embeddings has shape \[2\], \[66, 3, any\] is needed\.$/],
    ["folder_for_file", /folder_for_file\/reference\.rttm cannot be read: /],
    [
      "fractional_labels",
      /clustering\.npz: array "hard_clusters": it: value .*\.5 at index 0 is not a 32-bit integer$/,
    ],
    ["two_thresholds", /threshold has shape \[2\]; one number is needed\.$/],
  ];

  test("the good ones are shown, each bad one is named with its cause, exit 1", () => {
    const { status, stdout, stderr } = run();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^good +\d.* same +0\.0000 /m);
    expect(stdout).toMatch(/^good_too +\d.* same +0\.0000 /m);
    expect(stdout).toContain("no parity: 2 of 10 captures as they should be (scalar)");
    const lines = stderr.trimEnd().split("\n");
    for (const [name, fault] of FAULTS) {
      const prefix = `error: capture ${name}: `;
      expect(lines.find((line) => line.startsWith(prefix))?.slice(prefix.length)).toMatch(fault);
    }
    const others = lines.filter((line) => !line.startsWith("error: "));
    expect(others).toEqual([`warning: in ${captures}, folder notes holds no capture and was passed over`]);
    expect(lines.length).toBe(1 + FAULTS.length);
  }, SLOW);

  test("they stand in --json and on the page, too", () => {
    const page = join(many.root, "page.html");
    const { status, stdout } = run("--json", "-", "--html", page, "--backend", "wasm");
    const report = JSON.parse(stdout) as Report & {
      faults: { name: string; error: string; missing: boolean }[];
    };
    expect([status, report.ok]).toEqual([1, false]);
    expect(new Set(report.captures.map(({ name }) => name))).toEqual(new Set(["good", "good_too"]));
    expect(report.faults.map(({ name }) => name)).toEqual(FAULTS.map(([name]) => name).sort());
    for (const [name, fault] of FAULTS) {
      expect(report.faults.find((one) => one.name === name)!.error).toMatch(fault);
    }
    const text = mainOf(readFileSync(page, "utf8"));
    expect(text).toMatch(/No parity: \d of \d replays as they should be<\/h1>/);
    expect(text).toMatch(/>zero<.*the embedding of chunk 1, slot 1 is all zero/s);
  }, SLOW);

  test("where none is good, nothing is shown but their faults", () => {
    const { status, stdout, stderr } = run("zero", "no_json");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: capture no_json: .*\nerror: capture zero: .*\n$/);
  }, SLOW);

  test("weights that one of them lacks are missing, and stop no other", async () => {
    const zeros = (...shape: number[]) =>
      ndArray("f4", shape, new Float32Array(shape.reduce((a, b) => a * b)));
    await many.make("five", { segmentations: zeros(2, 589, 3), embeddings: zeros(2, 3, 5) });
    const { status, stdout, stderr } = run("good", "five");
    rmSync(many.path("five"), { recursive: true });
    expect(status).toBe(3);
    expect(stdout).toMatch(/no parity: 1 of 2 captures/);
    expect(stderr).toMatch(/^error: capture five: No PLDA weights for 5-dimensional/);
  }, SLOW);

  test("a member that is not needed is passed over with a warning", async () => {
    many.copy("c_one_chunk", "member");
    const path = many.path("member", "raw_embeddings.npz");
    const { embeddings } = await readNpz(path);
    // A bool of 2: what encodes it refuses it, so it is put there behind its back.
    await writeNpz(path, { embeddings, note: ndArray("b1", [1], Uint8Array.of(1)) }, { compress: false });
    const bytes = readFileSync(path);
    bytes[bytes.lastIndexOf("|b1")] = "O".charCodeAt(0);
    writeFileSync(path, bytes);
    const { status, stdout, stderr } = run("member");
    rmSync(many.path("member"), { recursive: true });
    expect([status, stdout.includes("parity: 1 of 1 capture identical")]).toEqual([0, true]);
    expect(stderr).toMatch(
      /^warning: capture member: .*raw_embeddings\.npz: array "note": .*; it is not needed and was passed over\n$/,
    );
  }, SLOW);
});

describe("parity --html", () => {
  test("writes a page with every capture, and prints the table as ever", () => {
    const page = join(scratch.root, "all.html");
    const { status, stdout } = parity("--captures", OWN, "--html", page);
    expect([status, stdout.split("\n").length]).toEqual([0, 10]);
    const whole = readFileSync(page, "utf8");
    expect(whole.length).toBeLessThan(8e6);
    const text = mainOf(whole);
    expect(text).toContain("Parity: 5 of 5 replays identical, every stage within tolerance</h1>");
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
    [3, /No capture in .*nowhere/, ["--captures", "nowhere"]],
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
