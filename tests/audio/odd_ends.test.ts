/** AVI, SPHERE, Wave64 and WavPack: what their headers count is held against what ffmpeg gives of them. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readAudio } from "#lib/audio/mod.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-odd-ends-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** By ffmpeg: two seconds of a tone, or as long as is told. */
function made(name: string, args = "", sec = 2): Buffer {
  const path = join(folder, name);
  const input = `-nostdin -v error -y -f lavfi -i sine=f=440:r=16000:d=${sec}`;
  const { stderr } = spawnSync("ffmpeg", [...input.split(" "), ...args.split(" ").filter(Boolean), path]);
  expect(String(stderr)).toBe("");
  return readFileSync(path);
}

async function read(name: string, bytes: Uint8Array) {
  writeFileSync(join(folder, name), bytes);
  const { samples, warnings } = await readAudio(join(folder, name));
  return { sec: samples.length / 16_000, samples, warnings };
}

/** Where some bytes stand. */
function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

describe.skipIf(!hasFfmpeg || leftToBun)("AVI", () => {
  const PICTURES = "-f lavfi -i testsrc=s=32x32:r=10:d=2 -map 0:a -map 1:v";
  test.each([
    ["PCM", 1, "-c:a pcm_s16le"],
    ["MP3", 1, "-c:a libmp3lame"],
    ["AC-3 beside pictures", 6, `${PICTURES} -c:a ac3`],
  ])("of %s with chunk headers of zeros in the middle: %d", async (_, count, args) => {
    const bytes = made("a.avi", args);
    const whole = await read("a.avi", bytes);
    expect(whole.warnings).toEqual([]);
    const index = bytes.indexOf("idx1");
    const places = placesOf(bytes, "00wb").filter((at) => at < index);
    const damaged = Buffer.from(bytes);
    for (const at of places.slice(10, 10 + count)) damaged.fill(0, at, at + 8);
    const { sec, warnings } = await read("b.avi", damaged);
    expect(sec).toBeLessThan(whole.sec - 0.02);
    expect(warnings.at(-1)).toMatch(
      /^is cut short or damaged: \d\.\d+ of 2\.\d+ s are there, 0\.\d+ s are missing; its end is there, so that they/,
    );
    expect(warnings.at(-1)).toMatch(/nothing tells where, and what is behind stands early$/);
  });
});

/** SPHERE of 16-bit samples, with a header that may count wrong. */
function sphere(options: { channels: number; frames: number; count?: number; behind?: number }): Buffer {
  const { channels, frames, count = frames, behind = 0 } = options;
  const fields = [
    `channel_count -i ${channels}`,
    `sample_count -i ${count}`,
    "sample_rate -i 16000",
    "sample_n_bytes -i 2",
    "sample_byte_format -s2 01",
    "sample_sig_bits -i 16",
    "sample_coding -s3 pcm",
    "end_head",
  ];
  const head = Buffer.from(`NIST_1A\n   1024\n${fields.join("\n")}\n`.padEnd(1024, " "));
  const samples = Buffer.alloc(2 * channels * frames + behind);
  for (let i = 0; i < channels * frames; i++) {
    samples.writeInt16LE(Math.round(9000 * Math.sin(Math.floor(i / channels) / (5 + i % channels))), 2 * i);
  }
  return Buffer.concat([head, samples]);
}

describe.skipIf(!hasFfmpeg || leftToBun)("SPHERE", () => {
  test.each([2, 4])("of %d channels counts the samples of each", async (channels) => {
    const whole = await read("a.sph", sphere({ channels, frames: 16_000 }));
    expect([whole.sec, whole.warnings]).toEqual([1, []]);
    const more = await read("b.sph", sphere({ channels, frames: 16_000, count: 32_000 / channels }));
    const said: Record<number, RegExp> = {
      2: /^$/,
      4: /^has 64000 bytes behind the 8000 samples that its header counts, which were read as sound$/,
    };
    expect([more.sec, more.warnings.join()]).toEqual([1, expect.stringMatching(said[channels])]);
  });

  test("that counts those of all channels says so", async () => {
    const { sec, warnings } = await read("c.sph", sphere({ channels: 2, frames: 16_000, count: 32_000 }));
    expect(sec).toBe(1);
    expect(warnings.at(-1)).toBe(
      "counts 32000 samples, and 16000 of each of 2 channels are there: it may count those of all channels",
    );
  });

  test("with bytes behind, and with another behind it, says that they were read", async () => {
    const one = sphere({ channels: 1, frames: 16_000, behind: 4000 });
    expect((await read("d.sph", one)).warnings).toEqual([
      "has 4000 bytes behind the 16000 samples that its header counts, which were read as sound",
    ]);
    const two = sphere({ channels: 1, frames: 16_000 });
    expect((await read("e.sph", Buffer.concat([two, two]))).warnings).toEqual([
      "has another file of its kind behind it (NIST SPHERE), whose header was read as sound",
    ]);
  });
});

describe.skipIf(!hasFfmpeg || leftToBun)("Wave64 of 16002 samples", () => {
  const SEC = 16_002 / 16_000;
  test.each([["pcm_u8", 1], ["pcm_s24le", 3]])(
    "of %s: padding to eight bytes is no sample",
    async (codec, sampleBytes) => {
      const bytes = made("a.w64", `-c:a ${codec}`, SEC);
      // ffmpeg counts the padding; others do not.
      bytes.writeBigUInt64LE(BigInt(24 + 16_002 * sampleBytes), bytes.indexOf("data") + 16);
      const { samples, warnings } = await read("a.w64", bytes);
      expect([samples.length, warnings]).toEqual([16_002, []]);
    },
  );

  test("of 8 bits whose padding is counted says so", async () => {
    const { samples, warnings } = await read("b.w64", made("b.w64", "-c:a pcm_u8", SEC));
    expect(samples.length).toBe(16_008);
    expect(warnings).toEqual([
      "ends with 6 of its lowest samples: zeros that fill up its last chunk, which it counts as sound",
    ]);
  });
});

test.skipIf(!hasFfmpeg)("WavPack with another behind it, also behind a tag", async () => {
  const bytes = made("a.wv");
  const tag = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125)]);
  for (const joined of [[bytes, bytes], [bytes, tag, bytes]]) {
    const { sec, warnings } = await read("b.wv", Buffer.concat(joined));
    expect(sec).toBe(2);
    expect(warnings.at(-1)).toBe("has another file of its kind behind it (WavPack), which was not read");
  }
  expect((await read("c.wv", Buffer.concat([bytes, tag]))).warnings).toEqual([]);
});
