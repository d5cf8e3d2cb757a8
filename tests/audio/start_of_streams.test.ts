/** Sound that ffmpeg begins too early: Windows Media of its own encoder, and streams of frames whose start is damaged. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openAudio } from "#lib/audio/mod.ts";
import { allSamples } from "./wav_bytes.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-starts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** By ffmpeg: four seconds of noise with a tone at 1, 2 and 3 s. */
function made(name: string, rate: number, ...args: string[]): Uint8Array {
  const path = join(folder, name);
  const sound = `aevalsrc='0.5*cos(2*PI*440*t)*lt(mod(t\\,1)\\,0.3)*gte(t\\,1)+0.01*random(0)':s=${rate}:d=4`;
  const { stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", sound, ...args, path]);
  expect(String(stderr)).toBe("");
  return new Uint8Array(readFileSync(path));
}

async function read(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await using audio = await openAudio(path);
  const [mono] = await allSamples(audio);
  const loudBehind = (sec: number) => {
    const from = Math.round(sec * audio.sampleRate);
    return (from + mono.slice(from).findIndex((value) => Math.abs(value) > 0.2)) / audio.sampleRate;
  };
  return { sec: mono.length / audio.sampleRate, warnings: [...audio.warnings], loudBehind };
}

describe.skipIf(!hasFfmpeg || leftToBun)(
  "Windows Media by ffmpeg's encoder begins where it was encoded",
  () => {
    test.each([["wmav1", 8000], ["wmav1", 32000], ["wmav2", 16000], ["wmav2", 22050], ["wmav2", 44100]])(
      "%s, %d Hz",
      async (codec, rate) => {
        const { loudBehind, sec, warnings } = await read("a.wma", made("a.wma", rate, "-c:a", codec));
        // ffmpeg alone begins 0.032 to 0.064 s early.
        for (const at of [1, 2, 3]) expect(Math.abs(loudBehind(at - 0.5) - at)).toBeLessThan(0.002);
        expect(sec).toBeGreaterThanOrEqual(4);
        expect(warnings).toEqual([]);
      },
    );
  },
);

describe.skipIf(!hasFfmpeg || leftToBun)("streams whose start is damaged", () => {
  test.each([["a.ac3", "AC-3", 0.065], ["a.eac3", "AC-3", 0.065], ["a.aac", "AAC (ADTS)", 0.11]])(
    "%s: what follows stays where it was, within frames",
    // Two frames of AC-3; those of AAC differ in size.
    async (name, kind, withinSec) => {
      const bytes = made(name, 48_000, "-b:a", "96k");
      const whole = await read(name, bytes);
      expect(whole.warnings).toEqual([]);
      const damaged = bytes.map((byte, i) => i < 6001 ? (37 * i + 11) & 255 : byte);
      const { loudBehind, sec, warnings } = await read(`b_${name}`, damaged);
      expect(Math.abs(loudBehind(1.5) - whole.loudBehind(1.5))).toBeLessThan(withinSec);
      expect(Math.abs(sec - whole.sec)).toBeLessThan(withinSec);
      const said = warnings.join("\n");
      expect(warnings[0]).toMatch(/^begins with \d+ bytes that are no frame of /);
      expect(warnings[0]).toContain(kind);
      expect(said).toMatch(
        /is damaged in 1 place, the first at 0\.000 s: \d+ bytes are no frames; .* some frames off/,
      );
      expect(said).not.toContain("cut short");
    },
  );

  test("zeros in the middle of AC-3 are silence of their own length", async () => {
    const bytes = made("c.ac3", 48_000, "-b:a", "96k");
    const whole = await read("c.ac3", bytes);
    const { loudBehind, sec, warnings } = await read("d.ac3", bytes.fill(0, 16_000, 22_000));
    expect(sec).toBe(whole.sec);
    expect(loudBehind(2.5)).toBe(whole.loudBehind(2.5));
    expect(warnings[0]).toMatch(
      /^is damaged in 1 place, the first at 1\.\d+ s: \d+ bytes are no frames; by the size/,
    );
  });

  test("MPEG audio says how much may be missing", async () => {
    const bytes = made("e.mp2", 48_000, "-c:a", "mp2");
    const { warnings } = await read("f.mp2", bytes.fill(200, 0, 9000));
    expect(warnings[0]).toMatch(
      /^begins inside a frame of MPEG audio, and 9\d\d\d bytes are none: if they were some, what follows stands early; ffmpeg/,
    );
  });
});
