/** Turns end where the recording ends: in what a user gets, not in what is compared with pyannote. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { diarize } from "#lib/diarization/diarize.ts";
import type { Diarizer, DiarizeSettings, Heard } from "#lib/diarization/diarizer.ts";
import { withinRecording } from "#lib/diarization/within_recording.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { conversation } from "../pipeline/conversation.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { formatRttm, parseRttm } from "#lib/timeline/rttm.ts";

type Turn = readonly [start: number, end: number, label: string];

function turns(...list: Turn[]): Annotation {
  const annotation = new Annotation({ uri: "talk" });
  for (const [start, end, label] of list) annotation.add(new Segment(start, end), label);
  return annotation.renameTracks();
}
const tracks = (annotation: Annotation) =>
  [...annotation.itertracks({ yieldLabel: true })].map((
    [{ start, end }, track, label],
  ) => [start, end, track, label]);

describe("withinRecording", () => {
  test.each<[string, Turn[], number, (number | string)[][]]>([
    ["nothing is said", [], 5, []],
    ["all within", [[0, 1, "A"], [2, 5, "B"]], 5, [[0, 1, "A", "A"], [2, 5, "B", "B"]]],
    ["one beyond", [[0, 1, "A"], [2, 5.963, "B"]], 5, [[0, 1, "A", "A"], [2, 5, "B", "B"]]],
    ["two speakers beyond, cut to one segment", [[2, 5.1, "A"], [2, 5.3, "B"]], 5, [
      [2, 5, "A", "A"],
      [2, 5, "B", "B"],
    ]],
    ["wholly beyond", [[1, 2, "A"], [5.2, 5.9, "B"]], 5, [[1, 2, "A", "A"]]],
    ["begins at the end", [[1, 2, "A"], [5, 5.9, "B"]], 5, [[1, 2, "A", "A"]]],
    ["begins less than a millisecond before it", [[1, 2, "A"], [4.9995, 5.9, "B"]], 5, [[1, 2, "A", "A"]]],
    ["a short one that is not cut stays", [[4.9995, 5, "A"]], 5, [[4.9995, 5, "A", "A"]]],
    ["25 ms of sound", [[0, 0.099, "A"]], 0.025, [[0, 0.025, "A", "A"]]],
    ["11 s and a sample at 16 kHz", [[7.8, 11.118, "A"]], 11.0000625, [[7.8, 11.0000625, "A", "A"]]],
    ["a whole day and a bit", [[86390, 86401, "A"]], 86400.5, [[86390, 86400.5, "A", "A"]]],
    ["nothing was decoded", [[0, 0.1, "A"]], 0, []],
  ])("%s", (_, given, durationSec, wanted) => {
    const before = turns(...given);
    const kept = tracks(before);
    expect(tracks(withinRecording(before, durationSec))).toEqual(wanted);
    expect(tracks(before)).toEqual(kept);
  });

  test("the name of the recording stays, and its RTTM reads", () => {
    const cut = withinRecording(turns([0, 1.5, "A"], [1.2, 3.1, "B"]), 2);
    const [[uri, read]] = [...parseRttm(formatRttm(cut))];
    expect([uri, read.extent().end]).toEqual(["talk", 2]);
  });
});

/** Diarizes a made-up recording of some length with ears that hear a captured conversation in it, whatever it holds. */
async function diarized(samples: number, sampleRate: number, hints = {}) {
  const { given, models, reference } = await conversation("a_two_speakers");
  const folder = mkdtempSync(join(tmpdir(), "dialab-end-"));
  const file = join(folder, "talk.wav");
  writeFileSync(file, encodeWav(new Float32Array(samples), { sampleRate }));
  const weights = { model: "ears", file: "ears.onnx", sha256: "0".repeat(64) };
  const ears: Pick<Diarizer, "hear" | "cluster" | "preset" | "options" | "compute" | "weights" | "networks"> =
    {
      preset: presetNamed("community-1"),
      options: {},
      compute: SCALAR,
      weights: { segmentation: weights, embedding: weights },
      networks: { segmentation: "cpu", embedding: "cpu" },
      hear: () =>
        Promise.resolve<Heard>({
          ...given,
          durationSec: Math.ceil(samples * 16_000 / sampleRate) / 16_000,
          warnings: [],
        }),
      cluster: ({ segmentations, embeddings }, { uri, options }: DiarizeSettings = {}) =>
        runStages(COMMUNITY_1, { segmentations, embeddings }, { models, uri, options }),
    };
  try {
    const result = await diarize(file, { diarizer: ears as Diarizer, options: { hints } });
    return { ...result, reference };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("diarize", () => {
  test.each<[number, number]>([[160_000, 16_000], [160_001, 16_000], [441_007, 44_100], [400, 16_000], [
    96_011,
    8000,
  ]])(
    "%d samples at %d Hz: both results end there, the stages' do not",
    async (samples, sampleRate) => {
      const { annotation, exclusive, stages, durationSec, reference } = await diarized(samples, sampleRate);
      expect(durationSec).toBe(samples / sampleRate);
      expect([annotation.extent().end, exclusive.extent().end].every((end) => end <= durationSec)).toBe(true);
      expect(stages.diarization!.extent().end).toBeGreaterThan(durationSec);
      expect(formatRttm(stages.diarization!.copy({ uri: "a" }))).toBe(
        formatRttm(reference.copy({ uri: "a" })),
      );
      const inside = stages.diarization!.crop(new Segment(0, durationSec));
      expect(annotation.getTimeline().support().duration()).toBeCloseTo(
        inside.getTimeline().support().duration(),
        2,
      );
    },
  );

  test("a speaker who is heard behind the end only is left out, with a warning", async () => {
    const { annotation, stages, warnings } = await diarized(8000, 16_000);
    const [all, kept] = [stages.diarization!.labels().length, annotation.labels().length];
    expect(kept).toBeLessThan(all);
    const verb = all - kept === 1 ? "is" : "are";
    expect(warnings).toEqual([
      `${all - kept} of ${all} speakers ${verb} heard behind the recording's end only, and left out.`,
    ]);
  });

  test("hints that were not met stand among the warnings", async () => {
    const { warnings } = await diarized(120 * 16_000, 16_000, { numSpeakers: 700 });
    expect(warnings.at(-1)).toMatch(/^700 speakers were asked for, the result has \d+\.$/);
  });
});
