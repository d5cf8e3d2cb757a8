/** The captured clips from their audio: the segmentation, and what comes of it with the embeddings that pyannote computed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import process from "node:process";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { chunks } from "#lib/audio/chunks.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { openSegmentation, type SegmentationNetwork } from "#lib/networks/segmentation.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { speakerCounting } from "#lib/pipeline/stages/speaker_counting.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";

/** Of a clip's frames, those of which all slots are as captured. */
const EQUAL_FRAMES = 0.996;
const MOST_DER = 0.01;
const CLIPS = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"];
/** Milliseconds that a clip may take on a busy machine. */
const SLOW = 300_000;

describeWith(
  "from the audio of",
  fixture(`captures/${CLIPS[0]}`) && model("plda/plda.npz") && model("segmentation-3.0.from-fp16.onnx"),
  (path) => {
    let network: SegmentationNetwork;
    beforeAll(async () => void (network = await openSegmentation(path)));
    afterAll(() => network[Symbol.asyncDispose]());

    async function segment(file: string) {
      await using audio = await openAudio(file);
      const pieces: Float32Array[] = [];
      for await (const { samples } of chunks(audio)) {
        pieces.push((await network.run(samples)).segmentations.data);
      }
      const data = new Float32Array(pieces.length * pieces[0].length);
      pieces.forEach((piece, i) => data.set(piece, i * piece.length));
      return ndArray("f4", [pieces.length, network.frames, network.slots], data);
    }

    describe.each(CLIPS)("%s", (clip) => {
      let capture: Capture;
      let segmentations: Capture["artefacts"]["segmentations"];
      beforeAll(async () => {
        const folder = fixture(`captures/${clip}`) ?? "";
        capture = await readCapture(folder);
        segmentations = await segment(join(folder, "clip_16k.wav"));
      }, { timeout: SLOW });

      test("the segmentation is as captured in at least 99.6 % of the frames", () => {
        const { segmentations: captured } = capture.artefacts;
        expect(segmentations.shape).toEqual([...captured.shape]);
        const [count, frames, slots] = captured.shape;
        let equal = 0;
        for (let at = 0; at < count * frames * slots; at += slots) {
          const same = (_: unknown, slot: number) =>
            segmentations.data[at + slot] === captured.data[at + slot];
          equal += Number(Array.from({ length: slots }).every(same));
        }
        const share = equal / count / frames;
        process.stderr.write(`${clip}: ${(100 * share).toFixed(2)} % of ${count * frames} frames equal\n`);
        expect(share).toBeGreaterThanOrEqual(EQUAL_FRAMES);
      }, SLOW);

      test("the count of speakers is within one of pyannote's, and rarely another", async () => {
        const { artefacts } = await runStages([speakerCounting], { segmentations }, {
          options: capture.options,
        });
        const [ours, theirs] = [artefacts.count?.data ?? [], capture.artefacts.count?.data ?? []];
        expect(ours.length).toBe(theirs.length);
        const differences = Array.from(ours, (n, t) => Math.abs(n - theirs[t]));
        const other = differences.filter((d) => d > 0).length / ours.length;
        process.stderr.write(`${clip}: count differs in ${(100 * other).toFixed(2)} % of the frames\n`);
        expect(Math.max(...differences)).toBeLessThanOrEqual(1);
        expect(other).toBeLessThanOrEqual(1 - EQUAL_FRAMES);
      }, SLOW);

      test("with the captured embeddings the DER to pyannote's RTTM is at most 1 %", async () => {
        const { embeddings } = capture.artefacts;
        const { model: plda } = await findPlda(capture);
        const { artefacts } = await runStages(COMMUNITY_1, { segmentations, embeddings }, {
          options: capture.options,
          models: { plda },
        });
        const { der, missed, falseAlarm, confusion } = diarizationErrorRate(
          capture.reference,
          artefacts.diarization!,
        );
        const seconds = [missed, falseAlarm, confusion].map((x) => x.toFixed(3)).join(", ");
        process.stderr.write(
          `${clip}: DER ${(100 * der).toFixed(2)} % (missed, false alarm, confusion: ${seconds} s)\n`,
        );
        expect(artefacts.diarization!.labels().length).toBe(capture.reference.labels().length);
        expect(der).toBeLessThanOrEqual(MOST_DER);
      }, SLOW);
    });
  },
);
