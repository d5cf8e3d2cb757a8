/** AAC in ADTS with frames that are damaged or lost, read by ffmpeg: nothing behind them moves, and all is told. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { adtsFrame } from "#lib/audio/adts_frame.ts";
import { frameWalk } from "#lib/audio/frame_walk.ts";
import { openAudio } from "#lib/audio/mod.ts";
import { allSamples } from "./wav_bytes.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
let folder = "";
let whole = new Uint8Array(0);
/** Where its frames begin, and the end. */
const starts: number[] = [];
const SEC = 1024 / 48000;

/** Beeps at 0, 1, 2, ... s, and noise. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dialab-adts-"));
  if (!hasFfmpeg) return;
  const sound = "aevalsrc='0.5*sin(2*PI*440*t)*lt(mod(t\\,1)\\,0.3)+0.01*random(0)':s=48000:d=5";
  const path = join(folder, "whole.aac");
  const args = ["-v", "error", "-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "64k", path];
  expect(String(spawnSync("ffmpeg", args).stderr)).toBe("");
  whole = new Uint8Array(readFileSync(path));
  for (let at = 0; at < whole.length; at += adtsFrame(whole, at)?.bytes ?? Infinity) starts.push(at);
  starts.push(whole.length);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(bytes: Uint8Array) {
  const path = join(folder, "a.aac");
  writeFileSync(path, bytes);
  await using audio = await openAudio(path);
  const [mono] = await allSamples(audio);
  return { mono, warnings: [...audio.warnings], sec: mono.length / 48000 };
}

/** What ffmpeg by itself makes of some bytes, in samples. */
function byFfmpeg(bytes: Uint8Array): readonly number[] {
  const args = "-v quiet -f aac -i pipe:0 -f f32le -c:a pcm_f32le pipe:1".split(" ");
  const { stdout } = spawnSync("ffmpeg", args, { input: bytes, maxBuffer: 1 << 28 });
  return [...new Float32Array(new Uint8Array(stdout).buffer)];
}

const overwrite = (frames: readonly number[], fill: (i: number) => number) => {
  const bytes = whole.slice();
  for (const frame of frames) {
    for (let i = starts[frame]; i < starts[frame + 1]; i++) bytes[i] = fill(i);
  }
  return bytes;
};
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
const join3 = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const differing = (a: readonly number[], b: readonly number[]) =>
  a.filter((value, i) => value !== b[i]).length;

