/** Channels stand in WAVE's order, whatever the format. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openAudio } from "#lib/audio/mod.ts";
import { opusHead } from "#lib/audio/opus_packets.ts";
import { NO_FFMPEG } from "./wav_bytes.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-channels-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Tones of their own height in each channel, in WAVE's order; the lowest is one that a channel of low frequencies keeps. */
const hertz = (channel: number) => 60 * (channel + 1);

/** The channel whose tone a signal holds most of. */
function toneIn(samples: readonly number[], sampleRate: number, channels: number): number {
  const power = (hz: number) => {
    let [re, im] = [0, 0];
    samples.forEach((value, i) => {
      re += value * Math.cos(2 * Math.PI * hz * i / sampleRate);
      im += value * Math.sin(2 * Math.PI * hz * i / sampleRate);
    });
    return re * re + im * im;
  };
  const powers = Array.from({ length: channels }, (_, i) => power(hertz(i)));
  return powers.indexOf(Math.max(...powers));
}

async function tonesOf(layout: string, channels: number, name: string, coding: string) {
  const tones = Array.from({ length: channels }, (_, i) => `0.3*sin(2*PI*${hertz(i)}*t)`).join("|");
  const path = join(folder, name);
  const input = ["-f", "lavfi", "-i", `aevalsrc=exprs='${tones}':c=${layout}:s=48000:d=0.4`];
  const { stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", ...input, ...coding.split(" "), path]);
  expect(String(stderr)).toBe("");
  await using audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
  const found: number[][] = Array.from({ length: audio.channels }, () => []);
  for await (const block of audio.blocks()) {
    block.forEach((samples, i) => samples.forEach((value) => found[i].push(value)));
  }
  // Every 8th sample has enough.
  return found.map((samples) =>
    toneIn(samples.slice(9600).filter((_, i) => i % 8 === 0), audio.sampleRate / 8, channels)
  );
}

describe.skipIf(!hasFfmpeg || leftToBun)("a tone in each channel stays where it was", () => {
  const layouts: readonly [string, number][] = [
    ["3.0", 3],
    ["5.1", 6],
    ["6.1", 7],
    ["7.1", 8],
  ];
  const expected = (channels: number) => Array.from({ length: channels }, (_, i) => i);
  test.each(layouts)("%s in Vorbis, Opus, FLAC and WAV", async (layout, channels) => {
    const codings: readonly [string, string][] = [
      ["a.ogg", "-c:a libvorbis -q:a 6"],
      ["a.opus", "-c:a libopus -b:a 768k -mapping_family 1"],
      ["a.flac", "-c:a flac -sample_fmt s16 -strict -2"],
      ["a.wav", "-c:a pcm_s16le"],
    ];
    for (const [name, coding] of codings) {
      // FLAC has no names for 6.1 and 7.1 in ffmpeg 5.1.
      if (name === "a.flac" && channels > 6) continue;
      expect([name, await tonesOf(layout, channels, name, coding)]).toEqual([name, expected(channels)]);
    }
  });

  test.each<[string, number, string]>([
    ["3.0", 3, "aac -b:a 400k"],
    ["5.1", 6, "aac -b:a 700k"],
    ["7.1", 8, "aac -b:a 900k"],
    ["5.1", 6, "alac"],
    ["6.1(back)", 7, "alac"],
    ["7.1(wide)", 8, "alac"],
  ])("%s in M4A: %d channels by %s", async (layout, channels, coding) => {
    const found = await tonesOf(layout, channels, "a.m4a", `-c:a ${coding}`);
    expect(found).toEqual(expected(channels));
  });
});

test("Opus' channels without loudspeakers stay as they are", () => {
  const packet = new Uint8Array(27);
  packet.set(new TextEncoder().encode("OpusHead"));
  packet.set([1, 6], 8);
  packet.set([1, 6, 0, 0, 1, 2, 3, 4, 5], 18);
  const mapping = (family: number) => {
    packet[18] = family;
    return opusHead(packet)?.setup.mapping;
  };
  expect(mapping(1)).toEqual([0, 2, 1, 5, 3, 4]);
  expect(mapping(255)).toEqual([0, 1, 2, 3, 4, 5]);
});
