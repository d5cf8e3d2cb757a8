/** samples/ (made by make_samples.py) in every format: exact where they are lossless, near the signal where not. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AudioFileError, openAudio } from "#lib/audio/mod.ts";
import { allSamples, NO_FFMPEG, withFile } from "./wav_bytes.ts";

const sample = (name: string) => fileURLToPath(new URL(`samples/${name}`, import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(sample(name)));

async function read(path: string, ffmpeg = NO_FFMPEG) {
  await using audio = await openAudio(path, { ffmpeg });
  const samples = await allSamples(audio);
  // A second reading gives the same: decoders start anew.
  const again = await allSamples(audio);
  expect(again.map(({ length }) => length)).toEqual(samples.map(({ length }) => length));
  expect(again.every((channel, c) => channel.every((value, i) => Object.is(value, samples[c][i])))).toBe(
    true,
  );
  const { format, sampleRate, channels, frames, warnings } = audio;
  return { format, sampleRate, channels, frames, warnings, samples };
}

const integers = (power: number, factor: number, bits: number) =>
  Array.from({ length: 3500 }, (_, i) => {
    const value = i === 1 ? 2 ** bits - 1 : i ** power * factor % 2 ** bits;
    return (value - 2 ** (bits - 1)) / 2 ** (bits - 1);
  });

describe("lossless formats give the integers, divided by their power of two", () => {
  test.each([
    ["stereo16.flac", "FLAC", 3500],
    ["stereo16.oga", "Ogg FLAC", 3500],
  ])("%s", async (name, format, frames) => {
    const { samples, ...rest } = await read(sample(name));
    expect(rest).toEqual({ format, sampleRate: 44100, channels: 2, frames, warnings: [] });
    expect(samples).toEqual([integers(2, 3, 16), integers(2, 5, 16)]);
  });

  test("alac.m4a", async () => {
    const { samples, ...rest } = await read(sample("alac.m4a"));
    expect(rest).toEqual({
      format: "M4A, Apple Lossless",
      sampleRate: 44100,
      channels: 2,
      frames: 3500,
      warnings: [],
    });
    expect(samples).toEqual([integers(2, 3, 16), integers(2, 5, 16)]);
  });

  test("mono24.flac", async () => {
    const { samples, ...rest } = await read(sample("mono24.flac"));
    expect(rest).toEqual({ format: "FLAC", sampleRate: 16000, channels: 1, frames: 3500, warnings: [] });
    expect(samples).toEqual([integers(3, 7, 24)]);
  });
});

/** The chirp of make_samples.py at 0.4 s, one channel. */
function chirp(rate: number, length: number, channel: number): number[] {
  return Array.from({ length }, (_, i) => {
    const t = i / rate;
    if (t >= 0.4) return 0;
    const shape = Math.sin(Math.PI * t / 0.4);
    return 0.5 * shape * Math.sin(2 * Math.PI * (200 * t + 500 * t * t) * 2 ** channel);
  });
}

/** Signal to noise in dB. */
function fidelity(found: readonly number[], expected: readonly number[]): number {
  const power = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(power(expected) / power(expected.map((value, i) => value - found[i])));
}

// Measured in dB: MP3 26.0, Vorbis 40.3, Opus 40.2, AAC 29.4, and at most 26.8 one sample too early or late (MP3: 22.5).
describe("lossy formats stay near the signal, from its first sample on", () => {
  test.each([
    ["stereo.mp3", "MP3", 44100, 17640, 17640, 25],
    ["stereo.ogg", "Ogg Vorbis", 44100, 17640, 17640, 39],
    ["stereo.opus", "Ogg Opus", 48000, 19200, 19200, 39],
    ["stereo.m4a", "M4A, AAC", 44100, 17640, 17640, 28],
    ["index_last.m4a", "M4A, AAC", 44100, 17640, 17640, 28],
  ])("%s", async (name, format, sampleRate, frames, length, decibels) => {
    const { samples, ...rest } = await read(sample(name));
    expect(rest).toEqual({ format, sampleRate, channels: 2, frames, warnings: [] });
    for (const [channel, found] of samples.entries()) {
      expect(found.length).toBe(length);
      expect(fidelity(found, chirp(sampleRate, length, channel))).toBeGreaterThan(decibels);
    }
  });

  test("the content counts, not the name", async () => {
    const wav = await withFile(bytesOf("stereo.mp3"), read, "called.wav");
    expect(wav.format).toBe("MP3");
  });
});

