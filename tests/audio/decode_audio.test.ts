/** Recordings decoded at once: the same samples as read in blocks, and no fault that the quick way for FLAC does not see. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeAudio, decodeAudioFile } from "#lib/audio/decode_audio.ts";
import { flacFrameHeader } from "#lib/audio/flac_header.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import { projectRoot } from "#lib/places/places.ts";
import { encodeWav, type WavSampleFormat } from "#lib/audio/encode_wav.ts";
import { wholeFlac } from "#lib/audio/whole_flac.ts";
import { seededRandom } from "../../scripts/fuzz/random.ts";
import { describeWith, fixture } from "../harness/shared_data.ts";

const samples = join(projectRoot(), "tests", "audio", "samples");

async function inBlocks(file: string) {
  await using audio = await openAudio(file);
  const parts: number[][] = Array.from({ length: audio.channels }, () => []);
  for await (const block of audio.blocks()) {
    block.forEach((channel, c) => channel.forEach((sample) => parts[c].push(sample)));
  }
  return { waveform: parts.map((part) => Float32Array.from(part)), sampleRate: audio.sampleRate };
}

describe("a recording decoded at once", () => {
  test.each(readdirSync(samples).filter((name) => /\.(?:flac|mp3|ogg|opus)$/.test(name)))(
    "%s is what it is in blocks, from memory and from the file",
    async (name) => {
      const file = join(samples, name);
      const { waveform, sampleRate } = await inBlocks(file);
      expect(await decodeAudio(readFileSync(file), { file })).toMatchObject({ waveform, sampleRate });
      expect(await decodeAudioFile(file)).toMatchObject({ waveform, sampleRate });
    },
  );

  test.each(["u8", "s16", "s24", "s32", "f32", "f64"] as const)(
    "WAV of %s",
    async (format: WavSampleFormat) => {
      const random = seededRandom(`decode ${format}`);
      const channels = [0, 1, 2].map(() =>
        Float32Array.from({ length: 90_000 }, () => random(2 ** 16) / 2 ** 15 - 1)
      );
      const { waveform, sampleRate } = await decodeAudio(encodeWav(channels, { sampleRate: 8000, format }), {
        file: "a",
      });
      const bits = { u8: 8, s16: 16 }[format as string] ?? 32;
      const scale = 2 ** (bits - 1);
      const expected = channels.map((channel) =>
        // Of the two zeros, integers have one.
        channel.map((sample) =>
          bits === 32 ? sample : Math.min(Math.round(sample * scale), scale - 1) / scale + 0
        )
      );
      expect(sampleRate).toBe(8000);
      expect(waveform).toEqual(expected);
    },
  );

  test("a sample that is no number is refused with its place", async () => {
    const bytes = encodeWav(Float32Array.of(0, NaN), { sampleRate: 8000, format: "f32" });
    await expect(decodeAudio(bytes, { file: "b.wav" })).rejects.toThrow("b.wav: sample 1 of channel 0");
  });

  test("what ffmpeg alone reads is told", async () => {
    const bytes = new TextEncoder().encode("this is no sound\n");
    await expect(decodeAudio(bytes, { file: "c.txt" })).rejects.toThrow("c.txt: is text, not audio");
    await expect(decodeAudio(new Uint8Array(), { file: "d" })).rejects.toThrow("d: is empty");
  });
});

describe("the quick way for FLAC", () => {
  const bytes = readFileSync(join(samples, "stereo16.flac"));

  test("gives nothing where one bit of a frame is another, and where bytes lack or are too many", () => {
    const random = seededRandom("flac bits");
    const frames = bytes.indexOf(Uint8Array.of(0xff, 0xf8));
    for (let trial = 0; trial < 60; trial++) {
      const other = new Uint8Array(bytes);
      other[frames + random(bytes.length - frames)] ^= 1 << random(8);
      expect(wholeFlac(other)).toBe(undefined);
    }
    expect(wholeFlac(bytes.subarray(0, bytes.length - 1))).toBe(undefined);
    expect(wholeFlac(new Uint8Array([...bytes, 0]))).toBe(undefined);
    expect(wholeFlac(bytes.subarray(0, 20))).toBe(undefined);
  });

  test("gives nothing where a whole frame stands in another's place", () => {
    const starts = [...bytes.keys()].filter((at) => flacFrameHeader(bytes, at) !== undefined);
    expect(starts.map((at) => flacFrameHeader(bytes, at)!.number)).toEqual(starts.map((_, i) => i));
    const frame = (i: number) => bytes.subarray(starts[i], starts[i + 1]);
    for (const [twice, lost] of [[2, 3], [3, 2]]) {
      const frames = starts.map((_, i) => frame(i === lost ? twice : i));
      const other = new Uint8Array([...bytes.subarray(0, starts[0]), ...frames.flatMap((one) => [...one])]);
      expect(wholeFlac(other)).toBe(undefined);
    }
    const same = [...bytes.subarray(0, starts[0]), ...starts.flatMap((_, i) => [...frame(i)])];
    expect(wholeFlac(new Uint8Array(same))).toBeDefined();
  });

  test("what it does not take is read in the other way, with a warning", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dialab-"));
    try {
      const file = join(folder, "cut.flac");
      writeFileSync(file, bytes.subarray(0, bytes.length - 100));
      const { warnings, waveform } = await decodeAudioFile(file);
      expect(waveform.length).toBe(2);
      expect(warnings.join(" ")).toContain("is cut short");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describeWith("FLAC of the corpus fixtures", fixture("corpus/pipeline/audio"), (folder) => {
  test("is taken in the quick way, with the same samples", async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".flac"));
    let taken = 0;
    for (const name of names) {
      const quick = wholeFlac(readFileSync(join(folder, name)));
      if (quick === undefined) continue;
      taken++;
      expect(quick).toEqual(await inBlocks(join(folder, name)));
    }
    expect(taken).toBeGreaterThan(names.length / 2);
  });
});