describe.skipIf(!hasFfmpeg || leftToBun)("ADTS", () => {
  test("whole has the bits that ffmpeg gives, and no warnings", async () => {
    const { mono, warnings } = await read(whole);
    expect(warnings).toEqual([]);
    expect(mono.length).toBe((starts.length - 1) * 1024);
    expect(differing(mono, byFfmpeg(whole))).toBe(0);
  });

  test.each([
    ["zeros", () => 0],
    ["noise", (i: number) => Math.imul(i, 0x9e3779b1) >>> 24],
  ])("50 frames overwritten by %s are silent", async (_, fill) => {
    const bytes = overwrite(range(100, 150), fill);
    const expected = byFfmpeg(whole);
    // Alone, ffmpeg moves what follows.
    expect(byFfmpeg(bytes).length).toBeLessThan(expected.length - 40 * 1024);
    const { mono, warnings } = await read(bytes);
    expect(mono.length).toBe(expected.length);
    // The noise that stands for what is not coded is another; beeps are where they were.
    const far = range(160 * 1024, mono.length);
    expect(differing(mono.slice(0, 99 * 1024), expected)).toBe(0);
    expect(Math.max(...far.map((i) => Math.abs(mono[i] - expected[i])))).toBeLessThan(0.1);
    expect(warnings[0]).toMatch(
      /^is damaged in 1 place, the first at 2\.133 s: \d+ bytes are no frames; .* about 1\.0\d\d s are lost/,
    );
    expect(warnings.at(-1)).toMatch(/^has \d gaps? between its frames: .* silence, the first at 2\.133 s$/);
  });

  test("every tenth frame overwritten moves nothing", async () => {
    const lost = range(10, starts.length - 11, 10);
    const { mono, warnings } = await read(overwrite(lost, () => 0));
    const expected = byFfmpeg(whole);
    expect(mono.length).toBe(expected.length);
    const last = range(mono.length - 9 * 1024, mono.length);
    expect(Math.max(...last.map((i) => Math.abs(mono[i] - expected[i])))).toBeLessThan(0.1);
    expect(warnings[0]).toContain(`is damaged in ${lost.length} places, the first at 0.213 s`);
    expect(warnings[1]).toContain(`has ${lost.length} gaps between its frames`);
  });

  test("a wrong length, as if it held others", async () => {
    const bytes = whole.slice();
    bytes[starts[100] + 3] |= 3;
    const { sec, warnings } = await read(bytes);
    expect(Math.abs(sec - (starts.length - 1) * SEC)).toBeLessThan(4 * SEC);
    expect(warnings[0]).toMatch(/the first at 2\.133 s: 0 bytes are no frames, and 1 frame is broken off/);
  });

  test("bytes that are missing inside a frame are told", async () => {
    const bytes = join3(whole.slice(0, starts[100] + 20), whole.slice(starts[130] + 60));
    const { warnings } = await read(bytes);
    expect(warnings[0]).toMatch(/^is damaged in 1 place, the first at 2\.1\d\d s/);
  });

  test("40 bytes too many are told and are no frame; tags are no damage", async () => {
    const few = join3(whole.slice(0, starts[100]), new Uint8Array(40), whole.slice(starts[100]));
    const odd = await read(few);
    expect(odd.mono.length).toBe((starts.length - 1) * 1024);
    expect(odd.warnings).toEqual([
      expect.stringMatching(/the first at 2\.133 s: 40 bytes .* how much, nothing tells/),
    ]);
    const id3 = Uint8Array.from({ length: 40 }, (_, i) => [73, 68, 51, 4, 0, 0, 0, 0, 0, 30][i] ?? 65);
    const id1 = Uint8Array.from({ length: 128 }, (_, i) => [84, 65, 71][i] ?? 32);
    const tagged = await read(join3(whole.slice(0, starts[100]), id3, whole.slice(starts[100]), id1));
    expect(tagged.mono.length).toBe((starts.length - 1) * 1024);
    expect(tagged.warnings).toEqual([]);
  });

  test("an end inside a frame, and one of zeros", async () => {
    const cut = await read(whole.slice(0, starts[200] + 50));
    expect(cut.warnings[0]).toMatch(/^ends inside a frame: 50 of its \d+ bytes are there$/);
    const zeros = await read(overwrite(range(200, starts.length - 1), () => 0));
    const missing = (starts.length - 1 - 200) * SEC;
    const told = /ends with \d+ bytes that are no frames: .* about (\d+\.\d+) s are missing/.exec(
      zeros.warnings[0],
    );
    expect(Math.abs(Number(told?.[1]) - missing)).toBeLessThan(0.2);
  });

  test("damage far inside is passed over as well", async () => {
    const times = Math.ceil(5_100_000 / whole.length);
    // Where ffmpeg by itself gives up.
    const many = new Uint8Array((times + 2) * whole.length);
    for (let i = 0; i < times + 2; i++) many.set(whole, i * whole.length);
    many.set(overwrite(range(100, 150), () => 0), times * whole.length);
    const path = join(folder, "a.aac");
    writeFileSync(path, many);
    await using audio = await openAudio(path);
    let frames = 0;
    for await (const [mono] of audio.blocks()) frames += mono.length;
    expect(Math.abs(frames / 1024 - (times + 2) * (starts.length - 1))).toBeLessThan(2);
    expect(audio.warnings.length).toBe(2);
  }, 60_000);

  describe("sync words inside a frame", () => {
    /** A frame with other bytes in it that no decoder plays: a data stream element. (ISO/IEC 14496-3, table 4.10) */
    const withData = (frame: Uint8Array, data: Uint8Array) =>
      join3(
        headed(frame, frame.length + 2 + data.length),
        Uint8Array.of(0x81, data.length),
        data,
        frame.subarray(7),
      );
    /** The frame's header with another length. */
    const headed = (frame: Uint8Array, bytes: number) => {
      const header = frame.slice(0, 7);
      header[3] = header[3] & 0xfc | bytes >> 11;
      header[4] = bytes >> 3 & 255;
      header[5] = header[5] & 31 | (bytes & 7) << 5;
      return header;
    };
    const frameAt = (i: number) => whole.slice(starts[i], starts[i + 1]);
    /** So many headers like those of the file, each of which leads to the next; behind the last stands none. */
    const fakes = (count: number) => {
      const fake = join3(headed(frameAt(100), 16), new Uint8Array(9).fill(0x55));
      return join3(...Array.from({ length: count }, () => fake), new Uint8Array(20).fill(0x55));
    };
    /** A header that leads to the frame behind the one that holds it. */
    const leading = () => join3(headed(frameAt(100), frameAt(100).length), new Uint8Array(0));
    const withIn100 = (frame: Uint8Array) =>
      join3(whole.slice(0, starts[100]), frame, whole.slice(starts[101]));
    const withoutHeader = (frame: Uint8Array) => frame.map((byte, i) => i < 7 ? 0 : byte);
    const walk = (bytes: Uint8Array<ArrayBuffer>) =>
      frameWalk({
        file: "a.aac",
        size: bytes.length,
        read: (target, at) => {
          const part = bytes.subarray(at, at + target.length);
          target.set(part);
          return Promise.resolve(target.subarray(0, part.length));
        },
      }, { coding: "ADTS" });
    const right = () => starts.length - 1;

    test("are no frames: each has the samples that it has without them", async () => {
      const bytes = join3(...range(0, right()).map((i) => withData(frameAt(i), fakes(3))));
      const { mono, warnings } = await read(bytes);
      expect(warnings).toEqual([]);
      expect(mono.length).toBe(right() * 1024);
      expect(differing(mono, byFfmpeg(whole))).toBe(0);
    });

    test("behind a header that is damaged move nothing", async () => {
      const { mono, warnings } = await read(withIn100(withoutHeader(withData(frameAt(100), fakes(1)))));
      const expected = byFfmpeg(whole);
      expect(mono.length).toBe(expected.length);
      const far = range(110 * 1024, mono.length);
      const largest = far.reduce((most, i) => Math.max(most, Math.abs(mono[i] - expected[i])), 0);
      expect(largest).toBeLessThan(0.1);
      expect(warnings[0]).toMatch(
        /^is damaged in 1 place, the first at 2\.133 s: .* about 0\.021 s are lost/,
      );
    });

    test.each<[string, () => Uint8Array]>([
      ["one", () => fakes(1)],
      ["two that follow each other", () => fakes(2)],
      ["one that leads to the next frame", leading],
    ])("behind a damaged header, %s, leave the length as it is", async (_, data) => {
      const { sec, faults } = await walk(withIn100(withoutHeader(withData(frameAt(100), data()))));
      expect(sec).toBeCloseTo(right() * SEC, 9);
      expect(faults).toEqual([expect.stringMatching(/^is damaged in 1 place, the first at 2\.133 s: /)]);
    });

    // Nothing tells them from frames, and a decoder believes them, too.
    test("behind a damaged header, five that follow each other, are taken for frames, and damage is told", async () => {
      const { frames, sec, faults } = await walk(withIn100(withoutHeader(withData(frameAt(100), fakes(5)))));
      expect(frames).toBe(right() - 1 + 5);
      expect(sec / SEC - right()).toBeGreaterThan(0);
      expect(sec / SEC - right()).toBeLessThanOrEqual(5.001);
      expect(faults).toEqual([expect.stringMatching(/^is damaged in 2 places, the first at 2\.133 s: /)]);
    });
  });
});
