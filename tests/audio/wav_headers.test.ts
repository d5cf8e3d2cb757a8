/** The chunks around the samples: junk, odd sizes, 64-bit sizes, writers that could not seek, files that are cut. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { alone, contents, data16, faultIn, fmt, wav } from "./wav_bytes.ts";

const junk = (id: string, length: number) => ({ id, bytes: Buffer.alloc(length, "data") });
const SAMPLES = [1, -2, 3];
const read = (samples: readonly number[]) => [samples.map((sample) => sample / 32768)];

function ds64(dataBytes: bigint): { id: string; bytes: Uint8Array } {
  const bytes = Buffer.alloc(28);
  bytes.writeBigUInt64LE(dataBytes, 8);
  return { id: "ds64", bytes };
}

describe("chunks", () => {
  test.each([
    ["before fmt", [junk("JUNK", 28), fmt(), data16(SAMPLES)]],
    ["between", [fmt(), junk("LIST", 4), junk("fact", 4), data16(SAMPLES)]],
    ["behind", [fmt(), data16(SAMPLES), junk("id3 ", 100)]],
    ["of odd size", [junk("bext", 603), fmt(), junk("LIST", 1), data16(SAMPLES)]],
    ["of no size", [junk("PAD ", 0), fmt(), junk("LIST", 0), data16(SAMPLES)]],
    ["with data before fmt", [data16(SAMPLES), junk("LIST", 3), fmt()]],
  ])("%s", async (_, chunks) => {
    const found = await contents(wav(chunks));
    expect(found.samples).toEqual(read(SAMPLES));
    expect(found.warnings).toEqual([]);
  });

  test("an odd number of samples without the padding byte", async () => {
    const bytes = wav([fmt({ bits: 8 }), { id: "data", bytes: Uint8Array.of(0, 128, 255) }], {
      padLast: false,
    });
    expect((await contents(bytes)).samples).toEqual([[-1, 0, 127 / 128]]);
  });
});

describe("sizes", () => {
  test.each(["RF64", "BW64"])("%s takes the data's from ds64", async (riff) => {
    const chunks = [ds64(6n), fmt(), data16(SAMPLES, 0xffffffff), junk("LIST", 8)];
    const found = await contents(wav(chunks, { riff, riffSize: 0xffffffff }));
    expect(found.samples).toEqual(read(SAMPLES));
    expect(found.format).toBe(`${riff}, 16-bit PCM`);
  });

  test("RF64 of over 4 GiB, cut short", async () => {
    const chunks = [ds64(2n ** 33n), fmt(), data16(SAMPLES, 0xffffffff)];
    const found = await contents(wav(chunks, { riff: "RF64", riffSize: 0xffffffff }));
    expect(found.samples).toEqual(read(SAMPLES));
    expect(found.warnings).toEqual(["is cut short: 6 of 8589934592 bytes of samples are there"]);
  });

  test.each([
    ["ffmpeg's", 0xffffffff, 0xffffffff],
    ["SoX's", 0x7ffff024, 0x7ffff000],
    ["zeros", 0, 0],
  ])("left open by a pipe: %s", async (_, riffSize, size) => {
    const found = await contents(wav([fmt(), data16(SAMPLES, size)], { riffSize }));
    expect(found.samples).toEqual(read(SAMPLES));
    const warning =
      `does not tell how many samples it has (a size of ${size && `0x${size.toString(16)}`}): ` +
      "all 6 bytes that follow were read";
    expect([found.frames, found.warnings]).toEqual([3, [warning]]);
  });

  test("a data size of 0 is meant where the file's own size is right", async () => {
    expect(await faultIn(wav([fmt(), data16([]), junk("LIST", 100)]))).toBe("holds no samples");
  });

  test.each([
    [5, "is cut short: 5 of 6 bytes of samples are there", [1, -2]],
    [2, "is cut short: 2 of 6 bytes of samples are there", [1]],
  ])("data cut to %d bytes is read as far as it goes", async (kept, warning, samples) => {
    const whole = wav([fmt(), data16(SAMPLES)]);
    const found = await contents(whole.subarray(0, 44 + kept));
    expect(found.samples).toEqual(read(samples));
    expect(found.warnings).toEqual([warning]);
  });

  test("half a frame at the end", async () => {
    const found = await contents(wav([fmt({ channels: 2 }), data16(SAMPLES)]));
    expect(found.samples).toEqual([[1 / 32768], [-2 / 32768]]);
    expect(found.warnings).toEqual(["ends inside a sample: 2 bytes are left over"]);
  });
});

describe("headers that make no sense", () => {
  const good = wav([fmt(), data16(SAMPLES)]);
  test.each([
    [
      "0 Hz",
      wav([fmt({ sampleRate: 0 }), data16(SAMPLES)]),
      "has a sample rate of 0 Hz; a recording has 1000 to 768000 Hz",
    ],
    ["0 channels", wav([fmt({ channels: 0 }), data16(SAMPLES)]), "has 0 channels"],
    [
      "header only",
      good.subarray(0, 44),
      "holds no samples: it is cut short: 0 of 6 bytes of samples are there",
    ],
    ["no samples", wav([fmt(), data16([])]), "holds no samples"],
    ["no data", wav([fmt()]), "has no data chunk: it is cut short, or not a WAV file"],
    ["no fmt", wav([data16(SAMPLES)]), "has no fmt chunk: it is cut short, or not a WAV file"],
    ["nothing", good.subarray(0, 12), "has no fmt and no data chunk: it is cut short, or not a WAV file"],
    ["a short fmt", wav([{ id: "fmt ", bytes: new Uint8Array(8) }]), "its fmt chunk has 8 bytes, not 16"],
    [
      "a short extensible fmt",
      wav([{ id: "fmt ", bytes: fmt({ subTag: 1 }).bytes.subarray(0, 18) }]),
      "its extensible fmt chunk has 18 bytes, not 40",
    ],
    [
      "a chunk without a name",
      wav([{ ...junk("\x01\x02ab", 4), size: 5 }]),
      String.raw`has "\u0001\u0002ab" where a chunk's name is expected, at byte 12`,
    ],
    [
      "a short ds64",
      wav([{ id: "ds64", bytes: new Uint8Array(8) }], { riff: "RF64" }),
      "its ds64 chunk is cut short",
    ],
  ])("%s", async (_, bytes, fault) => {
    expect([fault, alone(fault), alone(fault, "RF64")]).toContain(await faultIn(bytes));
  });
});
