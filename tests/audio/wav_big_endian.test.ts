/** RIFX: a WAV whose numbers and samples are big-endian. ffmpeg takes its samples for little-endian ones. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { contents, faultIn } from "./wav_bytes.ts";

type Put = (bytes: Buffer, value: number, at: number) => void;

function chunk(id: string, content: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8);
  head.write(id, "latin1");
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

function rifx(chunks: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(12);
  head.write("RIFX", "latin1");
  head.writeUInt32BE(4 + body.length, 4);
  head.write("WAVE", 8, "latin1");
  return Buffer.concat([head, body]);
}

function fmt(tag: number, bytes: number, guid?: string): Uint8Array {
  const content = Buffer.alloc(guid === undefined ? 16 : 40);
  content.writeUInt16BE(guid === undefined ? tag : 0xfffe, 0);
  content.writeUInt16BE(2, 2);
  content.writeUInt32BE(22050, 4);
  content.writeUInt32BE(22050 * 2 * bytes, 8);
  content.writeUInt16BE(2 * bytes, 12);
  content.writeUInt16BE(8 * bytes, 14);
  if (guid !== undefined) {
    content.writeUInt16BE(22, 16);
    Buffer.from(guid, "hex").copy(content, 24);
  }
  return chunk("fmt ", content);
}

function data(values: readonly number[], bytes: number, put: Put): Uint8Array {
  const content = Buffer.alloc(values.length * bytes);
  values.forEach((value, i) => put(content, value, i * bytes));
  return chunk("data", content);
}

const put16: Put = (bytes, value, at) => bytes.writeInt16BE(value, at);
const fact = chunk("fact", Buffer.from([0, 0, 0, 2]));

describe("samples", () => {
  test.each<[string, number, number, Put, number[], number[][]]>([
    ["8-bit PCM", 1, 1, (b, v, at) => b.writeUInt8(v, at), [0, 128, 192, 255], [[-1, 0.5], [0, 127 / 128]]],
    ["16-bit PCM", 1, 2, put16, [1, -2, 256, -32768], [[1 / 32768, 1 / 128], [-1 / 16384, -1]]],
    ["24-bit PCM", 1, 3, (b, v, at) => b.writeIntBE(v, at, 3), [1, -2, 65536, -8388608], [
      [2 ** -23, 2 ** -7],
      [-(2 ** -22), -1],
    ]],
    ["32-bit PCM", 1, 4, (b, v, at) => b.writeInt32BE(v, at), [256, -512, 2 ** 24, -(2 ** 31)], [
      [2 ** -23, 2 ** -7],
      [-(2 ** -22), -1],
    ]],
    ["32-bit float", 3, 4, (b, v, at) => b.writeFloatBE(v, at), [0.5, -0.25, 1, 0], [[0.5, 1], [-0.25, 0]]],
    ["64-bit float", 3, 8, (b, v, at) => b.writeDoubleBE(v, at), [0.5, -0.25, 1, 0], [[0.5, 1], [-0.25, 0]]],
    ["A-law", 6, 1, (b, v, at) => b.writeUInt8(v, at), [0xd5, 0x55, 0xaa, 0x2a], [
      [8 / 32768, 32256 / 32768],
      [-8 / 32768, -32256 / 32768],
    ]],
    ["mu-law", 7, 1, (b, v, at) => b.writeUInt8(v, at), [0xff, 0xfe, 0x80, 0x00], [
      [0, 32124 / 32768],
      [8 / 32768, -32124 / 32768],
    ]],
  ])("%s", async (name, tag, bytes, put, values, samples) => {
    const found = await contents(rifx([fmt(tag, bytes), fact, data(values, bytes, put)]));
    expect(found).toEqual({
      sampleRate: 22050,
      channels: 2,
      frames: 2,
      format: `RIFX, ${name}`,
      warnings: [],
      samples,
    });
  });

  test.each([
    ["SoX's", "0001" + "00000000" + "10008000" + "00aa00389b71"],
    ["libsndfile's", "00000001" + "00000010" + "8000" + "00aa00389b71"],
  ])("the extensible format, %s GUID", async (_, guid) => {
    const found = await contents(rifx([fmt(1, 2, guid), data([1, -2], 2, put16)]));
    expect([found.samples, found.warnings]).toEqual([[[1 / 32768], [-1 / 16384]], []]);
  });
});

test("an odd chunk before, and one behind", async () => {
  const others = [chunk("LIST", Buffer.alloc(3)), fmt(1, 2), data([1, -2], 2, put16)];
  const found = await contents(rifx([...others, chunk("LIST", Buffer.alloc(5))]));
  expect([found.samples, found.warnings]).toEqual([[[1 / 32768], [-1 / 16384]], []]);
});

test("cut short", async () => {
  const whole = rifx([fmt(1, 2), data([1, -2, 3, 4], 2, put16)]);
  const found = await contents(whole.subarray(0, whole.length - 4));
  expect(found.warnings).toEqual(["is cut short: 4 of 8 bytes of samples are there"]);
});

test("ffmpeg is not asked what it would misread", async () => {
  expect(await faultIn(rifx([fmt(0x11, 2), data([1], 2, put16)]))).toBe(
    "is a big-endian WAV (RIFX) with the codec IMA ADPCM, which is not read here",
  );
  expect(await faultIn(rifx([fmt(1, 2)]))).toBe("has no data chunk: it is cut short, or not a WAV file");
});
