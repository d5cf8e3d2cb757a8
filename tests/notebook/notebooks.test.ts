/**
 * Every notebook, executed: once as in a fresh clone, with nothing but the project's own fixtures, and once with what is beside the
 * project. Their outputs are looked at for what they must show.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { type FreshCopy, freshCopy } from "#scripts/notebooks/fresh_copy.ts";
import { runNotebook } from "#scripts/notebooks/run_notebook.ts";
import { fixture, model } from "../harness/shared_data.ts";
import { type NotebookFile, NOTEBOOKS, outputsOf, readNotebook } from "./notebook_file.ts";
import { describeWithJupyter } from "./with_jupyter.ts";

const root = projectRoot();
const scratch = mkdtempSync(join(tmpdir(), "dialab-notebooks-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Cells of a table's text form, row by row: columns are two spaces apart or more. */
const rowsOf = (text: string) => text.split("\n").map((line) => line.trim().split(/\s{2,}/));

/** Runs notebooks two at a time: their kernels are separate processes. */
async function execute(names: readonly string[], folder: string, env: FreshCopy["env"]) {
  const waiting = [...names];
  const executed = new Map<string, NotebookFile>();
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const out = join(scratch, `${name}.ipynb`);
      const { error } = await runNotebook(join(folder, "notebooks", `${name}.ipynb`), { out, env });
      if (error) throw new Error(`${name}, cell ${error.id}: ${error.traceback.join("\n")}`);
      executed.set(name, readNotebook(out));
    }
  };
  await Promise.all([worker(), worker()]);
  return executed;
}

// One runtime starts the kernels, which are Deno's in any case; the other sees that it can.
const bun = !("Deno" in globalThis);
const names = bun ? NOTEBOOKS : ["01-first-look"];

