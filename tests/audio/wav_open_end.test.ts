/** What stands behind samples of unknown length is never read as samples: chunks, and other files as of joined streams. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { Buffer } from "node:buffer";
import process from "node:process";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { contents, data16, fmt, wav, type WavChunk } from "./wav_bytes.ts";

const SAMPLES = Array.from({ length: 2000 }, (_, i) => ((i * 7919) % 65536) - 32768);
const MONO = [SAMPLES.map((value) => value / 32768)];
const chunk = (id: string, text: string): WavChunk => ({ id, bytes: Buffer.from(text, "latin1") });
const INFO = chunk("LIST", "INFOISFT\x06\0\0\0Lavf5\0");
const stream = (size: number, ...behind: readonly WavChunk[]) =>
  wav([fmt(), data16(SAMPLES, size), ...behind], { riffSize: size });

describe.each([0, 0x7ffff000, 0xffffffff])("a stream with a data size of %d", (size) => {
  const told = (behind: string) =>
    `does not tell how many samples it has (a size of ${
      size && `0x${size.toString(16)}`
    }): the 4000 bytes before ${behind}`;

  test.each<[string, readonly WavChunk[]]>([
    ["LIST", [INFO]],
    ["LIST", [INFO, chunk("abcd", "what nobody knows")]],
    ["id3 ", [chunk("id3 ", "ID3\x03\0\0\0\0\0\0"), INFO]],
    ["bext", [chunk("bext", "x".repeat(602))]],
  ])("ends before its chunk %j", async (id, behind) => {
    const { samples, warnings } = await contents(stream(size, ...behind));
    expect(samples).toEqual(MONO);
    expect(warnings).toEqual([told(`its chunk "${id}" were read`)]);
  });

  test("ends before a list that is cut short", async () => {
    const { samples } = await contents(stream(size, INFO).subarray(0, -5));
    expect(samples).toEqual(MONO);
  });

  test.each([size, 4000])("ends before another file, whose data size is %d", async (other) => {
    const second = other === size ? stream(size) : wav([fmt(), data16(SAMPLES)]);
    const { samples, warnings } = await contents(Buffer.concat([stream(size), second]));
    expect(samples).toEqual(MONO);
    expect(warnings).toEqual([told("another WAV file were read, and that was not")]);
  });

  test("is read to the end where a name among samples leads nowhere", async () => {
    const bytes = Buffer.from(stream(size));
    bytes.write("LIST\x10\0\0\0RIFF", 44 + 1000, "latin1");
    const { frames, warnings } = await contents(bytes);
    expect(frames).toBe(2000);
    expect(warnings[0]).toContain("all 4000 bytes that follow were read");
  });
});

test("a chunk behind more than a piece that is read at a time is found, wherever it begins", async () => {
  const random = new MersenneTwister(1);
  const noise = Buffer.from(Uint8Array.from({ length: (1 << 21) + 64 }, () => 256 * random.random()));
  // A piece begins where the samples do.
  for (const frames of [(1 << 20) - 2, (1 << 20) - 4, 1 << 20, (1 << 20) + 2]) {
    const data = { id: "data", bytes: noise.subarray(0, frames), size: 0xffffffff };
    expect((await contents(wav([fmt(), data, INFO]))).frames).toBe(frames / 2);
  }
});

test("a size beyond the file's end is not believed where chunks lead to that", async () => {
  const { samples, warnings } = await contents(wav([fmt(), data16(SAMPLES, 9000), INFO]));
  expect(samples).toEqual(MONO);
  expect(warnings[0]).toBe(
    'tells of 9000 bytes of samples, which are not there: the 4000 bytes before its chunk "LIST" were read',
  );
});

test("a stream behind a whole file is told", async () => {
  const { samples, warnings } = await contents(
    Buffer.concat([wav([fmt(), data16(SAMPLES)]), stream(0xffffffff)]),
  );
  expect(samples).toEqual(MONO);
  expect(warnings).toEqual(["has another WAV file behind it, which was not read"]);
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");

test.skipIf(!hasFfmpeg)("two streams of ffmpeg, joined", async () => {
  const args = "-v error -f lavfi -i sine=f=440:r=16000:d=1 -f wav pipe:1".split(" ");
  const { stdout } = spawnSync("ffmpeg", args);
  const { frames, warnings } = await contents(Buffer.concat([stdout, stdout]));
  expect(frames).toBe(16000);
  expect(warnings).toEqual([expect.stringContaining("the 32000 bytes before another WAV file were read")]);
});
