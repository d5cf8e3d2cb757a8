/** Batches on the device: what is there is what was in the batch, and nothing stays behind. */
import { describe, expect, test } from "bun:test";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
import { type GpuArray, toGpu } from "#lib/corpus/batches/to_gpu.ts";
import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import { compose } from "#lib/corpus/transforms/compose.ts";
import { labelEncoder } from "#lib/corpus/transforms/label_encoder.ts";
import { maskGenerator } from "#lib/corpus/transforms/mask_generator.ts";
import type { SpeechSample } from "#lib/corpus/transforms/speech_sample.ts";
import { describeTargets } from "../../harness/backends.ts";
import { madeLoader } from "../loaders/made_loader.ts";

const spoken = (id: string, length: number, labels: readonly string[]): SpeechSample => ({
  ...{ id, wavId: id, sampleRate: 16_000 },
  waveform: [Float32Array.from({ length }, (_, i) => Math.sin(i / 9) / 2)],
  metadata: {
    ...(id === "a" ? { snr_db: 12.5 } : {}),
    vtc_segments: labels.map((label, i) => ({ onset: 0.01 * i, offset: 0.01 * i + 0.008, label })),
  },
});

describeTargets("batches", (target) => {
  test("are on the device as they were, flags as whole words", async () => {
    const { gpu } = target.compute;
    const before = gpu!.memory;
    const prepare = compose([
      labelEncoder(["FEM", "MAL"], { segmentsKey: "vtc_segments" }),
      maskGenerator({ labelCount: 2, frameShiftSec: 0.005 }),
    ]);
    const batch = new SpeechCollator().collate([
      prepare(spoken("a", 801, ["FEM", "MAL", "FEM"])),
      prepare(spoken("b", 640, [])),
    ]);
    {
      using onDevice = toGpu(batch, target.compute);
      const same = async ({ buffer, shape, type }: GpuArray, array: NdArray<"f4" | "i4" | "b1">) => {
        const bytes = await gpu!.download(buffer);
        const found = { f32: Float32Array, i32: Int32Array, u32: Uint32Array }[type];
        expect(shape).toEqual(array.shape);
        expect([...new found(bytes)]).toEqual([...array.data]);
      };
      await same(onDevice.waveforms, batch.waveforms);
      await same(onDevice.waveformLengths, batch.waveformLengths);
      await same(onDevice.attentionMask, batch.attentionMask);
      await same(onDevice.durationsSec, batch.durationsSec);
      await same(onDevice.labels!, batch.labels!);
      await same(onDevice.labelMask!, batch.labelMask!);
      await same(onDevice.frameLabels!, batch.frameLabels!);
      await same(onDevice.scalars.snr_db.values, batch.scalars.snr_db.values);
      await same(onDevice.scalars.snr_db.mask, batch.scalars.snr_db.mask);
      expect(onDevice.batch).toBe(batch);
      expect(gpu!.memory.bytes - before.bytes).toBe(onDevice.byteLength);
    }
    expect(gpu!.memory).toEqual(before);
  });

  test("are what a kernel reads", async () => {
    const { gpu } = target.compute;
    const batch = new SpeechCollator().collate([spoken("a", 70, []), spoken("b", 33, [])]);
    using onDevice = toGpu(batch, target.compute);
    using sums = gpu!.buffer(8, { label: "sums" });
    const kernel = await gpu!.kernel({
      label: "energy where there is sound",
      bindings: ["read", "read", "read_write"],
      code: `
        @group(0) @binding(0) var<storage, read> waveforms: array<f32>;
        @group(0) @binding(1) var<storage, read> attentionMask: array<u32>;
        @group(0) @binding(2) var<storage, read_write> sums: array<f32>;
        @compute @workgroup_size(1)
        fn main(@builtin(workgroup_id) id: vec3<u32>) {
          let length = arrayLength(&waveforms) / 2;
          for (var i = id.x * length; i < (id.x + 1) * length; i++) {
            if (attentionMask[i] == 1) { sums[id.x] += waveforms[i] * waveforms[i] + 1.0; }
          }
        }`,
    });
    await gpu!.run(kernel, {
      bindings: [onDevice.waveforms.buffer, onDevice.attentionMask.buffer, sums],
      workgroups: 2,
    });
    const found = new Float32Array(await gpu!.download(sums));
    for (const [b, length] of [70, 33].entries()) {
      const row = batch.waveforms.data.subarray(b * 70, b * 70 + length);
      const expected = row.reduce((sum, value) => sum + value * value + 1, 0);
      expect(Math.abs(found[b] - expected)).toBeLessThan(1e-3); // float32 of about 80
    }
  });

  test("of an epoch are made, used and freed one after the other", async () => {
    const before = target.compute.gpu!.memory;
    let samples = 0;
    for await (const { batch } of speechBatches(madeLoader({ sizes: [9] }), { batchSize: 4 })) {
      using onDevice = toGpu(batch, target.compute);
      samples += onDevice.waveforms.shape[0];
    }
    expect(samples).toBe(9);
    expect(target.compute.gpu!.memory).toEqual(before);
  });
}, { backends: ["webgpu"], precisions: ["f32"] });

describe("a backend that is no GPU", () => {
  test("is refused", async () => {
    await using compute = await openCompute({ backend: "scalar" });
    const batch = new SpeechCollator().collate([spoken("a", 4, [])]);
    expect(() => toGpu(batch, compute)).toThrow("the backend webgpu is needed, not scalar");
  });
});