describeWithJupyter("in a fresh clone", () => {
  let copy: FreshCopy, notebooks: Map<string, NotebookFile>;
  beforeAll(async () => {
    copy = freshCopy();
    notebooks = await execute(names, copy.root, copy.env);
  }, { timeout: 300_000 });
  afterAll(() => copy[Symbol.dispose]());
  const outputs = (name: string, cell: string) => outputsOf(notebooks.get(name)!, cell);

  test("every notebook runs through, quietly, and has text for every display", () => {
    expect([...notebooks.keys()].sort()).toEqual([...names]);
    for (const { cells } of notebooks.values()) {
      for (const { cell_type, id, execution_count, outputs: all = [] } of cells) {
        if (cell_type !== "code") continue;
        expect({ id, ran: typeof execution_count }).toEqual({ id, ran: "number" });
        const bad = all.filter(({ output_type, name, data }) =>
          output_type === "error" || name === "stderr" || (data !== undefined && !("text/plain" in data))
        );
        expect({ id, bad }).toEqual({ id, bad: [] });
      }
    }
  });

  test.each(names)("%s shows what was saved with it", (name) => {
    const saved = readNotebook(join(root, "notebooks", `${name}.ipynb`));
    const steady = saved.cells.filter(({ cell_type, metadata }) =>
      cell_type === "code" && !metadata.tags?.includes("varies")
    );
    expect(steady.length).toBeGreaterThan(1);
    for (const { id } of steady) {
      const [is, was] = [outputs(name, id), outputsOf(saved, id)];
      expect({ id, mimes: is.mimes, text: is.text, stdout: is.stdout })
        .toEqual({ id, mimes: was.mimes, text: was.text, stdout: was.stdout });
    }
  });

  test("01 shows the stages, a lane for each speaker, and pyannote's own RTTM", () => {
    expect(outputs("01-first-look", "captures").text).toEqual([
      `"a_two_speakers, b_five_speakers, c_one_chunk, d_twelve_speakers, e_minimal"`,
    ]);
    const [progress, run] = outputs("01-first-look", "run").text;
    expect(progress).toMatch(/^10 steps in .*: speaker_counting .*, annotation \d/);
    expect(run).toContain("q                    f8 (111, 10)");
    expect(outputs("01-first-look", "clustering").svg).toHaveLength(4);
    const [lanes] = outputs("01-first-look", "turns").svg;
    expect([...new Set(lanes.match(/SPEAKER_\d+(?=<)/g))].sort()).toEqual(["SPEAKER_00", "SPEAKER_01"]);
    const reference = readFileSync(
      join(root, "fixtures", "captures", "a_two_speakers", "reference.rttm"),
      "utf8",
    );
    expect(outputs("01-first-look", "rttm").stdout).toBe(`${reference}identical to reference.rttm\n`);
    const [parity] = outputs("01-first-look", "parity").text;
    expect(parity).toContain("parity; RTTM identical, DER 0.0000");
    expect(rowsOf(parity).slice(3).map((row) => row.at(-1))).toEqual(Array(16).fill("yes"));
  });

  if (!bun) return;

  test("02 gives the same turns on every backend, and shows the price of float32", () => {
    expect(rowsOf(outputs("02-backends", "open").text[0])).toContainEqual(["wasm", "yes", "f64", "CPU"]);
    const same = rowsOf(outputs("02-backends", "same").text[0]).slice(3);
    expect(same.map(([backend, rttm, der]) => [backend, rttm, der]).slice(0, 2)).toEqual([
      ["scalar", "identical", "0.0000"],
      ["wasm", "identical", "0.0000"],
    ]);
    expect(outputs("02-backends", "steps").text[0]).toMatch(/steps between scalar and wasm\..*% are equal/);
    expect(outputs("02-backends", "steps").svg).toHaveLength(1);
    const [lossy] = outputs("02-backends", "precision").text;
    expect(lossy).toMatch(
      /^float64 and PLDA in float32: the same turns .*; plda is the first stage beyond tolerance/,
    );
    const times = rowsOf(outputs("02-backends", "time").text[0]).slice(3);
    expect(times.map(([backend]) => backend).slice(0, 2)).toEqual(["scalar", "wasm"]);
    expect(outputs("02-backends", "time").svg[0]).toContain("beside scalar");
    expect(times.every((row) => row.length === 6 && row.slice(1).every((ms) => Number(ms) > 0))).toBe(true);
  });

  test("03 names VBx, though everything from the embeddings on differs", () => {
    const [difference] = outputs("03-drift", "compare").text;
    expect(difference).toMatch(
      /^b_five_speakers and the port: other turns .*; embedding is the first stage beyond/,
    );
    const [progress, bisection] = outputs("03-drift", "bisect").text;
    expect(bisection).toMatch(/^vbx changes the turns by its own difference\n/);
    expect(progress).toMatch(/^2 steps in .*: stages .*, smallest part/);
    const stages = rowsOf(bisection).filter(([stage]) => /^[a-z_]+$/.test(stage));
    expect(stages.filter(([, , own]) => own?.startsWith("DER")).map(([stage]) => stage)).toEqual(["vbx"]);
    expect(outputs("03-drift", "runs").svg[0]).toContain("the port");
    expect(outputs("03-drift", "errors").svg).toHaveLength(2);
    expect(outputs("03-drift", "map").svg[0]).toContain("Drift of the scores");
    expect(outputs("03-drift", "margins").text[0]).toMatch(
      /^b_five_speakers: the nearest of \d+ decisions\n/,
    );
    expect(outputs("03-drift", "margins").text[0]).toMatch(/\nAHC cut +0\.589 +0\.6 /);
    expect(outputs("03-drift", "sensitivity").text[1]).toMatch(
      /The turns change between \S+ and \S+, first at/,
    );
  });

  test("04 scores a clustering of one's own beside community-1", () => {
    const rows = rowsOf(outputs("04-swap-a-stage", "score").text[0]);
    const percent = (clustering: string) =>
      rows.find(([name]) => name === clustering)!.slice(1).map((cell) => parseFloat(cell));
    expect(percent("community-1")).toEqual([1.1, 1.2, 2.2, 1.1]);
    expect(percent("leader, cosine from 0.2")[2]).toBeGreaterThan(30);
    const [lanes] = outputs("04-swap-a-stage", "look").svg;
    expect(lanes).toContain("leader clustering");
    expect(lanes).toContain("confusion");
  });

  test("05 makes two voices, tells them apart by dialab's own weights, and says what else can be fetched", () => {
    const weights = rowsOf(outputs("05-audio", "weights").text[0]);
    expect(weights).toContainEqual([
      ...["compact", "segmentation-3.0, thinresnet"],
      ...["segmentation-3.0", "thinresnet"],
    ]);
    expect(weights.find(([preset]) => preset === "own")!.slice(2)).toEqual(["nothing", "nothing"]);
    expect(outputs("05-audio", "recording").text[0]).toMatch(/sample rate +16000 Hz\nlength +12\.000 s\n/);
    expect(outputs("05-audio", "decode").html[0]).toMatch(
      /<audio controls .*src="data:audio\/wav;base64,UklGR/,
    );
    expect(outputs("05-audio", "fbank").text[0]).toContain("498 frames by 80 bands");
    expect(outputs("05-audio", "segmentation").text[0]).toContain("as segmentation-own has it");
    const [, turns] = outputs("05-audio", "diarize").text;
    expect(turns).toMatch(/^hum: \d+ turns, 2 speakers\n/);
    // One voice from 0, the other from 4, and the first again from 8 s on, each for three and a half seconds.
    const spoken = rowsOf(turns).slice(3, -1).map(([start, end, , speaker]) => ({
      turn: Math.floor((Number(start) + Number(end)) / 2 / 4),
      speaker,
    }));
    const [first, second] = [0, 1].map((turn) => spoken.find((one) => one.turn === turn)!.speaker);
    expect(first).not.toBe(second);
    expect(spoken).toEqual(spoken.map(({ turn }) => ({ turn, speaker: [first, second, first][turn] })));
    expect(new Set(spoken.map(({ turn }) => turn)).size).toBe(3);
    expect(outputs("05-audio", "listen").text[0]).toContain("Give a FILE of yours above");
  });

  test("06 leaves out the broken file, filters by a ratio that falls, and gives every clip of what is kept once", () => {
    expect(outputs("06-corpus", "recordings").stdout).toContain("talks/broken.wav");
    expect(rowsOf(outputs("06-corpus", "process").text[0])).toContainEqual(["12", "36", "0", "0"]);
    const wanted = rowsOf(outputs("06-corpus", "wanted").text[0]).filter(([id]) => id.startsWith("day_"));
    expect(wanted.map(([id]) => id)).toEqual(wanted.map((_, i) => `day_0${i}`)); // the loud ones
    expect(wanted.every(([, , ratio]) => Number(ratio) >= 12)).toBe(true);
    const why = rowsOf(outputs("06-corpus", "why").text[0]);
    expect(why).toContainEqual(["speech_ratio is at least 0.3", "not met"]);
    const clips = outputs("06-corpus", "shards").text[0].match(/day_\d\d_\d{4}/g)!;
    expect([new Set(clips).size, new Set(clips.map((clip) => clip.slice(0, 6))).size])
      .toEqual([clips.length, wanted.length]);
    expect(outputs("06-corpus", "listen").html[0]).toMatch(
      /<audio controls .*src="data:audio\/wav;base64,UklGR/,
    );
  });
});

