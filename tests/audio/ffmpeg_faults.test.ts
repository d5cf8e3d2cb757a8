/** Damage that ffmpeg's decoders tell of: times hold, it is said in lines that are the same in each run, and what nothing tells is said too. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { FfmpegLog } from "#lib/audio/ffmpeg_log.ts";
import { readAudio } from "#lib/audio/mod.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-faults-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Four seconds of sound that begins at each whole second, with noise. */
function made(name: string, ...args: readonly string[]): Uint8Array {
  const path = join(folder, name);
  const input = "aevalsrc='0.5*sin(2*PI*440*t)*lt(mod(t\\,1)\\,0.3)+0.001*random(0)':s=48000:d=4";
  const { stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", input, ...args, path]);
  expect(String(stderr)).toBe("");
  return new Uint8Array(readFileSync(path));
}

async function read(name: string, bytes: Uint8Array) {
  writeFileSync(join(folder, name), bytes);
  return await readAudio(join(folder, name));
}

/** The first sample behind a time, in seconds, that is loud. */
const loudBehind = (samples: Float32Array, sec: number) =>
  (samples.subarray(sec * 16_000).findIndex((value) => Math.abs(value) > 0.1) + sec * 16_000) / 16_000;

test("ffmpeg's errors have no places in memory, and are counted", () => {
  const log = new FfmpegLog();
  for (let i = 0; i < 20; i++) log.push(`[tta @ 0x55c5${i}] [error] CRC error\n`);
  for (let i = 0; i < 7; i++) log.push(`[a @ 0x5] [b @ 0x6] [error] number ${i}\n`);
  expect(log.said).toEqual([
    "[tta] CRC error (20 times)",
    ...[0, 1, 2, 3].map((i) => `[a] [b] number ${i}`),
    "3 more errors of other kinds",
  ]);
});

describe.skipIf(!hasFfmpeg)("a checksum that is wrong is told, by", () => {
  test.each([["a.tta", /CRC/], ["a.ac3", /CRC/]])("%s", async (name, said) => {
    const bytes = made(name);
    expect((await read(name, bytes)).warnings).toEqual([]);
    bytes[Math.floor(bytes.length / 2)] ^= 16;
    const { warnings, samples } = await read(name, bytes);
    expect(warnings.join("\n")).toMatch(said);
    expect(warnings.every((text) => !/\n|0x/.test(text))).toBe(true);
    expect(Math.abs(loudBehind(samples, 2.5) - 3)).toBeLessThan(0.02);
  });
});

describe.skipIf(!hasFfmpeg)("packets that do not decode", () => {
  test("in CAF with Apple Lossless: nothing moves, and the end is told", async () => {
    const bytes = made("a.caf", "-c:a", "alac");
    const whole = await read("a.caf", bytes);
    expect(whole.warnings).toEqual([]);
    const start = new TextDecoder("latin1").decode(bytes).indexOf("data") + 16;
    const spoil = (from: number, to: number) => {
      for (let i = from; i < to; i++) bytes[i] = 0xff;
    };
    const near = (part: number) => start + Math.floor((bytes.length - start) * part);
    spoil(near(0.55), near(0.57));
    const { warnings, samples } = await read("a.caf", bytes);
    expect(samples.length).toBe(whole.samples.length);
    expect(Math.abs(loudBehind(samples, 2.5) - loudBehind(whole.samples, 2.5))).toBeLessThan(0.002);
    expect(warnings.join("\n")).toMatch(/has 1 gap .* silence, the first at \d\.\d+ s/);
  });

  test("the last ones are told as missing", async () => {
    const bytes = made("b.caf", "-c:a", "alac");
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("pakt");
    bytes.fill(0xff, end - 800, end);
    const { warnings } = await read("b.caf", bytes);
    expect(warnings.join("\n")).toMatch(/is cut short or damaged: 3\.\d+ of 4\.0\d+ s are there/);
  });
});

describe.skipIf(!hasFfmpeg)("times that begin late are told in", () => {
  test.each([["a.ogg", "libvorbis"], ["a.opus", "libopus"], ["a.mka", "pcm_s16le"]])(
    "%s",
    async (name, codec) => {
      const bytes = made(name, "-c:a", codec, "-output_ts_offset", "2.5");
      const { warnings } = await read(name, bytes);
      expect(warnings).toEqual([
        expect.stringMatching(/^has times that begin at 2\.[45]\d\d s, which is 0 here, as for players$/),
      ]);
    },
  );
});

test.skipIf(!hasFfmpeg)("frames of ADTS cut out: how much is lost, nothing tells", async () => {
  const bytes = made("a.aac", "-b:a", "96k");
  const cut = Uint8Array.from([...bytes.subarray(0, 20_000), ...bytes.subarray(29_000)]);
  const { warnings } = await read("a.aac", cut);
  expect(warnings[0]).toMatch(/whether sound was cut out there, and how much, nothing tells/);
});
