/** Loudness: the cases that EBU Tech 3341 and 3342 describe, made here, and ffmpeg's meter on other signals. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { kWeighting } from "#lib/corpus/loudness/k_weighting.ts";
import { LoudnessMeter } from "#lib/corpus/loudness/loudness_meter.ts";
import { measureLoudness } from "#lib/corpus/loudness/measure_loudness.ts";
import { TruePeak } from "#lib/corpus/loudness/true_peak.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-loudness-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const RATE = 48_000;

/** Of the long signals: the filters at 48 kHz are held against the standard's table, and whole signals at it against ffmpeg. */
const LOW = 8000;

/** A sine of 1 kHz whose level in dBFS changes: [level, seconds] one after the other. */
function steps(
  parts: readonly (readonly [dbfs: number, sec: number])[],
  rate = LOW,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(parts.reduce((sum, [, sec]) => sum + Math.round(sec * rate), 0));
  let n = 0;
  for (const [dbfs, sec] of parts) {
    for (const end = n + Math.round(sec * rate); n < end; n++) {
      samples[n] = 10 ** (dbfs / 20) * Math.sin(2 * Math.PI * 1000 * n / rate);
    }
  }
  return samples;
}

function measured(channels: readonly Float32Array[], sampleRate = LOW) {
  const meter = new LoudnessMeter({ sampleRate, channels: channels.length });
  // In pieces of odd lengths, as decoders give them.
  for (let at = 0; at < channels[0].length; at += 4099) {
    meter.push(channels.map((one) => one.subarray(at, at + 4099)));
  }
  return meter.end();
}

test("at 48 kHz the filters are those of the standard's tables", () => {
  const [shelf, highPass] = kWeighting(RATE);
  const printed = [
    1.53512485958697,
    -2.69169618940638,
    1.19839281085285,
    -1.69065929318241,
    0.73248077421585,
  ];
  Object.values(shelf).forEach((value, i) => expect(value).toBeCloseTo(printed[i], 12));
  expect(highPass.a1).toBeCloseTo(-1.99004745483398, 12);
  expect(highPass.a2).toBeCloseTo(0.99007225036621, 12);
  expect(() => kWeighting(3999)).toThrow("4000 Hz or more, not 3999");
});

describe("EBU Tech 3341, integrated loudness, to 0.1 LU", () => {
  test.each<[string, readonly (readonly [number, number])[], number]>([
    ["case 1", [[-23, 20]], -23],
    ["case 2", [[-33, 20]], -33],
    ["case 3", [[-36, 10], [-23, 60], [-36, 10]], -23],
    ["case 4", [[-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]], -23],
    ["case 5", [[-26, 20], [-20, 20.1], [-26, 20]], -23],
  ])("%s", (_, parts, lufs) => {
    const tone = steps(parts);
    expect(Math.abs(measured([tone, tone]).integratedLufs! - lufs)).toBeLessThan(0.1);
  });

  test("case 6: five channels", () => {
    const [front, centre, back] = [-28, -24, -30].map((level) => steps([[level, 20]]));
    expect(Math.abs(measured([front, front, centre, back, back]).integratedLufs! - -23)).toBeLessThan(0.1);
    const silent = new Float32Array(front.length), loud = steps([[0, 20]]);
    const six = measured([front, front, centre, loud, back, back]).integratedLufs!;
    expect(six).toBe(measured([front, front, centre, silent, back, back]).integratedLufs!);
  });
});

describe("EBU Tech 3342, loudness range, to 1 LU", () => {
  test.each<[string, readonly number[], number]>([
    ["case 1", [-20, -30], 10],
    ["case 2", [-20, -15], 5],
    ["case 3", [-40, -20], 20],
    ["case 4", [-50, -35, -20, -35, -50], 15],
  ])("%s", (_, levels, lu) => {
    const tone = steps(levels.map((level) => [level, 20] as const));
    expect(Math.abs(measured([tone, tone]).rangeLu! - lu)).toBeLessThan(1);
  });
});

describe("EBU Tech 3341, true peak, from -0.4 to +0.2 dB", () => {
  test.each<[string, number, number, number, number]>([
    ["case 15", 4, 0, 0.5, -6],
    ["case 16", 4, 45, 0.5, -6],
    ["case 17", 6, 60, 0.5, -6],
    ["case 18", 8, 67.5, 0.5, -6],
    ["case 19", 4, 45, 1.41, 3],
  ])("%s", (_, divisor, degrees, amplitude, dbtp) => {
    const fade = (n: number) => Math.min(1, n / 480, (RATE - n) / 480);
    const tone = Float32Array.from(
      { length: RATE },
      (_, n) => fade(n) * amplitude * Math.sin(2 * Math.PI * (n / divisor + degrees / 360)),
    );
    const { truePeakDbtp } = measured([tone, tone], RATE);
    expect(truePeakDbtp! - dbtp).toBeGreaterThan(-0.4);
    expect(truePeakDbtp! - dbtp).toBeLessThan(0.2);
  });
});

