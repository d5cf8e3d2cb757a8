/** `capture_pyannote.py` beside a stand-in for pyannote.audio (tests/pyannote_stub): what it writes, `parity` replays identically. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { verifyManifest } from "#lib/parity/verify_manifest.ts";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "#scripts/cli/python.ts";
import { runCommand } from "./command.ts";

const SLOW = 120_000;
const python = findPython(["numpy", "scipy"]);
const root = mkdtempSync(join(tmpdir(), "dialab-pyannote-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NAMES = ["a_two_speakers", "b_five_speakers", "c_one_chunk", "d_twelve_speakers", "e_minimal"];
const fixtures = join(projectRoot(), "fixtures");
/** A pipeline in a folder, as pyannote has it, and a PLDA that nobody finds unless it is told where. */
const pipeline = join(root, "my pipeline");
/** What the stand-in's networks would give: dialab's own captures, and a recording in which nobody speaks. */
const inputs = join(root, "inputs");
mkdirSync(inputs);
const recording = (name: string) => join(root, `${name}.wav`);

/** Runs the program, with the stand-in in pyannote's place. */
function capture(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const script = join(projectRoot(), "scripts", "capture_pyannote.py");
  const { status, stdout, stderr } = spawnSync(python ?? "python3", [script, ...args], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PYTHONPATH: join(projectRoot(), "tests", "pyannote_stub"),
      PYTHONDONTWRITEBYTECODE: "1",
      OPENBLAS_NUM_THREADS: "1",
      HF_TOKEN: "",
      PYANNOTE_STUB_INPUTS: inputs,
      ...env,
    },
  });
  return { status, stdout, stderr };
}

const parity = (folder: string, ...args: string[]) =>
  runCommand("parity", ["--captures", folder, "--models", join(pipeline, "plda"), ...args]);

