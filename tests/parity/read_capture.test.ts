import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { besideCaptures, findCaptures } from "#lib/parity/find_captures.ts";
import { findPlda, PldaNotFoundError } from "#lib/parity/find_plda.ts";
import { CaptureError, readCapture, REQUIRED_FILES } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { FIXTURES, Scratch } from "./scratch.ts";

const scratch = new Scratch();
afterAll(() => scratch[Symbol.dispose]());
const path = (file: string) => scratch.path("talk", file);
const read = () => readCapture(scratch.path("talk"));
const plda = await readPlda(join(FIXTURES, "models", "plda"));

describe("readCapture", () => {
  beforeEach(() => {
    rmSync(scratch.path("talk"), { recursive: true, force: true });
    scratch.copy("a_two_speakers", "talk");
  });

  test("gives name, recording, reference, settings and arrays", async () => {
    const { name, uri, artefacts, options, reference, decimals } = await read();
    expect([name, uri, reference.labels(), decimals]).toEqual([
      ...["talk", "a_two_speakers", ["SPEAKER_00", "SPEAKER_01"], 3],
    ]);
    expect(options.vbx).toEqual({ fa: 0.07, fb: 0.8, maxIterations: 20 });
    expect(options.ahc).toEqual({ threshold: 0.6 });
    expect(artefacts.segmentations.shape).toEqual([66, 589, 3]);
    expect(artefacts.hardClusters!.dtype).toBe("i4");
    expect(artefacts.training!.chunkIndex.length).toBe(111);
  });

  test("settings of the capture are used: with another threshold AHC is another", async () => {
    await scratch.change(
      "talk",
      "ahc_state.npz",
      () => ({ threshold: ndArray("f8", [], Float64Array.of(0.3)) }),
    );
    const report = await replayCapture(await read(), { models: { plda } });
    expect(report.stages.find(({ ok }) => !ok)!.quantity).toBe("ahc_init_labels");
  });

  test.each(REQUIRED_FILES.map((file) => [file] as const))("without %s is no capture", async (file) => {
    rmSync(path(file));
    await expect(read()).rejects.toThrow(CaptureError);
    await expect(read()).rejects.toThrow(`is no capture: ${file} not found`);
  });

  test.each(
    [
      ["plda_embeddings.npz", "post_xvec"],
      ["ahc_init_labels.npy", "ahc_init_labels"],
      ["ahc_state.npz", ""],
      ["vbx_state.npz", "q_final"],
      ["clustering.npz", "hard_clusters"],
      ["reconstruction.npz", "count"],
      ["manifest.json", ""],
    ] as const,
  )("without %s is one, and the others are compared", async (file, quantity) => {
    rmSync(path(file));
    const report = await replayCapture(await read(), { models: { plda } });
    expect([report.ok, report.rttm.identical]).toEqual([true, true]);
    const compared = report.stages.map((stage) => stage.quantity);
    expect(compared.includes(quantity)).toBe(false);
    expect(compared.length).toBeGreaterThan(15);
  });

  test("a training set other than ours is reported where ours must stand in for what is missing", async () => {
    rmSync(path("ahc_init_labels.npy"));
    rmSync(path("vbx_state.npz"));
    await scratch.change("talk", "plda_embeddings.npz", (arrays) => {
      for (const name of ["post_xvec", "post_plda", "train_chunk_idx", "train_speaker_idx"]) {
        const { dtype, shape, data } = arrays[name];
        const rest = shape.slice(1).reduce((a, b) => a * b, 1);
        const fewer = data.slice(0, data.length - rest);
        arrays[name] = { dtype, shape: [shape[0] - 1, ...shape.slice(1)], data: fewer } as NdArray;
      }
    });
    const report = await replayCapture(await read(), { models: { plda } });
    expect(report.stages.filter(({ ok, mode }) => !ok && mode === "isolated").map(({ quantity }) => quantity))
      .toEqual(expect.arrayContaining(["train_chunk_idx", "train_speaker_idx"]));
    expect(report.ok).toBe(false);
  });

  test.each<[string, string, NdArray, RegExp]>([
    [
      "raw_embeddings.npz",
      "embeddings",
      zeros([65, 3, 64]),
      /embeddings has shape \[65, 3, 64\], \[66, 3, any\]/,
    ],
    ["raw_embeddings.npz", "embeddings", zeros([66, 2, 64]), /embeddings has shape/],
    ["raw_embeddings.npz", "embeddings", zeros([198, 64]), /embeddings has shape \[198, 64\]/],
    ["segmentations.npz", "segmentations", zeros([66, 589]), /segmentations has shape \[66, 589\]/],
    ["segmentations.npz", "segmentations", zeros([66, 700, 3]), /700 frames .* do not fit/],
    ["clustering.npz", "hard_clusters", zeros([66, 2]), /hard_clusters has shape \[66, 2\], \[66, 3\]/],
    [
      "clustering.npz",
      "soft_clusters",
      zeros([66, 3, 5]),
      /soft_clusters has shape \[66, 3, 5\], \[66, 3, 2\]/,
    ],
    ["clustering.npz", "centroids", zeros([2, 63]), /centroids has shape/],
    ["plda_embeddings.npz", "post_plda", zeros([110, 32]), /post_plda has shape \[110, 32\], \[111, 32\]/],
    [
      "plda_embeddings.npz",
      "train_speaker_idx",
      zeros([110]),
      /train_speaker_idx has shape \[110\], \[111\]/,
    ],
    ["vbx_state.npz", "q_final", zeros([111, 3]), /q_final has shape \[111, 3\], \[111, 10\]/],
    ["reconstruction.npz", "count", zeros([4444, 1]), /count has shape \[4444, 1\], \[4445, 1\]/],
    ["reconstruction.npz", "discrete_diarization", zeros([12, 2]), /discrete_diarization has shape/],
  ])("%s with a %s that does not fit is refused", async (file, name, wrong, fault) => {
    await scratch.change("talk", file, (arrays) => void (arrays[name] = wrong));
    await expect(read()).rejects.toThrow(CaptureError);
    await expect(read()).rejects.toThrow(fault);
  });

  test("labels of another length are refused", async () => {
    await writeNpy(path("ahc_init_labels.npy"), zeros([7]));
    await expect(read()).rejects.toThrow(/ahc_init_labels has shape \[7\], \[111\] is needed/);
  });

  test("a file cut off, garbled or without its array is named", async () => {
    for (const file of ["segmentations.npz", "vbx_state.npz", "ahc_init_labels.npy"]) {
      const whole = readFileSync(path(file));
      for (const damaged of [whole.subarray(0, whole.length / 2), new Uint8Array(100), new Uint8Array(0)]) {
        writeFileSync(path(file), damaged);
        const error = await read().catch((error) => error);
        expect(error).toBeInstanceOf(ArrayFileError);
        expect(error.message).toContain(file);
      }
      writeFileSync(path(file), whole);
    }
    await scratch.change("talk", "clustering.npz", ({ centroids }) => ({ centroids }));
    await expect(read()).rejects.toThrow(
      /clustering\.npz: array "soft_clusters": it is missing \(there are centroids\)/,
    );
  });

  test("a reference of two recordings or with a wrong line is refused", async () => {
    const text = readFileSync(path("reference.rttm"), "utf8");
    writeFileSync(path("reference.rttm"), `${text}SPEAKER other 1 0.000 1.000 <NA> <NA> A <NA> <NA>\n`);
    await expect(read()).rejects.toThrow(/reference\.rttm holds 2 recordings; a capture is of one/);
    writeFileSync(
      path("reference.rttm"),
      `${text}SPEAKER a_two_speakers 1 zero 1.000 <NA> <NA> A <NA> <NA>\n`,
    );
    const error = await read().catch((error) => error);
    expect(error).toBeInstanceOf(TimelineFileError);
    expect(error.message).toMatch(/reference\.rttm:26: .*zero/);
  });

  test.each([
    ["", "talk", 3],
    ["SPEAKER x 1 0.5 1.25 <NA> <NA> A <NA> <NA>\n", "x", 2],
    ["SPEAKER x 1 0.500000 1.250000 <NA> <NA> A <NA> <NA>\r\n", "x", 6],
    ["  SPEAKER x 1 3 1 <NA> <NA> A <NA> <NA>\n", "x", 0],
    [";; made on day 1.23456789 9.87654321\nSPEAKER x 1 0.500 1.250 <NA> <NA> A <NA> <NA>\n", "x", 3],
  ])("the decimals of %j", async (text, uri, decimals) => {
    writeFileSync(path("reference.rttm"), text);
    const capture = await read();
    expect([capture.uri, capture.decimals]).toEqual([uri, decimals]);
  });

  test("no chunk at all: no frame, no turn, no error", async () => {
    await scratch.make("nothing", { segmentations: zeros([0, 589, 3]), embeddings: zeros([0, 3, 64]) });
    const report = await replayCapture(await readCapture(scratch.path("nothing")), { models: { plda } });
    expect([report.ok, report.rttm.turns, report.rttm.speakers, report.rttm.der]).toEqual([true, 0, 0, 0]);
  });
});

