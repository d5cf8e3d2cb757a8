/** Channels that cancel each other in their mean, and such as only seem to. */
import { describe, expect, test } from "bun:test";
import { audioFromSamples, chunks, encodeWav, monoBlocks, readAudio } from "#lib/audio/mod.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { withFile } from "./wav_bytes.ts";

const RATE = 8000;
const SEC = 6;

function noise(seed: number, gain = 0.2, length = SEC * RATE): Float32Array<ArrayBuffer> {
  const random = new MersenneTwister(seed);
  return Float32Array.from({ length }, () => gain * (2 * random.random() - 1));
}
const scaled = (samples: Float32Array, by: number) => samples.map((sample) => sample * by);
const mixed = (a: Float32Array, b: Float32Array) => a.map((sample, i) => sample + b[i]);
const voice = noise(1);
const silence = new Float32Array(voice.length);
/** Upside down in the first half. */
const half = voice.map((sample, i) => i < voice.length / 2 ? -sample : sample);

async function heard(channels: readonly Float32Array<ArrayBuffer>[], channel?: number): Promise<string[]> {
  const warnings: string[] = [];
  const audio = audioFromSamples(channels, { sampleRate: RATE });
  await Array.fromAsync(monoBlocks(audio, { channel, warn: (warning) => warnings.push(warning) }));
  return warnings;
}

const sentence = (channels: number, seconds: string) =>
  `has ${channels} channels that cancel each other (opposite phase): they are loud and their mean is silent in ${seconds} ` +
  "of 6.0 s; hear one of them alone (--channel 0)";

describe("channels that cancel each other are told", () => {
  test.each<[string, readonly Float32Array<ArrayBuffer>[], string]>([
    ["opposite", [voice, scaled(voice, -1)], sentence(2, "6.0")],
    ["opposite, of other gain", [voice, scaled(voice, -0.9)], sentence(2, "6.0")],
    ["opposite, with a little noise", [voice, mixed(scaled(voice, -1), noise(2, 0.02))], sentence(2, "6.0")],
    ["two pairs", [voice, scaled(voice, -1), noise(3), scaled(noise(3), -1)], sentence(4, "6.0")],
    ["soft", [scaled(voice, 0.02), scaled(voice, -0.02)], sentence(2, "6.0")],
  ])("%s", async (_, channels, warning) => {
    expect(await heard(channels)).toEqual([warning]);
  });

  test("in a part of the recording", async () => {
    // A file's blocks would be longer than the recording.
    const audio = {
      ...audioFromSamples([voice, half], { sampleRate: RATE }),
      async *blocks() {
        for (let at = 0; at < voice.length; at += 1000) {
          yield [voice, half].map((c) => c.slice(at, at + 1000));
        }
      },
    };
    const warnings: string[] = [];
    await Array.fromAsync(monoBlocks(audio, { warn: (warning) => warnings.push(warning) }));
    expect(warnings).toEqual([sentence(2, "3.0")]);
  });

  test("by readAudio and chunks, once", async () => {
    const bytes = encodeWav([voice, scaled(voice, -1)], { sampleRate: RATE, format: "f32" });
    await withFile(bytes, async (path) => {
      expect((await readAudio(path)).warnings).toEqual([sentence(2, "6.0")]);
      expect((await readAudio(path, { channel: 1 })).warnings).toEqual([]);
    });
    const warnings: string[] = [];
    const audio = audioFromSamples([voice, scaled(voice, -1)], { sampleRate: RATE });
    await Array.fromAsync(chunks(audio, { warn: (warning) => warnings.push(warning) }));
    expect(warnings.length).toBe(1);
  });
});

describe("nothing is said", () => {
  test.each<[string, readonly Float32Array<ArrayBuffer>[]]>([
    ["of one channel", [voice]],
    ["of equal channels", [voice, voice]],
    ["of channels that have nothing to do with each other", [voice, noise(4)]],
    ["of a hundred of them", Array.from({ length: 100 }, (_, i) => noise(i, 0.2, RATE))],
    ["of a silent channel beside a loud one", [voice, silence]],
    ["of silence", [silence, silence]],
    ["of what is too soft to be heard", [scaled(voice, 1e-3), scaled(voice, -1e-3)]],
    ["of a channel upside down that is 3 dB softer", [voice, scaled(voice, -0.7)]],
    ["of half a second of it", [voice, voice.map((sample, i) => i < RATE / 2 ? -sample : sample)]],
  ])("%s", async (_, channels) => {
    expect((await heard(channels)).filter((text) => text.includes("cancel"))).toEqual([]);
  });

  test("of one channel that is asked for", async () => {
    expect(await heard([voice, scaled(voice, -1)], 0)).toEqual([]);
  });
});
