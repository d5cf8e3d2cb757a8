/** Damaged and cut recordings: what is lost is silent or missing at the end, with a warning, and nothing else moves. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import { contents } from "./wav_bytes.ts";

const sample = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url))));

/** A copy with one bit turned over. */
function flipped(bytes: Uint8Array, at: number, bit = 1): Uint8Array {
  const copy = bytes.slice();
  copy[at] ^= bit;
  return copy;
}

const without = (bytes: Uint8Array, at: number, count: number) =>
  Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + count)]);
const withMore = (bytes: Uint8Array, at: number, more: Uint8Array) =>
  Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)]);

/**
 * The first and the last sample that differ, or undefined. (A frame more or less changes the order in which MP3's
 * decoder adds: the last bits.)
 */
function difference(a: readonly number[][], b: readonly number[][]): [number, number] | undefined {
  const places = a.flatMap((samples, c) =>
    [...samples.keys()].filter((i) => Math.abs(samples[i] - b[c][i]) > 1e-6)
  );
  return places.length === 0 ? undefined : [Math.min(...places), Math.max(...places)];
}

/** Damage between the start's metadata and the end, and how many samples it may change. */
const FORMATS = [
  // Blocks of 256 samples; nothing crosses them.
  { name: "stereo16.flac", from: 120, block: 256, reach: 0 },
  // Frames of 1152 samples, which overlap and take bits from the two before.
  { name: "stereo.mp3", from: 900, block: 1152, reach: 3 * 1152 },
] as const;

describe.each(FORMATS)("$name with one wrong bit", ({ name, from, block, reach }) => {
  test("costs one block, wherever it is", async () => {
    const bytes = sample(name);
    const whole = await contents(bytes);
    let changed = 0;
    for (let at = from; at < bytes.length; at += 97) {
      const { samples, warnings } = await contents(flipped(bytes, at, 1 << at % 8));
      const { length } = whole.samples[0];
      if (samples[0].length < length) {
        // Of a lost last block nothing tells that it was not cut off.
        expect(samples[0].length).toBeGreaterThanOrEqual(length - block);
        expect(warnings.join()).toContain("is cut short");
        continue;
      }
      expect(samples[0].length).toBe(length);
      const places = difference(samples, whole.samples);
      if (places === undefined) continue;
      changed++;
      expect(Math.floor(places[1] / block) - Math.floor(places[0] / block)).toBeLessThanOrEqual(
        reach / block,
      );
      if (reach === 0) {
        expect(warnings.join()).toMatch(/is damaged in 1 place: \d+ of 3500 samples .* are lost and silent/);
      }
    }
    expect(changed).toBeGreaterThan(10);
  });
});

describe("bytes that are missing, or too many", () => {
  test.each([
    ["missing inside a frame", (bytes: Uint8Array) => without(bytes, 3000, 50)],
    ["missing for two frames", (bytes: Uint8Array) => without(bytes, 3000, 1300)],
    ["too many", (bytes: Uint8Array) => withMore(bytes, 3000, new Uint8Array(700).fill(0x55))],
    ["repeated", (bytes: Uint8Array) => withMore(bytes, 3000, bytes.slice(1500, 3000))],
    ["zero", (bytes: Uint8Array) => bytes.map((byte, i) => i >= 3000 && i < 4000 ? 0 : byte)],
    [
      "in the wrong order",
      (bytes: Uint8Array) => withMore(without(bytes, 3000, 1500), 5000, bytes.slice(3000, 4500)),
    ],
  ])("FLAC: %s", async (_, damage) => {
    const whole = await contents(sample("stereo16.flac"));
    const { samples, warnings } = await contents(damage(sample("stereo16.flac")));
    expect(samples[0].length).toBe(3500);
    // Every sample is the right one or silent.
    for (const [c, channel] of samples.entries()) {
      const wrong = channel.filter((value, i) => value !== whole.samples[c][i] && value !== 0);
      expect(wrong).toEqual([]);
    }
    const heard = samples[0].filter((value, i) => value === whole.samples[0][i]).length;
    expect(heard).toBeGreaterThan(1500);
    if (heard < 3500) expect(warnings.join()).toContain("are lost and silent");
  });

  test.each([
    ["a header that is no header", (bytes: Uint8Array) => flipped(bytes, 417 * 5 + 2, 0x80)],
    ["a header's sync", (bytes: Uint8Array) => flipped(bytes, bytes.indexOf(0xff, 2500), 0x10)],
    ["ten bytes missing", (bytes: Uint8Array) => without(bytes, 3000, 10)],
    [
      "a thousand bytes of zeros",
      (bytes: Uint8Array) => bytes.map((byte, i) => i >= 3000 && i < 4000 ? 0 : byte),
    ],
    ["a tag between frames", (bytes: Uint8Array) => {
      const tag = new Uint8Array(200);
      tag.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 62]);
      return withMore(bytes, 2088, tag);
    }],
  ])("MP3: %s", async (_, damage) => {
    const whole = await contents(sample("stereo.mp3"));
    const { samples } = await contents(damage(sample("stereo.mp3")));
    expect(samples[0].length).toBe(17640);
    // What is far from the damage is where it was.
    const changed = difference(samples, whole.samples);
    if (changed === undefined) return;
    expect(changed[0]).toBeGreaterThan(1000);
    expect(changed[1]).toBeLessThan(17640 - 4000);
  });
});

test("MP3: as many bytes missing as a frame has leave no trace but the encoder's count, which warns", async () => {
  const { samples, warnings } = await contents(without(sample("stereo.mp3"), 3000, 418));
  expect(samples[0].length).toBeLessThan(17640);
  expect(warnings.join()).toMatch(/17640 samples are there, 0.007 s are missing, nothing tells where/);
});

