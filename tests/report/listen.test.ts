import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import { monoBlocks } from "#lib/audio/mono_blocks.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { compressAudio } from "#lib/report/compress_audio.ts";
import { listen } from "#lib/report/listen.ts";
import { PeakMeter } from "#lib/report/peak_meter.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const tone = (seconds: number) =>
  Float32Array.from({ length: 16_000 * seconds }, (_, i) => 0.5 * Math.sin(2 * Math.PI * 200 * i / 16_000));

let folder: string, file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialab-listen-"));
  file = join(folder, "tone.wav");
  await writeWav(file, tone(10), { sampleRate: 16_000 });
});
afterAll(() => rm(folder, { recursive: true }));

/** The rate and length of a sound, read back. */
async function readBack(bytes: Uint8Array): Promise<[number, number]> {
  const path = join(folder, "back");
  await writeFile(path, bytes);
  await using audio = await openAudio(path);
  let samples = 0;
  for await (const [block] of audio.blocks()) samples += block.length;
  return [audio.sampleRate, samples / audio.sampleRate];
}

describe("listening to a recording for a page", () => {
  test("keeps a short one as it is", async () => {
    const { audio, audioNote, durationSec, peaks } = await listen(file);
    expect([durationSec, peaks!.length, audioNote]).toEqual([10, 200, undefined]);
    expect(await readBack(audio!.bytes)).toEqual([16_000, 10]);
    expect(Math.max(...peaks!)).toBeCloseTo(0.5, 3);
  });

  test("halves the rate of one that then fits", async () => {
    const { audio, audioNote } = await listen(file, { maxBytes: 200_000 });
    expect(audio!.bytes.length).toBeLessThanOrEqual(200_000);
    expect(await readBack(audio!.bytes)).toEqual([8000, 10]);
    expect(audioNote).toMatch(/8 kHz/);
  });

  test("leaves out one that is too long, but not its wave", async () => {
    const { audio, audioNote, peaks } = await listen(file, { maxBytes: 5000 });
    expect([audio, peaks!.length]).toEqual([undefined, 200]);
    expect(audioNote).toMatch(/too long/);
  });

  test("says what is missing where a longer one could be embedded by ffmpeg", async () => {
    const { audio, audioNote } = await listen(file, { maxBytes: 40_000, ffmpeg: "/nowhere/ffmpeg" });
    expect(audio).toBe(undefined);
    expect(audioNote).toMatch(/takes an ffmpeg with Opus/);
  });

  test.skipIf(!hasFfmpeg)("embeds a longer one as Opus by ffmpeg, of the same length", async () => {
    const { audio, audioNote } = await listen(file, { maxBytes: 40_000 });
    expect(audio!.type).toBe("audio/ogg");
    expect(audio!.bytes.length).toBeLessThanOrEqual(40_000);
    expect(audioNote).toMatch(/Opus, \d+(\.\d)? kbit\/s/);
    expect((await readBack(audio!.bytes))[1]).toBeCloseTo(10, 1);
  });

  test("gives up where the encoder does", async () => {
    const blocks = monoBlocks(audioFromSamples([tone(60)], { sampleRate: 16_000 }));
    const options = { sampleRate: 16_000, bitRate: 16_000, ffmpeg: "false" };
    expect(await compressAudio(blocks, options)).toBe(undefined);
  });

  test("takes silence for what is no number", async () => {
    const spoilt = join(folder, "nan.wav");
    const samples = tone(1);
    samples[5] = NaN;
    samples[6] = -Infinity;
    await writeWav(spoilt, samples, { sampleRate: 16_000, format: "f32" });
    const { audio, peaks } = await listen(spoilt);
    const int16 = new Int16Array(audio!.bytes.buffer, 44);
    expect([int16[5], int16[6]]).toEqual([0, 0]);
    expect(peaks!.every((peak) => peak <= 0.51)).toBe(true);
  });
});

describe("a peak meter", () => {
  test("is the same however the samples come", () => {
    const samples = tone(1).map((sample, i) => sample * i / 16_000);
    const [whole, parts] = [new PeakMeter(), new PeakMeter()];
    whole.push(samples);
    for (let at = 0; at < samples.length; at += 777) parts.push(samples.subarray(at, at + 777));
    expect(parts.peaks()).toEqual(whole.peaks());
    expect(whole.peaks().length).toBe(20);
  });

  test("joins pieces of a long recording, and keeps its peaks where they were", () => {
    const meter = new PeakMeter();
    const minute = new Float32Array(960_000);
    for (let i = 0; i < 60; i++) {
      minute[0] = i === 30 ? 1 : 0;
      meter.push(minute);
    }
    const peaks = meter.peaks();
    expect(peaks.length).toBeGreaterThan(20_000);
    expect(peaks.length).toBeLessThanOrEqual(40_000);
    expect([...peaks.keys()].filter((i) => peaks[i] > 0)).toEqual([peaks.length / 2]);
  });
});
