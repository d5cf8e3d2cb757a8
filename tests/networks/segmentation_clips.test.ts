/**
 * The segmentation network on the captured clips. The normal run takes a few chunks of each; with DIALAB_ALL_CHUNKS set it takes all, which
 * needs about a minute on two cores.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import process from "node:process";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { openSegmentation, type SegmentationNetwork } from "#lib/networks/segmentation.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";
import { chunkAt, readClip } from "./wave_file.ts";

/** Of a clip's frames, those of which all three slots are as captured; measured over all chunks with the float32 file: 99.68 to 99.88 %. */
const EQUAL_FRAMES = 0.996;
const CLIPS = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"];
const FRAMES = 589;
const EVERY = process.env.DIALAB_ALL_CHUNKS ? 1 : 10;

describeWith(
  "segmentation",
  fixture(`captures/${CLIPS[0]}`) && model("segmentation-3.0.from-fp16.onnx"),
  (path) => {
    let network: SegmentationNetwork;
    beforeAll(async () => void (network = await openSegmentation(path)));
    afterAll(() => network[Symbol.asyncDispose]());

    /** Frames of these chunks that are as captured. */
    async function equalFrames(clip: string, chunks: readonly number[], of = network): Promise<number> {
      const folder = fixture(`captures/${clip}`) ?? "";
      const { segmentations: captured } = await readNpz(`${folder}/segmentations.npz`);
      if (captured.dtype !== "f4") throw new TypeError("captured segmentations are float32");
      const samples = readClip(`${folder}/clip_16k.wav`);
      let equal = 0;
      for (const chunk of chunks) {
        const { segmentations } = await of.run(chunkAt(samples, chunk));
        const truth = captured.data.subarray(chunk * FRAMES * 3, (chunk + 1) * FRAMES * 3);
        for (let f = 0; f < FRAMES; f++) {
          equal += Number(
            [0, 1, 2].every((slot) => segmentations.data[3 * f + slot] === truth[3 * f + slot]),
          );
        }
      }
      return equal;
    }

    test.each(CLIPS)("of %s is as captured in at least 99.6 % of the frames", async (clip) => {
      const { segmentations } = await readNpz(`${fixture(`captures/${clip}`)}/segmentations.npz`);
      const chunks = Array.from({ length: segmentations.shape[0] }, (_, i) => i).filter((i) =>
        i % EVERY === 0
      );
      const equal = await equalFrames(clip, chunks);
      if (EVERY === 1) {
        process.stderr.write(`${clip}: ${((100 * equal) / chunks.length / FRAMES).toFixed(2)} % equal\n`);
      }
      expect(equal / (chunks.length * FRAMES)).toBeGreaterThanOrEqual(EQUAL_FRAMES);
    }, 600_000);

    test("does not depend on the company in a batch", async () => {
      const clip = readClip(fixture(`captures/${CLIPS[0]}/clip_16k.wav`) ?? "");
      const both = new Float32Array(2 * 160000);
      both.set(chunkAt(clip, 3));
      both.set(chunkAt(clip, 9), 160000);
      const together = await network.run(both);
      const alone = await network.run(chunkAt(clip, 9));
      expect(together.scores.shape).toEqual([2, FRAMES, 7]);
      expect([...together.segmentations.data.subarray(FRAMES * 3)]).toEqual([...alone.segmentations.data]);
      const scores = together.scores.data.subarray(FRAMES * 7);
      expect(scores.every((score, i) => Math.abs(score - alone.scores.data[i]) < 1e-4)).toBe(true);
    }, 120_000);

    describe("in half precision", () => {
      const half = model("segmentation-3.0.fp16.onnx");
      test.skipIf(half === undefined)(
        "loads, where onnxruntime alone ends the process, and agrees",
        async () => {
          await using network = await openSegmentation(half ?? "");
          expect(await equalFrames(CLIPS[0], [2], network)).toBeGreaterThan(0.99 * FRAMES);
        },
      );
    });
  },
);
