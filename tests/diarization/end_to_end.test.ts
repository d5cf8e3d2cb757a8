/**
 * community-1 from the audio to every output, with random weights in WeSpeaker's place: its speakers mean nothing, but every stage, dump and
 * format works, and `parity` can replay what was dumped and repeat it from the audio.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { parseAnnotationJson } from "#lib/timeline/annotation_json.ts";
import { readAudacity } from "#lib/timeline/audacity.ts";
import { readCsv } from "#lib/timeline/csv.ts";
import { readLab } from "#lib/timeline/lab.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { readSrt } from "#lib/timeline/srt.ts";
import { readTextGrid } from "#lib/timeline/textgrid.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";

const FORMATS = ["rttm", "json", "textgrid", "audacity", "lab", "srt", "csv"];
const NAME = "talk";
/** Length of the recording in seconds: six chunks of 10 s. */
const LENGTH_SEC = 15;
/** Milliseconds that a command may take on a busy machine. */
const SLOW = 300_000;

function command(name: string, ...args: string[]) {
  const runtime = "Deno" in globalThis ? ["run", "-A"] : ["run"];
  const script = join(projectRoot(), "scripts", name);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runtime, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

/** Two annotations' turns are the same, but for the rounding of their times: a start and a length are at most 0.5 ms off each. */
function expectSameTurns(actual: Annotation, expected: Annotation): void {
  const [a, e] = [actual, expected].map((one) => [...one.itertracks({ yieldLabel: true })]);
  expect(a.map(([, , label]) => label)).toEqual(e.map(([, , label]) => label));
  a.forEach(([{ start, end }], i) => {
    expect(Math.abs(start - e[i][0].start)).toBeLessThan(0.0011);
    expect(Math.abs(end - e[i][0].end)).toBeLessThan(0.0021);
  });
}

describeWith(
  "community-1 with random weights",
  model("wespeaker_shaped_random.onnx") && fixture("captures/02_pyannote_sample/clip_16k.wav"),
  (clip) => {
    const root = mkdtempSync(join(tmpdir(), "dialab-end-to-end-"));
    const out = join(root, "out"), dumped = join(out, "captures", NAME), wave = join(root, `${NAME}.wav`);
    const path = (ending: string) => join(out, `${NAME}.${ending}`);
    let ran: ReturnType<typeof command>;

    beforeAll(async () => {
      const { samples, sampleRate } = await readAudio(clip);
      await writeWav(wave, samples.slice(0, LENGTH_SEC * sampleRate), { sampleRate });
      ran = command(
        "diarize.ts",
        ...[wave, "--out", out, "--embedding-model", "wespeaker-shaped-random", "--dump", "all"],
        ...["--format", FORMATS.join(","), "--exclusive", "--embeddings", "--json"],
      );
    }, { timeout: SLOW });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    test("tells what it did and how long every stage took", () => {
      expect([ran.status, ran.stderr.includes("error")]).toEqual([0, false]);
      const { preset, files: [file, ...others] } = JSON.parse(ran.stdout);
      expect([preset, file.uri, file.status, others.length]).toEqual(["community-1", NAME, "done", 0]);
      expect(file.durationSec).toBe(LENGTH_SEC);
      expect(Object.keys(file.seconds).sort()).toEqual([
        ...["ahc", "annotation", "assignment", "centroids", "networks", "plda", "reconstruction", "scores"],
        ...["speaker_counting", "total", "train_filter", "vbx"],
      ]);
    }, SLOW);

    test("writes the same turns in every format", async () => {
      for (const kind of ["", "exclusive."]) {
        const rttm = (await readRttm(path(`${kind}rttm`))).get(NAME)!;
        const read = [
          parseAnnotationJson(readFileSync(path(`${kind}json`), "utf8")),
          await readTextGrid(path(`${kind}TextGrid`)),
          await readAudacity(path(`${kind}audacity.txt`)),
          await readLab(path(`${kind}lab`)),
          await readSrt(path(`${kind}srt`)),
          (await readCsv(path(`${kind}csv`))).get(NAME)!,
        ];
        for (const annotation of read) expectSameTurns(annotation, rttm);
        expect(rttm.size).toBeGreaterThan(1);
        expect(rttm.extent().end).toBeLessThan(LENGTH_SEC + 0.1);
      }
    }, SLOW);

    test("writes the embeddings of every chunk and slot", async () => {
      const { embeddings } = await readNpz(path("embeddings.npz"));
      expect([embeddings.dtype, embeddings.shape]).toEqual(["f4", [6, 3, 256]]);
      const { embeddings: inCapture } = await readNpz(join(dumped, "raw_embeddings.npz"));
      expect(inCapture).toEqual(embeddings);
    }, SLOW);

    test("dumps a capture that replays to the same turns", async () => {
      expect(readdirSync(dumped).sort()).toEqual([
        ...["ahc_init_labels.npy", "ahc_state.npz", "clustering.npz", "manifest.json", "plda_embeddings.npz"],
        ...["raw_embeddings.npz", "reconstruction.npz", "reference.rttm", "segmentations.npz"],
        "vbx_state.npz",
      ]);
      const capture = await readCapture(dumped);
      const { model: plda } = await findPlda(capture);
      const report = await replayCapture(capture, { models: { plda } });
      expect(report.stages.filter(({ ok }) => !ok)).toEqual([]);
      expect([report.ok, report.rttm.identical, report.isolatedRttm.identical]).toEqual([true, true, true]);
      expect(readFileSync(join(dumped, "reference.rttm"))).toEqual(readFileSync(path("rttm")));
    }, SLOW);

    describe("parity --end-to-end", () => {
      const captures = join(root, "end_to_end", "captures");
      const ours = join(captures, "a_same"), other = join(captures, "b_other");
      const endToEnd = (...args: string[]) =>
        command("parity.ts", "--end-to-end", "--captures", captures, ...args);

      beforeAll(() => {
        cpSync(dumped, ours, { recursive: true });
        copyFileSync(wave, join(ours, "clip_16k.wav"));
        cpSync(ours, other, { recursive: true });
        writeFileSync(
          join(other, "reference.rttm"),
          `SPEAKER ${NAME} 1 1.000 13.000 <NA> <NA> SPEAKER_00 <NA> <NA>\n`,
        );
        cpSync(dumped, join(captures, "c_no_clip"), { recursive: true });
      });

      test("repeats a run exactly, and sees one that is another", () => {
        const { status, stdout, stderr } = endToEnd(
          ...["--embedding-model", "wespeaker-shaped-random", "--backend", "wasm", "--json", "-"],
        );
        expect([status, stderr]).toEqual([1, "note: c_no_clip has no clip\n"]);
        const { ok, endToEnd: [same, different, ...more] } = JSON.parse(stdout);
        expect([ok, same.ok, different.ok, more.length]).toEqual([false, true, false, 0]);
        expect([same.equalFrames, same.rttm.identical, same.rttm.der]).toEqual([1, true, 0]);
        expect([same.embeddings.compared, same.embeddings.oneSided]).toEqual([18, 0]);
        expect([same.embeddings.maxAbs, same.embeddings.rms]).toEqual([0, 0]);
        expect(same.embeddings.expectedRms).toBeGreaterThan(0);
        expect(same.embeddings.leastCosine).toBeGreaterThan(1 - 1e-12);
        expect(same.sameMasks.compared).toBeLessThan(18);
        expect([different.rttm.identical, different.rttm.der > 0.1]).toEqual([false, true]);
      }, SLOW);

      test("ends with 3 where no capture has a clip", () => {
        const { status, stderr } = endToEnd("c_no_clip");
        expect([status, stderr]).toEqual([3, "error: No clip_16k.wav in c_no_clip.\n"]);
      }, SLOW);

      test.skipIf(model("wespeaker_resnet34_lm.onnx") !== undefined)(
        "ends with 3 where WeSpeaker's weights are missing, and says how to get them",
        () => {
          const { status, stdout, stderr } = endToEnd();
          expect([status, stdout]).toEqual([3, ""]);
          expect(stderr).toMatch(/^error: .* not found: no .*wespeaker_resnet34_lm\.onnx/);
          expect(stderr).toContain("npx dialab fetch models ");
        },
        SLOW,
      );

      test("ends with 2 where options do not go together", () => {
        expect(endToEnd("--hints").status).toBe(2);
        expect(command("parity.ts", "--embedding-model", "embedding-own").status).toBe(2);
      }, SLOW);
    });
  },
);
