/** Files that ffmpeg reads: cut ones say so, another file behind is told, and whole ones are silent. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { detectFormat, DETECTION_BYTES } from "#lib/audio/detect_format.ts";
import { fileEnd } from "#lib/audio/file_end.ts";
import { readAudio } from "#lib/audio/mod.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-end-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TONE = "-f lavfi -i sine=f=440:r=16000:d=2";
/** Two seconds of a tone by ffmpeg. */
function made(name: string, codec: string, input = TONE): Uint8Array {
  const path = join(folder, name);
  const { stderr, status } = spawnSync("ffmpeg", [
    ...["-nostdin", "-v", "error", "-y", ...input.split(" ")],
    ...[...codec.split(" ").filter(Boolean), path],
  ]);
  expect([String(stderr), status]).toEqual(["", 0]);
  return new Uint8Array(readFileSync(path));
}

/** What is said of the end of some bytes. */
async function endOf(bytes: Uint8Array): Promise<string | undefined> {
  const format = detectFormat(bytes.subarray(0, DETECTION_BYTES));
  if (typeof format !== "object") throw new Error(`${format} is not expected`);
  const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
    const part = bytes.subarray(at, at + target.length);
    target.set(part);
    return Promise.resolve(target.subarray(0, part.length));
  };
  return await fileEnd({ file: "a", size: bytes.length, read }, format);
}

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const tag = (text: string, length: number) =>
  Uint8Array.from({ length }, (_, i) => i < text.length ? text.charCodeAt(i) : 0);

const MISSING = /^is cut short: \d+ of \d+ bytes are there$/;
const UNREAD = /^has another file of its kind behind it \(.*\), which was not read$/;

describe.skipIf(!hasFfmpeg || leftToBun)("the end of", () => {
  test.each<[name: string, codec: string, cut: RegExp, twice: RegExp | undefined]>([
    ["a.avi", "", MISSING, undefined], // ffmpeg reads on
    ["a.aiff", "", MISSING, UNREAD],
    ["a.caf", "-c:a pcm_s16le", MISSING, UNREAD],
    ["a.w64", "", MISSING, UNREAD],
    ["a.au", "", MISSING, /behind it \(Sun\/NeXT AU\), whose header was read as sound$/],
    ["a.voc", "", MISSING, UNREAD],
    ["a.tta", "", MISSING, UNREAD],
    ["a.wma", "", MISSING, UNREAD],
    ["a.m4a", "", MISSING, UNREAD],
    ["a.mp4", "-movflags frag_keyframe+empty_moov -frag_duration 500000", MISSING, undefined],
    ["a.spx", "-c:a libspeex -f ogg", /^ends without a last page: it is cut short/, undefined],
    ["a.ts", "-c:a mp2", /^ends inside a packet: \d+ bytes are left over/, undefined],
  ])("%s", async (name, codec, cut, twice) => {
    const bytes = made(name, codec);
    expect(await endOf(bytes)).toBe(undefined);
    const half = bytes.subarray(0, Math.floor(bytes.length * 0.6) | 1);
    expect(await endOf(half)).toMatch(cut);
    if (cut === MISSING) {
      expect(Number(/^is cut short: (\d+) of/.exec(await endOf(half) ?? "")?.[1])).toBe(half.length);
      // Without its last byte, which may be one that only makes the size even.
      if (name === "a.aiff") expect(await endOf(bytes.subarray(0, bytes.length - 1))).toMatch(MISSING);
    }
    if (twice) expect(await endOf(joined(bytes, bytes))).toMatch(twice);
    else expect(await endOf(joined(bytes, bytes))).toBe(undefined);
    if (name === "a.tta") {
      const between = [tag("TAG", 128), tag("ID3\x03\0\0\0\0\0\x0a", 20)];
      expect(await endOf(joined(bytes, ...between, bytes))).toMatch(twice!);
      expect(await endOf(joined(bytes, tag("TAG", 128)))).toBe(undefined);
    }
  });

  test("fragments of MP4 that are cut between two of them is not known", async () => {
    const bytes = made("b.mp4", "-movflags frag_keyframe+empty_moov -frag_duration 500000");
    const text = new TextDecoder("latin1").decode(bytes);
    const third = text.split("moof", 3).join("moof").length - 4;
    const told =
      /^is in fragments \(2 are there\) and does not say how many: whether its end is there is not/;
    expect(await endOf(bytes.subarray(0, third))).toMatch(told);
    writeFileSync(join(folder, "c.mp4"), bytes.subarray(0, third));
    const { samples, warnings } = await readAudio(join(folder, "c.mp4"));
    expect([samples.length, warnings]).toEqual([16 * 1024, [expect.stringMatching(told)]]);
  });

  test("IRCAM, which has no length, is not known", async () => {
    const bytes = made("a.sf", "-f ircam");
    expect(await endOf(bytes)).toMatch(/^does not say how long it is/);
    expect(await endOf(bytes.subarray(0, bytes.length - 1))).toMatch(
      /^ends inside a sample: 1 byte is left/,
    );
    const { warnings } = await readAudio(join(folder, "a.sf"));
    expect(warnings).toEqual([expect.stringMatching(/^does not say how long it is/)]);
  });

  test.each([["a.avi", ""], ["a.spx", "-c:a libspeex -f ogg"], ["a.voc", ""]])(
    "%s, cut, is told where it is read",
    async (name, codec) => {
      const bytes = made(name, codec);
      writeFileSync(join(folder, name), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      const { samples, warnings } = await readAudio(join(folder, name));
      expect(samples.length).toBeLessThan(1.5 * 16_000);
      expect(warnings.join("; ")).toMatch(/cut short/);
    },
  );

  test("a joined True Audio and M4A is told where it is read", async () => {
    for (const [name, bytes] of [["d.tta", made("a.tta", "")], ["d.m4a", made("a.m4a", "")]] as const) {
      writeFileSync(join(folder, name), joined(bytes, bytes));
      const { samples, warnings } = await readAudio(join(folder, name));
      expect([samples.length < 2.2 * 16_000, warnings]).toEqual([true, [expect.stringMatching(UNREAD)]]);
    }
  });
});

describe.skipIf(!hasFfmpeg || leftToBun)("a rate that changes", () => {
  test("inside a transport stream: gaps behind it are filled", async () => {
    const part = (name: string, rate: number, at: number) =>
      made(name, `-c:a mp2 -ar ${rate} -output_ts_offset ${at}`, "-f lavfi -i sine=f=440:r=16000:d=3");
    writeFileSync(
      join(folder, "rates.ts"),
      joined(part("1.ts", 48000, 0), part("2.ts", 44100, 3), part("3.ts", 44100, 9)),
    );
    const { samples, warnings } = await readAudio(join(folder, "rates.ts"));
    const sec = (i: number) => i / 16_000;
    expect(Math.abs(sec(samples.length) - 12)).toBeLessThan(0.2);
    const loud = (from: number, to: number) =>
      samples.subarray(from * 16_000, to * 16_000).some((sample) => Math.abs(sample) > 0.02);
    expect([loud(0.5, 5.8), loud(6.2, 8.7), loud(9.1, 11.7)]).toEqual([true, false, true]);
    expect(warnings.join("; ")).toMatch(/has 1 gap in its times: (2\.[89]|3\.0)\d\d s are missing/);
    expect(warnings.join("; ")).toMatch(/changes to \d+ Hz at \d\.\d+ s.*; all is resampled to \d+ Hz/);
  });
});
