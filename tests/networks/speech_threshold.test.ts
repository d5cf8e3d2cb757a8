/** Speech by its whole probability instead of by its likeliest set of speakers. */
import { describe, expect, test } from "bun:test";
import { powersetToMultilabel } from "#kernels/powerset/scalar.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { thresholdSpeech } from "#lib/networks/speech_threshold.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";

const CLASSES = 7;
/** Log-probabilities of {}, {0}, {1}, {2}, {0,1}, {0,2}, {1,2}. */
const logs = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);
const active = (scores: Float32Array<ArrayBuffer>, threshold: number) => [
  ...powersetToMultilabel(thresholdSpeech(scores, { classes: CLASSES, threshold })),
];

describe("thresholdSpeech", () => {
  const divided = logs(0.4, 0.21, 0.22, 0.02, 0.05, 0.05, 0.05);

  test("speech that is divided among speakers is still speech; the likeliest of them has it", () => {
    expect([...powersetToMultilabel(divided)]).toEqual([0, 0, 0]);
    expect(active(divided, 0.5)).toEqual([0, 1, 0]);
    expect(active(divided, 0.59)).toEqual([0, 1, 0]);
    expect(active(divided, 0.61)).toEqual([0, 0, 0]);
  });

  test("a high threshold silences a speaker that is likelier than silence", () => {
    const scores = logs(0.3, 0.6, 0.02, 0.02, 0.02, 0.02, 0.02);
    expect([active(scores, 0.5), active(scores, 0.75)]).toEqual([[1, 0, 0], [0, 0, 0]]);
  });

  test("every frame by itself; other scores and what was given stay", () => {
    const scores = Float32Array.of(...divided, ...logs(0.9, 0.02, 0.02, 0.02, 0.01, 0.01, 0.02));
    const before = scores.slice();
    const decided = thresholdSpeech(scores, { classes: CLASSES, threshold: 0.5 });
    expect(scores).toEqual(before);
    expect([decided[0], decided[7]]).toEqual([-Infinity, Infinity]);
    for (const at of scores.keys()) if (at % CLASSES !== 0) expect(decided[at]).toBe(scores[at]);
  });

  test("speech of exactly the threshold is speech", () => {
    const half = Float32Array.of(Math.log(0.5), -1, -2, -2, -9, -9, -9);
    expect(active(half, 0.5)).toEqual([1, 0, 0]);
  });

  test("NaN stays, wherever it is", () => {
    for (const at of [0, 3]) {
      const scores = divided.slice();
      scores[at] = NaN;
      expect(active(scores, 0.5)).toEqual([NaN, NaN, NaN]);
    }
  });

  test.each([0, 1, -0.5, 1.5, NaN])("refuses a threshold of %d", (threshold) => {
    expect(() => thresholdSpeech(divided, { classes: CLASSES, threshold })).toThrow(
      `compared with ${threshold}; over 0 and under 1 is needed`,
    );
  });

  test("refuses broken frames", () => {
    expect(() => thresholdSpeech(divided, { classes: 6, threshold: 0.5 })).toThrow("no whole frames");
  });
});

describeWith(
  "a segmentation network with a threshold",
  model("segmentation-3.0.from-fp16.onnx") && fixture("ami/trn06.wav"),
  (clip) => {
    test("decides by its own scores, and takes in all that pyannote takes at 0.5", async () => {
      const { samples } = await readAudio(clip);
      const chunk = samples.slice(0, 160_000);
      const path = model("segmentation-3.0.from-fp16.onnx")!;
      await using plain = await openSegmentation(path);
      await using even = await openSegmentation(path, { speechThreshold: 0.5 });
      const [one, other] = [await plain.run(chunk), await even.run(chunk)];
      expect(other.scores).toEqual(one.scores);
      const frames = [...Array(589).keys()];
      const speaks = (of: typeof one, f: number) =>
        of.segmentations.data.subarray(3 * f, 3 * f + 3).some((slot) => slot === 1);
      for (const f of frames) {
        expect(speaks(other, f)).toBe(1 - Math.exp(one.scores.data[f * CLASSES]) >= 0.5);
        if (speaks(one, f)) {
          expect(other.segmentations.data.subarray(3 * f, 3 * f + 3)).toEqual(
            one.segmentations.data.subarray(3 * f, 3 * f + 3),
          );
        }
      }
      const more = frames.filter((f) => speaks(other, f) && !speaks(one, f)).length;
      expect(more).toBeGreaterThan(0);
    });
  },
);
