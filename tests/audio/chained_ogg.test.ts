/** Ogg files of several streams: all of it, in the shape that it begins with; never a part in silence. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sealOgg } from "./ogg_bytes.ts";
import { contents } from "./wav_bytes.ts";

const sample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url)));

/** Pages given another stream's number. */
const renumbered = (ogg: Uint8Array) =>
  sealOgg(ogg, (page) => page.writeUInt32LE((page.readUInt32LE(14) ^ 1) >>> 0, 14));

describe("Ogg of several streams", () => {
  test.each(["stereo.ogg", "stereo.opus", "stereo16.oga"])("%s twice", async (name) => {
    const once = await contents(sample(name));
    const twice = await contents(Buffer.concat([sample(name), renumbered(sample(name))]));
    expect(twice.samples).toEqual(once.samples.map((samples) => [...samples, ...samples]));
    expect([twice.sampleRate, twice.warnings]).toEqual([once.sampleRate, []]);
  });

  test("the same stream twice with one number, as cat makes it", async () => {
    const once = await contents(sample("stereo.opus"));
    const twice = await contents(Buffer.concat([sample("stereo.opus"), sample("stereo.opus")]));
    expect(twice.samples).toEqual(once.samples.map((samples) => [...samples, ...samples]));
  });

  test("of another rate: resampled from there", async () => {
    const [opus, vorbis] = [await contents(sample("stereo.opus")), await contents(sample("stereo.ogg"))];
    const both = await contents(Buffer.concat([sample("stereo.opus"), renumbered(sample("stereo.ogg"))]));
    expect(both.sampleRate).toBe(48000);
    // 17640 at 44.1 kHz are 19200 at 48 kHz.
    expect(both.samples[0].length).toBe(2 * 19200);
    expect(both.samples[0].slice(0, 19200)).toEqual(opus.samples[0]);
    const energy = (samples: number[]) => samples.reduce((sum, value) => sum + value * value, 0);
    const ratio = energy(both.samples[0].slice(19200)) / energy(vorbis.samples[0]);
    expect(Math.abs(ratio * 44100 / 48000 - 1)).toBeLessThan(0.001);
    expect(both.warnings).toEqual([
      "changes from 48000 Hz and 2 channels to 44100 Hz and 2 channels, and was made as it began",
    ]);
  });
});