describe("files that are cut", () => {
  test.each([["stereo16.flac", 3500], ["stereo.opus", 19200]])(
    "%s is read as far as it goes",
    async (name, whole) => {
      const half = bytesOf(name).subarray(0, Math.floor(bytesOf(name).length / 2));
      const { samples, warnings } = await withFile(half, (path) => read(path));
      const found = samples[0].length;
      expect(found).toBeGreaterThan(whole / 4);
      expect(found).toBeLessThan(whole);
      expect(warnings).toEqual([
        name === "stereo.opus"
          ? "ends without a last page: it is cut short, or was never finished"
          : `is cut short: ${found} of ${whole} samples are there, ${
            ((whole - found) / 44100).toFixed(3)
          } s are missing at the end`,
      ]);
    },
  );

  test.each(["stereo16.flac", "stereo.opus"])("%s may end anywhere", async (name) => {
    const bytes = bytesOf(name);
    for (let length = bytes.length - 1; length > bytes.length * 0.6; length -= 97) {
      const { samples } = await withFile(bytes.subarray(0, length), (path) => read(path));
      expect(samples[0].length).toBeGreaterThan(1000);
    }
  });

  test.each(["stereo16.flac", "stereo.mp3", "stereo.ogg", "stereo.opus"])(
    "%s without its audio is refused",
    async (name) => {
      const error = await withFile(bytesOf(name).subarray(0, 60), (path) => read(path)).catch((error) =>
        error
      );
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.fault).toMatch(
        /^(holds no .+ audio that can be decoded|cannot be decoded as Ogg Opus: .+|is not audio of a known format)/,
      );
    },
  );
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

describe(`ffmpeg${hasFfmpeg ? "" : " (skipped: it is not installed)"}`, () => {
  test.skipIf(!hasFfmpeg)("reads a WAV of another codec", async () => {
    const { samples, format } = await read(sample("ima_adpcm.wav"), "ffmpeg");
    expect(format).toBe("a WAV with the codec IMA ADPCM, by ffmpeg");
    expect(fidelity(samples[0], chirp(44100, samples[0].length, 0))).toBeGreaterThan(45);
  });

  test.skipIf(!hasFfmpeg)("gives the same FLAC as we read", async () => {
    // Behind a name that is no format's, so that the fallback is taken.
    const { ffmpegAudio } = await import("#lib/audio/ffmpeg_audio.ts");
    await using audio = await ffmpegAudio(sample("stereo16.flac"), { ffmpeg: "ffmpeg", name: "FLAC" });
    expect(await allSamples(audio)).toEqual((await read(sample("stereo16.flac"))).samples);
  });

  test.skipIf(!hasFfmpeg)("is held against what an MP4's index announces", async () => {
    const { ffmpegAudio } = await import("#lib/audio/ffmpeg_audio.ts");
    const bytes = bytesOf("stereo.m4a");
    const warnings = (part: Uint8Array) =>
      withFile(part, async (path) => {
        await using audio = await ffmpegAudio(path, { ffmpeg: "ffmpeg", name: "M4A", announcedSec: 0.4 });
        await allSamples(audio);
        return audio.warnings.join();
      });
    expect(await warnings(bytes)).toBe("");
    expect(await warnings(bytes.subarray(0, bytes.length * 0.4))).toMatch(
      /is cut short or damaged: 0\.1\d+ of 0\.400 s are there, 0\.2\d+ s are missing/,
    );
  });

  test.skipIf(!hasFfmpeg)("says why it cannot", async () => {
    const error = await withFile(new Uint8Array(5000), (path) => read(path, "ffmpeg")).catch((error) =>
      error
    );
    expect(error.fault).toMatch(/^is not audio of a known format .*; ffmpeg says: .*Invalid data found/s);
  });

  test.skipIf(!hasFfmpeg)("is stopped when the reader leaves", async () => {
    await using audio = await openAudio(sample("ima_adpcm.wav"));
    for await (const block of audio.blocks()) {
      expect(block.length).toBe(2);
      break;
    }
    await audio.close();
    const error = await Array.fromAsync(audio.blocks()).catch((error) => error);
    expect(error.fault).toBe("was closed while it was read");
  });
});