describe("files that are cut", () => {
  test.each([["stereo.m4a", 17640], ["alac.m4a", 3500], ["stereo16.flac", 3500], ["stereo.mp3", 17640]])(
    "%s at any place is the start of the whole, and says what is missing",
    async (name, frames) => {
      const bytes = sample(name);
      const whole = await contents(bytes);
      // Of the files with ffmpeg's index at the end nothing can be read.
      if (name === "alac.m4a") {
        const error = await contents(bytes.subarray(0, bytes.length / 2)).catch((error) => error);
        expect(error.fault).toMatch(
          /is cut short: .* its index \(moov\) is behind them; nothing can be read/,
        );
        return;
      }
      for (const part of [0.35, 0.5, 0.66, 0.9, 0.98]) {
        const { samples, warnings } = await contents(bytes.subarray(0, Math.floor(bytes.length * part)));
        const found = samples[0].length;
        expect(found).toBeGreaterThan(frames * (part - 0.3));
        expect(found).toBeLessThan(frames);
        // The last packet of a lossy codec lacks the one that it overlaps.
        const same = name === "stereo16.flac" ? found : found - 2304;
        for (const [c, channel] of samples.entries()) {
          expect(channel.slice(0, same)).toEqual(whole.samples[c].slice(0, same));
        }
        const missing = `${((frames - found) / 44100).toFixed(3)} s are missing at the end`;
        expect(warnings).toContain(`is cut short: ${found} of ${frames} samples are there, ${missing}`);
      }
    },
  );

  test("a long M4A keeps the packets of the last run that fit", async () => {
    const bytes = sample("stereo.m4a");
    const lengths: number[] = [];
    for (let length = bytes.length; length > 2500; length -= 300) {
      lengths.push((await contents(bytes.subarray(0, length))).samples[0].length);
    }
    // The runs of this file are of many packets: nothing goes by runs.
    expect(new Set(lengths).size).toBeGreaterThan(8);
  });
});

describe("a rate or channels that change inside: made as it began, with a warning", () => {
  test("FLAC behind FLAC", async () => {
    const both = Uint8Array.from([...sample("stereo16.flac"), ...sample("mono24.flac")]);
    const first = await contents(sample("stereo16.flac"));
    const { sampleRate, samples, warnings } = await contents(both);
    expect(sampleRate).toBe(44100);
    // 3500 samples at 16 kHz are 9646.9 at 44.1 kHz.
    expect(samples.map(({ length }) => length)).toEqual([3500 + 9647, 3500 + 9647]);
    expect(samples.map((channel) => channel.slice(0, 3500))).toEqual(first.samples);
    expect(samples[0].slice(3500)).toEqual(samples[1].slice(3500));
    expect(warnings).toEqual([
      "changes from 44100 Hz and 2 channels to 16000 Hz and 1 channels, and was made as it began",
    ]);
  });

  test("FLAC behind itself is twice as long", async () => {
    const bytes = sample("stereo16.flac");
    const { samples, warnings } = await contents(Uint8Array.from([...bytes, ...bytes]));
    expect(samples.map((channel) => channel.slice(3500))).toEqual(
      samples.map((channel) => channel.slice(0, 3500)),
    );
    expect([samples[0].length, warnings]).toEqual([7000, []]);
  });

  test("MP3 of 44.1 kHz, then of 48 kHz", async () => {
    const bytes = sample("stereo.mp3");
    // The same frames with the other rate in their headers, and as short as it makes them.
    const frames: number[] = [];
    for (let at = 417, count = 0; at + 4 < bytes.length; at += 417 + ((bytes[at + 2] >> 1) & 1), count++) {
      const frame = bytes.slice(at, at + 384);
      frame[2] = (frame[2] & 0xf1) | 0x04;
      frames.push(...frame);
    }
    const { sampleRate, samples, warnings } = await contents(Uint8Array.from([...bytes, ...frames]));
    expect(sampleRate).toBe(44100);
    const more = samples[0].length - 17640;
    const count = frames.length / 384;
    expect(more).toBe(Math.ceil(count * 1152 * 44100 / 48000));
    expect(warnings).toContain(
      "changes from 44100 Hz and 2 channels to 48000 Hz and 2 channels, and was made as it began",
    );
  });
});

describeWith("one wrong bit in a handed FLAC", fixture("cases/flac-one-wrong-bit/flipped.flac"), (path) => {
  test("11 of 12 blocks are where they were", async () => {
    const damaged = await contents(new Uint8Array(readFileSync(path)));
    const whole = await contents(new Uint8Array(readFileSync(path.replace("flipped", "whole"))));
    expect(damaged.samples[0].length).toBe(48000);
    const blocks = Array.from(
      { length: 12 },
      (_, i) =>
        damaged.samples[0].slice(4096 * i, 4096 * (i + 1)).every((value, j) =>
          value === whole.samples[0][4096 * i + j]
        ),
    );
    expect(blocks.filter((isSame) => isSame).length).toBe(11);
    expect(damaged.warnings.length).toBe(1);
  });
});

describeWith("a handed M4A that is cut", fixture("cases/m4a-cut-short/half.m4a"), (path) => {
  test("gives what ffmpeg gives, and says what is missing", async () => {
    const { samples, warnings } = await contents(new Uint8Array(readFileSync(path)));
    expect(samples[0].length).toBe(139264);
    expect(warnings).toEqual([
      "is cut short: 139264 of 288000 samples are there, 9.296 s are missing at the end",
    ]);
  });
});