const capture = fixture("captures/06_long_recording");
const networks = model("segmentation-3.0.from-fp16.onnx");
if (bun && capture && networks) {
  describeWithJupyter("beside captures, clips and weights", () => {
    let notebooks: Map<string, NotebookFile>;
    beforeAll(async () => void (notebooks = await execute(NOTEBOOKS, root, {})), { timeout: 300_000 });
    const outputs = (name: string, cell: string) => outputsOf(notebooks.get(name)!, cell);

    test("01 lists the captures, and still draws its own", () => {
      expect(outputs("01-first-look", "captures").text[0]).toContain("06_long_recording");
      expect(outputs("01-first-look", "rttm").stdout).toContain("identical to reference.rttm");
    });

    test.skipIf(!process.env.DIALAB_REQUIRE?.includes("webgpu"))("02 gives the same turns on the GPU", () => {
      const rows = rowsOf(outputs("02-backends", "same").text[0]);
      expect(rows.find(([backend]) => backend === "webgpu")?.slice(0, 3)).toEqual([
        "webgpu",
        "identical",
        "0.0000",
      ]);
    });

    test("03 finds the same stage", () => {
      expect(outputs("03-drift", "bisect").text[1]).toMatch(/^vbx changes the turns/);
    });

    test("05 plays, segments and diarizes the clip", () => {
      expect(outputs("05-audio", "recording").text[0]).toMatch(/length +30\.000 s\n/);
      expect(outputs("05-audio", "decode").text[0]).toBe("Recording: 30.000 s at 16000 Hz");
      expect(outputs("05-audio", "segmentation").svg[0]).toContain("nobody");
      const { svg, text, stdout } = outputs("05-audio", "diarize");
      expect(text[0]).toMatch(/^12 steps in .*: segmentation .*, embeddings .*, speaker_counting/);
      expect(text[1]).toMatch(/^02_pyannote_sample|^clip_16k: \d+ turns, 2 speakers/);
      expect(new Set(svg[0].match(/SPEAKER_\d+(?=<)/g)).size).toBe(2);
      expect(stdout).toContain("dialab's own small networks"); // the first preset whose weights are all here
      const heard = outputs("05-audio", "listen");
      expect(heard.text[0]).toMatch(/: \d+ turns, 2 speakers; 30\.000 s\.$/);
      expect(heard.html[0]).toMatch(/<img .*<audio .*<iframe /s);
    });
  });
} else if (bun && process.env.CI) {
  test("notebooks beside captures: they must be present when CI is set", () => {
    throw new Error("The shared captures and weights were not found; set DIALAB_FIXTURES and DIALAB_MODELS");
  });
}
