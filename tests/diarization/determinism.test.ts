/** What a recording gives does not depend on the size of batches, nor on the recordings beside it: bit for bit. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { chunks } from "#lib/audio/chunks.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { Diarizer, type Heard } from "#lib/diarization/diarizer.ts";
import type { ChunkEmbedder, HeardChunk } from "#lib/diarization/heard_chunk.ts";
import { openMaskedEmbedder } from "#lib/diarization/masked_embedder.ts";
import { openWindowEmbedder } from "#lib/diarization/window_embedder.ts";
import { projectRoot } from "#lib/places/places.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";

const SAMPLE_RATE = 16000;
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 300_000;
const segmentationFile = model("segmentation-3.0.from-fp16.onnx");
const networks: [name: string, file: string | undefined, open: (path: string) => Promise<ChunkEmbedder>][] = [
  ["embedding-own", join(projectRoot(), "models", "own", "embedding-own.onnx"), masked],
  ["random WeSpeaker", model("wespeaker_shaped_random.onnx"), masked],
  [
    "ThinResNet",
    model("thinresnet_voxceleb2_64d.onnx"),
    (path) => openWindowEmbedder(path, { frames: 589, slots: 3 }),
  ],
];

async function masked(path: string): Promise<ChunkEmbedder> {
  return await openMaskedEmbedder(path, { frames: 589, slots: 3, compute: await cpuCompute() });
}

/** The bits, so that NaN is the same as itself and 0 another than -0. */
const bits = (values: Float32Array<ArrayBuffer>) => Buffer.from(values.buffer).toString("base64");
const bitsOf = ({ segmentations, embeddings }: Heard) => [bits(segmentations.data), bits(embeddings.data)];

describeWith(
  "determinism",
  segmentationFile && networks.every(([, file]) => file) ? fixture("ami") : undefined,
  (folder) => {
    /** The first 20 s of two recordings: eleven chunks each. */
    let talk: Float32Array, other: Float32Array;
    beforeAll(async () => {
      const [a, b] = await Promise.all(
        ["trn06", "trn04"].map((uri) => readAudio(join(folder, `${uri}.wav`))),
      );
      [talk, other] = [a, b].map(({ samples }) => samples.slice(0, 20 * SAMPLE_RATE));
    }, { timeout: SLOW });
    const audio = (samples: Float32Array) => audioFromSamples(samples, { sampleRate: SAMPLE_RATE });

    describe.each(["own", "compact"])("%s", (preset) => {
      const turns = async (diarizer: Diarizer, heard: Heard) => {
        const { artefacts } = await diarizer.cluster(heard, { uri: "talk" });
        return formatRttm(artefacts.diarization!);
      };
      let expected: string[], rttm: string;
      beforeAll(async () => {
        await using diarizer = await Diarizer.open({ preset, batchSize: 1 });
        const heard = await diarizer.hear(audio(talk));
        expect(heard.embeddings.shape[0]).toBe(11);
        [expected, rttm] = [bitsOf(heard), await turns(diarizer, heard)];
      }, { timeout: SLOW });

      test.each([3, 8])("alone and in company, in batches of %d", async (batchSize) => {
        expect(rttm.split("\n").length).toBeGreaterThan(3);
        await using diarizer = await Diarizer.open({ preset, batchSize });
        const alone = await diarizer.hear(audio(talk));
        expect(bitsOf(alone)).toEqual(expected);
        const [company, inCompany] = await Promise.all(
          [other, talk].map((samples) => diarizer.hear(audio(samples))),
        );
        expect(bitsOf(inCompany)).toEqual(expected);
        expect(bitsOf(company)).not.toEqual(expected);
        expect(await turns(diarizer, inCompany)).toBe(rttm);
      }, SLOW);
    });

    describe("of one call", () => {
      const heard: HeardChunk[] = [];
      beforeAll(async () => {
        await using network = await openSegmentation(segmentationFile!);
        for await (const { index, samples } of chunks(audio(talk))) {
          if (index % 4 > 0) continue;
          const { segmentations } = await network.run(samples);
          heard.push({ index, samples, segmentation: segmentations.data });
        }
      }, { timeout: SLOW });
      afterAll(() => void heard.splice(0));

      test.each(networks)("%s", async (_, file, open) => {
        await using embedder = await open(file!);
        const together = await embedder.embed(heard);
        const alone = [];
        for (const chunk of heard.toReversed()) alone.unshift(...await embedder.embed([chunk]));
        expect(together.map(bits)).toEqual(alone.map(bits));
        expect(new Set(together.map(bits)).size).toBe(3);
      }, SLOW);
    });
  },
);
