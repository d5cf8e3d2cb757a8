/** MPEG audio without an encoder's count: what is missing cannot be known, but that something is. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readAudio } from "#lib/audio/mod.ts";
import { mpegFrame } from "#lib/audio/mpeg_frame.ts";
import { mpegFrames } from "#lib/audio/mpeg_frames.ts";
import { contents } from "./wav_bytes.ts";

const tagged = new Uint8Array(readFileSync(fileURLToPath(new URL("samples/stereo.mp3", import.meta.url))));
/** The frames behind the first, which holds the encoder's count; three times, so that there are enough. */
const once = tagged.subarray(mpegFrame(tagged, 0)!.bytes);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const plain = joined(once, once, once);
const starts: number[] = [];
for (let at = 0; at < plain.length; at += mpegFrame(plain, at)!.bytes) starts.push(at);
const SAMPLES = starts.length * 1152;

const cut = (from: number, to: number) => joined(plain.subarray(0, from), plain.subarray(to));
const put = (at: number, more: Uint8Array) => joined(plain.subarray(0, at), more, plain.subarray(at));
const TOLD = /^has bytes that are no whole frame at (\d\.\d{3}) s.*: samples may be missing there/;

async function framesOf(bytes: Uint8Array) {
  const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
    const part = bytes.subarray(at, at + target.length);
    target.set(part);
    return Promise.resolve(target.subarray(0, part.length));
  };
  const frames = [];
  for await (const frame of mpegFrames({ file: "a", size: bytes.length, read })) frames.push(frame);
  return frames;
}

describe("MP3 without a count", () => {
  test("whole: no warning", async () => {
    const { samples, warnings } = await contents(plain);
    expect([samples[0].length, warnings]).toEqual([SAMPLES, []]);
  });

  test("filled with its encoder's name, where a header would have it: frames of sound", async () => {
    const filled = plain.slice();
    for (const start of starts.slice(1, -1)) {
      filled.set(new TextEncoder().encode("LAME3.100"), start + 4 + 32 + 120);
    }
    const { samples, warnings } = await contents(filled);
    expect([samples[0].length, warnings]).toEqual([SAMPLES, []]);
  });

  test.each([
    ["cut out from late in one frame to early in another", 300, 100],
    ["cut out from early in one frame to late in another", 100, 300],
    ["cut out from a frame's end to inside another", 0, 200],
  ])("a piece %s is told where it is", async (_, from, to) => {
    const { warnings } = await contents(cut(starts[10] + from, starts[20] + to));
    expect(warnings.length).toBe(1);
    expect(Math.abs(Number(TOLD.exec(warnings[0])?.[1]) - 10 * 1152 / 44100)).toBeLessThan(0.03);
  });

  test("several pieces are told with their number", async () => {
    let bytes = plain;
    for (const frame of [30, 20, 10]) {
      bytes = joined(bytes.subarray(0, starts[frame] + 50), bytes.subarray(starts[frame] + 200));
    }
    const { warnings } = await contents(bytes);
    expect(warnings.join()).toMatch(/^has bytes that are no whole frame at 0\.2\d\d s and in 2 more places/);
  });

  test.each([50, 100, 250, 400])("%d bytes between whole frames are no lost frame", async (count) => {
    const { samples, warnings } = await contents(put(starts[10], new Uint8Array(count).fill(0x55)));
    expect(samples[0].length).toBe(SAMPLES);
    expect(warnings).toEqual([expect.stringMatching(TOLD)]);
  });

  test("frames overwritten are silent, and nothing else is missing", async () => {
    const bytes = plain.slice().fill(0, starts[10], starts[14]);
    const { samples, warnings } = await contents(bytes);
    expect(samples[0].length).toBe(SAMPLES);
    expect(warnings).toEqual([
      `is damaged in 1 place: 4608 of ${SAMPLES} samples (0.104 s) are lost and silent, the first at 0.261 s`,
    ]);
  });
});