if (python === undefined && !process.env.CI) {
  test.skip("capture_pyannote.py (skipped: python3 with numpy and scipy not found)", () => {});
} else {
  beforeAll(async () => {
    cpSync(join(fixtures, "models", "plda"), join(pipeline, "plda"), { recursive: true });
    for (const network of ["segmentation", "embedding"]) {
      mkdirSync(join(pipeline, network));
      writeFileSync(join(pipeline, network, "pytorch_model.bin"), `weights of the ${network}`);
    }
    for (const name of NAMES) symlinkSync(join(fixtures, "captures", name), join(inputs, name));
    for (const name of ["scores", "no_hook"]) {
      symlinkSync(join(fixtures, "captures", "e_minimal"), join(inputs, name));
    }
    mkdirSync(join(inputs, "no_one"));
    const segmentations = ndArray("f4", [2, 589, 3], new Float32Array(2 * 589 * 3));
    await writeNpz(join(inputs, "no_one", "segmentations.npz"), { segmentations });
    const embeddings = ndArray("f4", [2, 3, 64], new Float32Array(2 * 3 * 64));
    await writeNpz(join(inputs, "no_one", "raw_embeddings.npz"), { embeddings });
    for (const name of [...NAMES, "no one", "scores", "no_hook", "crash"]) {
      writeFileSync(recording(name), "RIFF");
    }
  });

  test(
    "captures are replayed identically by parity, whatever the hints, and hold what real ones do",
    async () => {
      const out = join(root, "captures"), hinted = join(root, "hinted");
      const all = [...NAMES, "no one"].map(recording);
      const { status, stdout, stderr } = capture([...all, "--pipeline", pipeline, "--out", out]);
      expect(stderr).toContain("to replay: dialab parity --captures ");
      expect([status, stdout.trim().split("\n").length]).toEqual([0, 6]);
      expect(stdout).toContain(`${join(out, "no_one")}: 2 chunks, 0 speakers\n`);
      expect(readdirSync(out).sort()).toEqual([...NAMES, "no_one"]);
      for (const hints of [["--min-speakers", "6"], ["--num-speakers", "4"]]) { // KMeans steps in
        capture([recording("b_five_speakers"), "--pipeline", pipeline, "--out", hinted, ...hints]);
        renameSync(join(hinted, "b_five_speakers"), join(out, hints.join("").slice(2)));
      }
      const replayed = await parity(out, "--backend", "wasm");
      expect(replayed.stdout).toContain("parity: 8 of 8 captures identical");
      expect(replayed.stdout).toMatch(/^min-speakers6 +\d+ +6 .*^num-speakers4 +\d+ +4 /ms);
      expect([replayed.status, replayed.stderr]).toEqual([0, ""]);

      const folder = join(out, "num-speakers4"), real = join(fixtures, "captures", "b_five_speakers");
      const theirs = readdirSync(real);
      expect(readdirSync(folder).sort()).toEqual([...theirs, "kmeans_labels.npy"].sort());
      const kinds = async (path: string) =>
        Object.entries(await readNpz(path)).map(([name, { dtype, shape }]) =>
          `${name} ${dtype} ${shape.length}`
        );
      for (const file of theirs.filter((name) => name.endsWith(".npz"))) {
        const [own, other] = [await kinds(join(folder, file)), await kinds(join(real, file))];
        expect(other.filter((kind) => !own.includes(kind))).toEqual([]);
      }
      const check = await verifyManifest(folder);
      expect([check!.damaged, check!.absent, check!.sound.length]).toEqual([[], [], theirs.length]);
      const { run } = await readCapture(folder);
      expect(run!.options.hints).toEqual({ numSpeakers: 4 });
      expect(run!.weights!.plda!.map(({ model, file }) => [model, file])).toEqual([
        ["my pipeline/plda", "plda.npz"],
        ["my pipeline/plda", "xvec_transform.npz"],
      ]);
      const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
      expect(JSON.parse(manifest)).toMatchObject({
        pyannote_audio_version: "4.0.4",
        run: { preset: "my pipeline" },
      });

      // A PLDA of other sums is not taken for it.
      writeFileSync(
        join(folder, "manifest.json"),
        manifest.replaceAll(run!.weights!.plda![0].sha256, "0".repeat(64)),
      );
      const refused = await parity(folder);
      expect(refused.stderr).toMatch(/PLDA that capture num-speakers4 was computed with was not found/);
      expect(refused.status).toBe(3);
    },
    SLOW,
  );

  test("one recording does not stop the others, and what is no capture is never replaced", () => {
    const names = ["crash", "scores", "no_hook", "e_minimal"];
    const args = [...names.map((name) => `${name}.wav`), "--pipeline", pipeline, "--out", "many"];
    const { status, stdout, stderr } = capture(args);
    expect([status, stdout]).toEqual([1, `${join("many", "e_minimal")}: 51 chunks, 3 speakers\n`]);
    expect(stderr.split("\n").slice(0, 3)).toEqual([
      "error: crash.wav: RuntimeError: CUDA error: an illegal memory access was encountered",
      "error: scores.wav: the segmentation is not of 0 and 1; captures are of powerset networks, as community-1's is.",
      "error: no_hook.wav: pyannote.audio 4.0.4 did not call its hook embeddings.",
    ]);
    expect(readdirSync(join(root, "many"))).toEqual(["e_minimal"]);
    expect(capture(args).stderr).toMatch(/there already; --overwrite replaces captures/);
    rmSync(join(root, "many", "e_minimal", "segmentations.npz"));
    const kept = capture([...args, "--overwrite"]);
    expect([kept.status, kept.stderr]).toEqual([
      2,
      `error: ${join("many", "e_minimal")}: there already, and no capture; it is not replaced.\n`,
    ]);
  }, SLOW);

  const away = ["a_two_speakers.wav", "--out", "none"], one = [...away, "--pipeline", "my pipeline"];
  test.each([
    ["old", one, 3, /^error: pyannote\.audio 3\.3\.2 is installed, and 4\.0 or later is needed: /],
    [
      "changed",
      one,
      3,
      /as this script knows 4\.0: .*cluster_vbx has no argument ahc_init, .* no .*vbx\.VBx\.$/,
    ],
    ["agglomerative", one, 1, /clusters by AgglomerativeClustering; captures are of VBxClustering/],
    ["", away, 3, /401 Client Error\. Accept its conditions at https:\/\/hf\.co\/.*, set HF_TOKEN/],
    ["none", away, 3, /^error: The pipeline pyannote\/speaker-\S+-1 cannot be loaded\. Accept/],
    [
      "absent",
      one,
      3,
      /^error: pyannote\.audio cannot be loaded \(No module named 'pyannote'\); .* installs it\.$/,
    ],
    ["", [...one, "--pipeline", "./nowhere"], 3, /^error: The pipeline \.\/nowhere does not exist\.$/],
    ["", ["nothing.wav", ...one.slice(1)], 3, /^error: nothing\.wav: there is no such file\.$/],
    ["", [...one, "--min-speakers", "3", "--max-speakers", "2"], 2, /--min-speakers 3 is more than --max-sp/],
    ["", [...one, "--num-speakers", "0"], 2, /0 is no number of speakers/],
    ["", [...one, "x/a_two_speakers.flac"], 2, /two recordings would make the capture a_two_speakers/],
  ])(
    "fault %j, %j: exit %i with a line, and nothing is left",
    (fault: string, args: string[], code: number, message: RegExp) => {
      const { status, stderr } = capture(args, {
        PYANNOTE_STUB_FAULT: fault,
        ...(fault === "absent" ? { PYTHONPATH: root } : {}),
      });
      expect(stderr).not.toContain("Traceback");
      expect(stderr.trim().split("\n").find((text) => text.includes("error:")) ?? "").toMatch(message);
      expect(status).toBe(code);
      expect(existsSync(join(root, "none")) ? readdirSync(join(root, "none")) : []).toEqual([]);
    },
    SLOW,
  );
}