describe("findCaptures and findPlda", () => {
  beforeAll(() => {
    scratch.copy("e_minimal", "b");
    scratch.copy("c_one_chunk", "a");
    mkdirSync(scratch.path("no_capture"), { recursive: true });
    writeFileSync(join(scratch.root, "captures", "notes.txt"), "");
    rmSync(scratch.path("talk"), { recursive: true, force: true });
    rmSync(scratch.path("nothing"), { recursive: true, force: true });
    symlinkSync(scratch.path("a"), scratch.path("again"));
  });
  const names = (folder: string) => findCaptures(folder).map(({ name }) => name);

  test("finds each capture of a folder once, by name, and nothing else", () => {
    const found = names(join(scratch.root, "captures"));
    expect(found.length).toBe(2);
    expect(found).toContain("b");
    expect(names(scratch.path("b"))).toEqual(["b"]);
    expect(names(join(scratch.root, "nowhere"))).toEqual([]);
  });

  test("weights come from the flag first, then from beside the capture", async () => {
    const capture = await readCapture(scratch.path("b"));
    const own = join(FIXTURES, "models");
    expect((await findPlda(capture, { models: own })).folder).toBe(join(own, "plda"));
    expect((await findPlda(capture, { models: join(own, "plda") })).folder).toBe(join(own, "plda"));
    const beside = besideCaptures(capture.folder, "models");
    scratch.copy("../models", "../models");
    expect((await findPlda(capture)).folder).toBe(join(beside, "plda"));
    expect((await findPlda(capture, { models: own })).folder).toBe(join(own, "plda"));
  });

  test("a flag that leads nowhere, and a dimension that nobody has, are told", async () => {
    const capture = await readCapture(scratch.path("b"));
    await expect(findPlda(capture, { models: join(scratch.root, "typo") })).rejects.toThrow(
      /No PLDA weights in .*typo/,
    );
    const odd = { ...capture, artefacts: { ...capture.artefacts, embeddings: zeros([51, 3, 5]) } };
    const error = await findPlda(odd).catch((error) => error);
    expect(error).toBeInstanceOf(PldaNotFoundError);
    expect(error.message).toMatch(
      /No PLDA weights for 5-dimensional embeddings \(capture b\): found only .*dimension 64/,
    );
    expect(error.message).toMatch(
      /--models DIR, or set DIALAB_MODELS\. .* pyannote\/speaker-diarization-community-1/,
    );
  });
});

function zeros(shape: number[]) {
  return ndArray("f4", shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
}