test("at 96 kHz the peak is looked for at twice the rate, at 192 kHz among the samples", () => {
  // A quarter of the rate, from 22.5 degrees on: the samples reach sin 67.5, at twice the rate too, the peak lies at four times.
  const degrees = (from: number) =>
    Float32Array.from({ length: 4000 }, (_, n) => {
      const fade = Math.min(1, n / 1000, (4000 - n) / 1000);
      return fade * Math.sin(2 * Math.PI * (n / 4 + from / 360));
    });
  const peakOf = (sampleRate: number, from: number) => {
    const peak = new TruePeak(sampleRate);
    peak.push(degrees(from));
    return peak.end();
  };
  const sin = (angle: number) => Math.sin(angle * Math.PI / 180);
  const found = [[95_999, 22.5], [96_000, 22.5], [191_999, 45], [192_000, 45]].map(([rate, from]) =>
    peakOf(rate, from)
  );
  [1, sin(67.5), 1, sin(45)].forEach((peak, i) => expect(found[i]).toBeCloseTo(peak, 2));
});

test("one block of 0.4 s is enough for a loudness, and one window of 3 s for a range", () => {
  expect(measured([steps([[-20, 0.4]])]).integratedLufs).not.toBe(null);
  expect(measured([steps([[-20, 3]])]).rangeLu).toBe(0);
  expect(measured([steps([[-20, 2.9]])]).rangeLu).toBe(null);
});

describe("what cannot be measured is null", () => {
  test.each<[string, number, ReturnType<typeof measured>]>([
    ["silence", 5, { integratedLufs: null, rangeLu: null, truePeakDbtp: null }],
    ["0.3 s", 0.3, {
      integratedLufs: null,
      rangeLu: null,
      truePeakDbtp: expect.closeTo(-20, 1) as unknown as number,
    }],
  ])("%s", (what, sec, wanted) => {
    const tone = what === "silence" ? new Float32Array(sec * LOW) : steps([[-20, sec]]);
    expect(measured([tone])).toEqual(wanted);
  });
});

/** A signal in bursts and noise, by a fixed generator. */
function bursts(rate: number, sec: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  const noise = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1);
  return Float32Array.from({ length: rate * sec }, (_, n) => {
    const t = n / rate, loud = Math.sin(2 * Math.PI * 0.21 * t) > 0 ? 0.3 : 0.01 + 0.02 * (t / sec);
    return loud * (0.6 * noise() + 0.4 * Math.sin(2 * Math.PI * (180 + 40 * seed) * t));
  });
}

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

test.skipIf(!hasFfmpeg).each<[number, number]>([[48_000, 2], [44_100, 1], [16_000, 1], [8000, 2], [
  48_000,
  5,
]])(
  "ffmpeg's ebur128 says the same at %d Hz, %d channels",
  async (rate, channels) => {
    const samples = Array.from({ length: channels }, (_, c) => bursts(rate, 12, c + 1));
    const file = join(scratch, `${rate}_${channels}.wav`);
    writeFileSync(file, encodeWav(samples, { sampleRate: rate, format: "f32" }));
    const layout = channels === 5
      ? ["-af", "aformat=channel_layouts=5.0,ebur128=peak=true"]
      : ["-af", "ebur128=peak=true"];
    const { stderr } = spawnSync("ffmpeg", ["-nostats", "-i", file, ...layout, "-f", "null", "-"], {
      encoding: "utf8",
    });
    const summary = stderr.slice(stderr.lastIndexOf("Summary:"));
    const told = (pattern: RegExp) => Number(pattern.exec(summary)![1]);
    const ours = await measureLoudness(audioFromSamples(samples, { sampleRate: rate }));
    // ffmpeg prints one decimal: half of its last digit, and 0.1 LU.
    expect(Math.abs(ours.integratedLufs! - told(/I:\s+(-?[\d.]+) LUFS/))).toBeLessThan(0.11);
    expect(Math.abs(ours.rangeLu! - told(/LRA:\s+(-?[\d.]+) LU/))).toBeLessThan(0.25);
    expect(Math.abs(ours.truePeakDbtp! - told(/Peak:\s+(-?[\d.]+) dBFS/))).toBeLessThan(0.15);
  },
  30_000,
);