describe("the end of frames", () => {
  const end = async (bytes: Uint8Array) => (await framesOf(bytes)).at(-1)!;
  test.each([1, 2, 3])("of %d bytes of a next header is inside a frame", async (count) => {
    const { isCut, junk } = await end(joined(plain, plain.subarray(0, count)));
    expect([isCut, junk]).toEqual([true, count]);
    expect((await contents(joined(plain, plain.subarray(0, count)))).warnings).toContain(
      "ends inside a frame",
    );
  });

  test("of more that is no header is not", async () => {
    const bytes = joined(plain, new Uint8Array(4));
    expect((await end(bytes)).isCut).toBe(false);
    expect((await contents(bytes)).warnings).toEqual([expect.stringMatching(TOLD)]);
  });

  test("at a frame's end is none, one byte before it is", async () => {
    expect([(await end(plain)).isCut, (await framesOf(plain)).length]).toEqual([false, starts.length + 1]);
    const short = plain.subarray(0, -1);
    expect([(await end(short)).isCut, (await framesOf(short)).length]).toEqual([true, starts.length]);
  });

  test("bytes missing in the last but one frame are seen up to the end", async () => {
    const from = starts.at(-2)! + 100;
    const frames = await framesOf(cut(from, from + 50));
    const broken = frames.filter(({ header, data }) => header !== undefined && data.length < header.bytes);
    expect(broken.length).toBe(1);
    expect(frames.length).toBe(starts.length + 1);
  });
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

describe.skipIf(!hasFfmpeg)(
  "pieces of several kinds, joined by ffmpeg, which counts all in one header",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "dialab-joined-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const path = (name: string) => join(folder, name);
    const ffmpeg = (...args: string[]) => {
      const { status, stderr } = spawnSync("ffmpeg", ["-nostdin", "-v", "error", ...args]);
      expect([status, String(stderr)]).toEqual([0, ""]);
    };
    const PARTS: Readonly<Record<string, readonly string[]>> = {
      mono: ["-ar", "44100", "-ac", "1"],
      stereo: ["-ar", "44100", "-ac", "2"],
      slow: ["-ar", "22050", "-ac", "1"],
      fast: ["-ar", "48000", "-ac", "1"],
    };
    beforeAll(() => {
      for (const [name, shape] of Object.entries(PARTS)) {
        ffmpeg(
          "-f",
          "lavfi",
          "-i",
          "sine=f=440:r=16000:d=2",
          ...shape,
          "-c:a",
          "libmp3lame",
          path(`${name}.mp3`),
        );
      }
    });

    /** A joined file. */
    const joinedBy = (...parts: string[]) => {
      writeFileSync(path("list.txt"), parts.map((part) => `file ${path(`${part}.mp3`)}\n`).join(""));
      ffmpeg("-y", "-f", "concat", "-safe", "0", "-i", path("list.txt"), "-c", "copy", path("joined.mp3"));
      return path("joined.mp3");
    };

    test.each(["mono stereo", "stereo mono", "mono slow", "slow fast", "mono stereo mono"])(
      "%s: none is late, and nothing is told to be missing",
      async (names) => {
        const parts = names.split(" ");
        const { samples, warnings } = await readAudio(joinedBy(...parts));
        expect(Math.abs(samples.length / 16000 - 2 * parts.length)).toBeLessThan(0.1 * parts.length);
        // Between two pieces is an encoder's priming and padding at most.
        let silent = 0, longest = 0;
        for (const sample of samples) {
          longest = Math.max(longest, silent = Math.abs(sample) < 1e-3 ? silent + 1 : 0);
        }
        expect(longest / 16000).toBeLessThan(0.15);
        expect(warnings.length).toBeGreaterThan(0);
        for (const warning of warnings) expect(warning).toMatch(/^changes (?:from|to)/);
      },
    );

    test("damage in one of them moves none", async () => {
      const bytes = readFileSync(joinedBy("mono", "stereo"));
      const whole = await readAudio(path("joined.mp3"));
      const from = Math.round(bytes.length * 0.7);
      bytes.fill(0, from, from + 4000);
      writeFileSync(path("damaged.mp3"), bytes);
      const { samples, warnings } = await readAudio(path("damaged.mp3"));
      expect(samples.length).toBe(whole.samples.length);
      expect(warnings.some((warning) => /^is damaged in 1 place/.test(warning))).toBe(true);
      const last = samples.length - 4000;
      const apart = samples.subarray(last, last + 500).map((sample, i) =>
        Math.abs(sample - whole.samples[last + i])
      );
      expect(Math.max(...apart)).toBeLessThan(1e-6); // decoded anew behind the damage
    });

    test("a count of one less is still of all, one of a few is of the first alone", async () => {
      const bytes = readFileSync(joinedBy("mono", "stereo"));
      const whole = await readAudio(path("joined.mp3"));
      const at = bytes.toString("latin1").search(/Info|Xing/);
      const counting = async (count: number) => {
        bytes.writeUInt32BE(count, at + 8);
        bytes.writeUInt16BE(0, at + 154); // its checksum
        writeFileSync(path("counted.mp3"), bytes);
        return await readAudio(path("counted.mp3"));
      };
      const all = bytes.readUInt32BE(at + 8);
      const one = await counting(all - 1);
      expect(one.samples.length).toBe(whole.samples.length);
      expect(one.warnings.some((text) => /more than the \d+ that its encoder counted/.test(text))).toBe(true);
      const { samples, warnings } = await counting(3);
      expect(warnings.some((text) => /more than the 3 that its encoder counted/.test(text))).toBe(true);
      expect(Math.abs(samples.length - whole.samples.length)).toBeLessThan(1000);
    });
  },
);

test.each([[[8]], [[4, 10]]])(
  "cut out from late in a frame to early in the one after next, behind %j: the count puts what follows in its place",
  async (places) => {
    const parts = [tagged.subarray(0, mpegFrame(tagged, 0)!.bytes)];
    let from = 0;
    for (const at of places) {
      const within = (frame: number, part: number) =>
        starts[frame] + Math.round(part * (starts[frame + 1] - starts[frame]));
      parts.push(once.subarray(from, within(at, 0.75)));
      from = within(at + 1, 0.25);
    }
    const [whole, cutOut] = [await contents(tagged), await contents(joined(...parts, once.subarray(from)))];
    const length = whole.samples[0].length;
    expect(cutOut.samples[0].length).toBe(length);
    expect(cutOut.warnings.length).toBeGreaterThan(0);
    const apart = whole.samples[0].slice(length - 1000).map((sample, i) =>
      Math.abs(sample - cutOut.samples[0][length - 1000 + i])
    );
    expect(Math.max(...apart)).toBeLessThan(1e-6);
  },
);

test("a count of one frame less than there are still tells delay and padding", async () => {
  const whole = await contents(tagged);
  const less = tagged.slice();
  const view = new DataView(less.buffer, less.byteOffset);
  const at = String.fromCharCode(...less.subarray(0, 200)).search(/Info|Xing/) + 8;
  view.setUint32(at, view.getUint32(at) - 1);
  view.setUint16(190, 0); // its checksum
  const told = expect.stringMatching(/^holds \d+ frames, more than the \d+ that its encoder counted$/);
  expect(await contents(less)).toEqual({ ...whole, warnings: [told] });
  view.setUint32(at, view.getUint32(at) - 3);
  const { samples, warnings } = await contents(less);
  expect(samples[0].slice(0, 17640)).toEqual(whole.samples[0]);
  expect(samples[0].length).toBeGreaterThan(17640);
  expect(warnings).toEqual([told]);
});
