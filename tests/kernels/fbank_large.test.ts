/** Long and many clips: in pieces on the GPU, an hour in WASM, and buffers that stay on the device. */
import { describe, expect, test } from "bun:test";
import process from "node:process";
import { DeviceFbank } from "#kernels/fbank/on_device.ts";
import { fbank as defined } from "#kernels/fbank/scalar.ts";
import { fbank as inWasm } from "#kernels/fbank/wasm.ts";
import { fbank as onGpu } from "#kernels/fbank/webgpu.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { farthest } from "./fbank_bounds.ts";
import { noise } from "./fbank_vectors.ts";

describe("an hour in one piece, in WASM", () => {
  const hour = noise(3600 * 16000);
  const second = 98 * 80;

  test(
    "each second is what it is alone, and little more memory is taken than the features fill",
    async () => {
      await inWasm(hour.subarray(0, 16000));
      const before = process.memoryUsage().rss;
      const { features, frames } = await inWasm(hour);
      const taken = process.memoryUsage().rss - before;
      expect(frames).toBe(359998);
      expect(taken).toBeLessThan(features.byteLength + 64 * 1024 * 1024);
      for (const at of [0, 1799, 3599]) {
        const alone = (await inWasm(hour.slice(16000 * at, 16000 * (at + 1)))).features;
        expect([...features.subarray(8000 * at, 8000 * at + second)]).toEqual([...alone]);
      }
    },
    120_000,
  );

  test("less the mean over all of its frames", async () => {
    const minutes = hour.subarray(0, 5 * 60 * 16000);
    const { features } = await inWasm(minutes, { removeMean: true });
    expect(farthest(features, defined(minutes, { removeMean: true }).features).difference).toBeLessThan(2e-6);
  }, 120_000);
});

describeTargets("on the GPU", (target) => {
  test.each([[1, 5000, 1000], [3, 2000, 1999], [5, 2000, 6000], [7, 401, 400]] as const)(
    "%d clips of %d samples, in pieces of %d, give the same bits as at once",
    async (batch, samples, piece) => {
      const clips = noise(batch * samples, 3);
      const whole = (await onGpu(target.compute, clips, { batch })).features;
      const { features } = await onGpu(target.compute, clips, { batch }, { piece });
      expect([...features]).toEqual([...whole]);
    },
    120_000,
  );

  test("a piece smaller than a frame is refused", async () => {
    const refused = onGpu(target.compute, noise(2000), {}, { piece: 399 });
    await expect(refused).rejects.toThrow("The device holds 399 values at a time");
  });

  test("from buffer to buffer, with the means taken off on the device", async () => {
    const { gpu } = target.compute;
    if (gpu === undefined) throw new Error("no GPU");
    const before = gpu.memory;
    {
      const clips = noise(2 * 45_000, 4); // 279 frames: two partial sums each
      const options = { batch: 2, removeMean: true };
      using fbank = await DeviceFbank.open(target.compute, clips.length, options);
      using waveforms = gpu.upload(clips, { label: "waveforms" });
      using features = gpu.buffer(fbank.featureBytes, { label: "features" });
      for (let i = 0; i < 2; i++) await fbank.record(gpu.batch("fbank"), { waveforms, features }).submit();
      const got = new Float32Array(await gpu.download(features));
      const bound = target.precision === "df64" ? 3e-6 : 1.5e-3;
      expect(farthest(got, defined(clips, options).features).difference).toBeLessThan(bound);

      clips[45_000 + 20_000] = NaN;
      gpu.write(waveforms, clips);
      await fbank.record(gpu.batch("fbank"), { waveforms, features }).submit();
      const damaged = new Float32Array(await gpu.download(features));
      const half = got.length / 2;
      expect([...damaged.subarray(0, half)]).toEqual([...got.subarray(0, half)]);
      expect(damaged.subarray(half).every(Number.isNaN)).toBe(true);
    }
    expect(gpu.memory).toEqual(before);
  }, 120_000);
}, { backends: ["webgpu"], precisions: ["df64", "f32"] });
