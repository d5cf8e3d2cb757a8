/** Every kind of sample that a WAV holds, by hand-made bytes, and what our writer makes, read back. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { encodeWav, type WavSampleFormat } from "#lib/audio/mod.ts";
import { contents, data16, faultIn, fmt, wav } from "./wav_bytes.ts";

const hex = (id: string, text: string) => ({ id, bytes: Buffer.from(text.replaceAll(" ", ""), "hex") });

describe("samples", () => {
  test.each([
    ["8-bit PCM", { bits: 8 }, "00 7f 80 81 ff", [-1, -1 / 128, 0, 1 / 128, 127 / 128]],
    ["16-bit PCM", { bits: 16 }, "0080 ffff 0000 0100 ff7f", [-1, -1 / 32768, 0, 1 / 32768, 32767 / 32768]],
    ["16-bit PCM", { bits: 12, blockBytes: 2 }, "0080 1000", [-1, 16 / 32768]],
    ["24-bit PCM", { bits: 24 }, "000080 ffffff 010000 ffff7f", [-1, -(2 ** -23), 2 ** -23, 1 - 2 ** -23]],
    ["24-bit PCM", { bits: 20, blockBytes: 3 }, "000080 f0ff7f", [-1, 1 - 2 ** -19]],
    ["32-bit PCM", { bits: 32 }, "00000080 01000000 00000040", [-1, 2 ** -31, 0.5]],
    ["32-bit float", { tag: 3, bits: 32 }, "000080bf 0000c03f 00000001", [-1, 1.5, 2 ** -125]],
    ["64-bit float", { tag: 3, bits: 64 }, "000000000000f0bf 9a9999999999b93f", [-1, Math.fround(0.1)]],
    // ITU-T G.711, tables 1 and 2: the ends of the scale and the smallest steps.
    ["A-law", { tag: 6, bits: 8 }, "d5 55 aa 2a d4", [8, -8, 32256, -32256, 24].map((x) => x / 32768)],
    ["mu-law", { tag: 7, bits: 8 }, "ff 7f 80 00 fe", [0, 0, 32124, -32124, 8].map((x) => x / 32768)],
    ["16-bit PCM", { subTag: 1, bits: 16 }, "0040", [0.5]],
    ["32-bit float", { subTag: 3, bits: 32 }, "0000003f", [0.5]],
  ])("%s %j", async (name, fields, bytes, samples) => {
    const found = await contents(wav([fmt(fields), hex("data", bytes)]));
    expect(found.format).toBe(`WAV, ${name}`);
    expect(found.samples).toEqual([samples.map((sample) => sample === 0 ? 0 : sample)]);
    expect([found.channels, found.sampleRate, found.warnings]).toEqual([1, 16000, []]);
  });

  test("all 65536 values of 16 bits are multiples of 1/32768", async () => {
    const values = Array.from({ length: 65536 }, (_, i) => i - 32768);
    const { samples } = await contents(wav([fmt(), data16(values)]));
    expect(samples[0].every((sample, i) => sample === values[i] / 32768)).toBe(true);
  });

  test.each([1, 2, 9, 300])("of %d channels, in turn", async (channels) => {
    const values = Array.from({ length: channels * 50 }, (_, i) => i);
    const found = await contents(wav([fmt({ channels }), data16(values)]));
    expect(found.frames).toBe(50);
    expect(found.samples.length).toBe(channels);
    expect(found.samples.every((of, c) => of.every((x, i) => x * 32768 === i * channels + c))).toBe(true);
  });

  test("over several blocks, twice over", async () => {
    const values = Array.from({ length: 300_001 }, (_, i) => i % 1000);
    const bytes = wav([fmt(), data16(values)]);
    const { samples } = await contents(bytes);
    expect(samples[0].length).toBe(300_001);
    expect(samples[0].every((x, i) => x * 32768 === values[i])).toBe(true);
  });

  test.each([
    [{ tag: 0x11, bits: 4, blockBytes: 256 }, "the codec IMA ADPCM"],
    [{ tag: 2, bits: 4, blockBytes: 256 }, "the codec Microsoft ADPCM"],
    [{ tag: 0x1234 }, "the unknown codec 0x1234"],
    [{ bits: 64 }, "PCM samples of 8 bytes"],
    [{ tag: 3, bits: 16 }, "float samples of 2 bytes"],
  ])("%j take ffmpeg", async (fields, name) => {
    expect(await faultIn(wav([fmt(fields), data16([1, 2, 3])]))).toBe(
      `is a WAV with ${name}, which takes ffmpeg to read, and that is not installed ` +
        "(apt-get install ffmpeg, brew install ffmpeg); or make a WAV or FLAC of it",
    );
  });
});

describe("encodeWav", () => {
  const STEP: Record<WavSampleFormat, number> = {
    u8: 2 ** -7,
    s16: 2 ** -15,
    s24: 2 ** -23,
    s32: 2 ** -24,
    f32: 0,
    f64: 0,
  };

  test.each(Object.entries(STEP) as [WavSampleFormat, number][])("%s is read back", async (format, step) => {
    const sample = fc.float({ min: -1, max: 1, noNaN: true });
    const signal = fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(signal, async (frames) => {
        const channels = [0, 1].map((c) => Float32Array.from(frames, (frame) => frame[c]));
        const { samples } = await contents(encodeWav(channels, { sampleRate: 44100, format }));
        for (const [c, channel] of channels.entries()) {
          for (const [i, value] of channel.entries()) {
            // The upper end of the scale is one step short of 1.
            expect(Math.abs(samples[c][i] - value)).toBeLessThanOrEqual(value > 1 - step ? step : step / 2);
          }
        }
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  test("clips integers, and pads an odd end", () => {
    const bytes = encodeWav(Float32Array.of(2, -2, 0), { sampleRate: 8000, format: "u8" });
    expect([...bytes.subarray(44)]).toEqual([255, 0, 128, 0]);
    expect(new DataView(bytes.buffer).getUint32(40, true)).toBe(3);
  });

  test("refuses what a file cannot hold", () => {
    const one = Float32Array.of(0);
    expect(() => encodeWav(one, { sampleRate: 0 })).toThrow("A sample rate must be a positive integer");
    expect(() => encodeWav([], { sampleRate: 1 })).toThrow("Channels must be 1 to 65535, all of one length");
    expect(() => encodeWav([one, new Float32Array(2)], { sampleRate: 1 })).toThrow("all of one length");
    expect(() => encodeWav(Float32Array.of(0, NaN), { sampleRate: 1 })).toThrow(
      "Sample 1 of channel 0 is NaN",
    );
  });
});
