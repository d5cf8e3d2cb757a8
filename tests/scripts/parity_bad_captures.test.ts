/** The parity command where one capture of many is bad. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { FIXTURES, Scratch } from "#tests/parity/scratch.ts";
import { mainOf, type ParityJson, runParity, SLOW } from "./parity_command.ts";

const MODELS = join(FIXTURES, "models");

describe("one bad capture of many", () => {
  const many = new Scratch();
  afterAll(() => many[Symbol.dispose]());
  const captures = join(many.root, "captures");
  const run = (...args: string[]) => runParity(many, ["--captures", captures, "--models", MODELS, ...args]);
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
    const clustering = (name: string, array: string, change: (data: Float64Array) => void) => {
      many.copy("a_two_speakers", name);
      return many.change(name, "clustering.npz", (arrays) => {
        const { shape, data } = arrays[array];
        const changed = Float64Array.from(data as ArrayLike<number>);
        change(changed);
        arrays[array] = ndArray("f8", shape, changed);
      });
    };
    await clustering("infinite_score", "soft_clusters", (data) => data[13] = Infinity); // 3 slots of 2 clusters
    await clustering("no_score", "soft_clusters", (data) => data.fill(NaN));
    await clustering("many_clusters", "hard_clusters", (data) => data[5] = 1e9);
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
    ["infinite_score", /^The scores \(soft_clusters\) hold Infinity at chunk 2, slot 0, cluster 1; /],
    ["no_score", /^The scores \(soft_clusters\) are all NaN; /],
    [
      "many_clusters",
      /many_clusters: hard_clusters holds 1000000000 at index 5; clusters from -2 to 197 are/,
    ],
    ["two_thresholds", /threshold has shape \[2\]; one number is needed\.$/],
  ];

  test("the good ones are shown, each bad one is named with its cause, exit 1", () => {
    const { status, stdout, stderr } = run();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^good +\d.* same +0\.0000 /m);
    expect(stdout).toMatch(/^good_too +\d.* same +0\.0000 /m);
    expect(stdout).toContain("no parity: 2 of 13 captures as they should be (scalar)");
    const lines = stderr.trimEnd().split("\n");
    for (const [name, fault] of FAULTS) {
      const prefix = `error: capture ${name}: `;
      expect(lines.find((line) => line.startsWith(prefix))?.slice(prefix.length)).toMatch(fault);
    }
    const changed = lines.filter((line) => line.includes("is not the file whose sha256"));
    expect(changed.length).toBe(2); // one for each file that was changed and could be read
    const others = lines.filter((line) => !line.startsWith("error: ") && !changed.includes(line));
    expect(others).toEqual([`warning: in ${captures}, folder notes holds no capture and was passed over`]);
    expect(lines.length).toBe(1 + changed.length + FAULTS.length);
  }, SLOW);

  test("they stand in --json and on the page, too", () => {
    const page = join(many.root, "page.html");
    const { status, stdout } = run("--json", "-", "--html", page, "--backend", "wasm");
    const report = JSON.parse(stdout) as ParityJson & {
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
    expect(stderr).toMatch(/^warning: .*\nerror: capture no_json: .*\nerror: capture zero: .*\n$/);
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
      /^warning: capture member: .*raw_embeddings\.npz: array "note": .*; it is not needed and was passed over\nwarning: .*sha256.*\n$/,
    );
  }, SLOW);
});
