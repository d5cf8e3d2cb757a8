/** Resampling and mixing against torchaudio's own outputs (samples/torchaudio.npz, by make_samples.py). */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { asFloat64, readNpz } from "#lib/arrays/mod.ts";
import { audioFromSamples, mixChannels, monoBlocks, resample, Resampler } from "#lib/audio/mod.ts";

const arrays = await readNpz(fileURLToPath(new URL("samples/torchaudio.npz", import.meta.url)));
const values = (name: string) => Float32Array.from(asFloat64(arrays[name]));
const noise = values("noise");
const RATES = [8000, 11025, 12345, 22050, 24000, 32000, 44100, 48000];

/** Measured: 1.9e-7 here, 4.8e-7 over two seconds of full-scale noise; torchaudio sums in float32, we in float64. */
const BOUND = 6e-7;

describe("resample", () => {
  test.each(RATES)("from %d Hz is torchaudio's", (fromRate) => {
    const expected = values(`from${fromRate}`);
    const found = resample(noise, { fromRate, toRate: 16000 });
    expect(found.length).toBe(expected.length);
    expect(Math.max(...found.map((sample, i) => Math.abs(sample - expected[i])))).toBeLessThan(BOUND);
  });

  test.each([...RATES, 16001, 96000])("from %d Hz in blocks gives the same bits as whole", (fromRate) => {
    const signal = Float32Array.from({ length: 9000 }, (_, i) => Math.sin(i * i / 1000));
    const whole = resample(signal, { fromRate, toRate: 16000 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 8 }), (cuts) => {
        const resampler = new Resampler(fromRate, 16000);
        const ends = [...cuts.sort((a, b) => a - b), signal.length];
        const parts = ends.map((end, i) => resampler.push(signal.subarray(ends[i - 1] ?? 0, end)));
        expect([...parts, resampler.finish()].flatMap((part) => [...part])).toEqual([...whole]);
      }),
      { numRuns: 10, seed: 3 },
    );
  });

  // torchaudio 2 rounds the length to float32 before the ceiling; an exact one would give 65560 for 180697.
  test.each([
    [180_696, 44100, 65_559],
    [180_697, 44100, 65_559],
    [180_698, 44100, 65_560],
    [1, 44100, 1],
    [1, 8000, 2],
    [441, 44100, 160],
  ])("%d samples at %d Hz become %d", (length, fromRate, count) => {
    expect(resample(new Float32Array(length), { fromRate, toRate: 16000 }).length).toBe(count);
  });

  test.each([8000, 44100, 48000])(
    "of a constant from %d Hz is that constant away from the ends",
    (fromRate) => {
      const found = resample(new Float32Array(2000).fill(0.5), { fromRate, toRate: 16000 });
      const middle = found.subarray(50, found.length - 50);
      expect(middle.every((sample) => Math.abs(sample - 0.5) < 1e-3)).toBe(true);
    },
  );

  test("removes what the lower rate cannot hold, and keeps what it can", () => {
    const tone = (hz: number) =>
      Float32Array.from({ length: 48000 }, (_, i) => Math.sin(2 * Math.PI * hz * i / 48000));
    const peak = (hz: number) =>
      Math.max(...resample(tone(hz), { fromRate: 48000, toRate: 16000 }).subarray(100, -100).map(Math.abs));
    expect(peak(12000)).toBeLessThan(0.002);
    expect(peak(1000)).toBeGreaterThan(0.998);
  });

  test("at equal rates is a copy", () => {
    const copy = resample(noise, { fromRate: 16000, toRate: 16000 });
    expect(copy).toEqual(noise);
    expect(copy.buffer === noise.buffer).toBe(false);
  });

  test.each([[0, 16000], [-8000, 16000], [44100.5, 16000], [16000, 0], [NaN, 16000], [2 ** 31 - 1, 16000]])(
    "refuses %d to %d Hz",
    (fromRate, toRate) => expect(() => resample(noise, { fromRate, toRate })).toThrow(RangeError),
  );
});

describe("mixChannels", () => {
  test.each([2, 3, 9])("of %d channels is torch's mean, bit for bit", (count) => {
    const flat = values(`channels${count}`);
    const block = Array.from({ length: count }, (_, c) => flat.slice(c * 256, (c + 1) * 256));
    expect(mixChannels(block)).toEqual(values(`mean${count}`));
    expect(mixChannels(block, { channel: 1 })).toEqual(block[1]);
  });

  test.each([-1, 2, 0.5, NaN])("refuses channel %d of two", (channel) => {
    expect(() => mixChannels([noise, noise], { channel })).toThrow(
      `There is no channel ${channel}: the recording has 2`,
    );
  });
});

test("monoBlocks mixes first and resamples then", async () => {
  const other = noise.map((sample) => sample / 3);
  const audio = audioFromSamples([noise, other], { sampleRate: 44100 });
  const found = (await Array.fromAsync(monoBlocks(audio))).flatMap((block) => [...block]);
  const expected = resample(mixChannels([noise, other]), { fromRate: 44100, toRate: 16000 });
  expect(found).toEqual([...expected]);
});
