/** Real networks: what recordings get does not depend on their company, and a cancelled one costs nothing more. */
import { afterAll, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { diarize } from "#lib/diarization/diarize.ts";
import { SegmentationNetwork } from "#lib/networks/segmentation.ts";
import { WindowEmbeddingNetwork } from "#lib/networks/window_embedding.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";
import { DiarizeScratch } from "./diarize_command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const clip = fixture("ami/trn06.wav");
const weights = model("thinresnet_voxceleb2_64d.onnx") && model("segmentation-3.0.from-fp16.onnx");

const scratch = new DiarizeScratch();
afterAll(() => scratch[Symbol.dispose]());

describeWith("recordings in company, on real weights", weights && clip, (clip) => {
  test("one alone and twenty together give the same bytes", async () => {
    const files: string[] = [];
    for (let i = 0; i < 20; i++) {
      files.push(await scratch.cut(clip, `cut${i}.wav`, [i % 10, i % 10 + 9 + i % 3]));
    }
    await using diarizer = await Diarizer.open({ preset: "compact" });
    const written = async (file: string) => {
      const { annotation, exclusive, embeddings, stages } = await diarize(file, { diarizer });
      const { data } = stages.segmentations!;
      return [formatRttm(annotation), formatRttm(exclusive), bytes(embeddings.data), bytes(data)];
    };
    const together = await Promise.all(files.map(written));
    expect(together.filter(([rttm]) => rttm !== "").length).toBeGreaterThan(10);
    for (const i of [0, 1, 2, 7, 19]) expect(await written(files[i])).toEqual(together[i]);
  }, SLOW);

  test("cancelling at the first progress event runs no further batch", async () => {
    await using diarizer = await Diarizer.open({ preset: "compact", batchSize: 1 });
    let batches = 0;
    const count = () => void batches++;
    using _segmentation = counting(SegmentationNetwork.prototype, count);
    using _embedding = counting(WindowEmbeddingNetwork.prototype, count);
    const controller = new AbortController();
    const reason = new Error("enough");
    let atCancel = 0;
    const running = diarize(clip, {
      diarizer,
      signal: controller.signal,
      hook() {
        if (controller.signal.aborted) return;
        atCancel = batches;
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(atCancel).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(batches).toBe(atCancel);
  }, SLOW);
});

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString("hex");

/** Counts the batches that a network starts, until it is disposed. */
function counting<Input, Output>(network: { run(input: Input): Output }, count: () => void): Disposable {
  const { run } = network;
  network.run = function (input) {
    count();
    return run.call(this, input);
  };
  return { [Symbol.dispose]: () => void (network.run = run) };
}
