/** What a container tells beside its packets: when they are heard, how long it is, and what else is in it. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAudio } from "#lib/audio/mod.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");

/** Four seconds of a tone; `late` is that two seconds into eight of pictures. */
const TONE = "-f lavfi -i sine=f=440:r=16000:d=4";
const LATE = "-f lavfi -i testsrc=s=64x64:r=5:d=8 -itsoffset 2 " + TONE + " -map 0 -map 1 -c:v mpeg4";

/** What comes of a file that ffmpeg makes, after `change`. */
async function made(name: string, command: string, change = (bytes: Uint8Array) => bytes) {
  const folder = await mkdtemp(join(tmpdir(), "dialab-times-"));
  try {
    const file = join(folder, name);
    const made = spawnSync("ffmpeg", ["-nostdin", "-v", "error", ...command.split(" "), file]);
    expect([String(made.stderr), made.status]).toEqual(["", 0]);
    await writeFile(file, change(await readFile(file)));
    const { samples, warnings } = await readAudio(file);
    const loud = samples.findIndex((sample) => Math.abs(sample) > 0.02);
    return { sec: samples.length / 16000, firstSec: loud / 16000, warnings };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const within = (sec: number, wanted: number) => expect(Math.abs(sec - wanted)).toBeLessThan(0.15);

describe.skipIf(!hasFfmpeg)("times", () => {
  test.each(["a.mkv", "a.ts", "a.mp4"])("sound that begins late in %s", async (name) => {
    const { sec, firstSec, warnings } = await made(name, `${LATE} -c:a aac`);
    within(sec, 6);
    within(firstSec, 2);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/^has sound from (1\.9\d\d|2\.0\d\d) s on; before it is silence/);
  });

  test.each([["a.mka", "libopus"], ["a.webm", "libopus"], ["a.ts", "aac"]])(
    "a gap in %s",
    async (name, codec) => {
      const { sec, warnings } = await made(name, `${TONE} -af aselect=lt(t\\,1)+gt(t\\,2.5) -c:a ${codec}`);
      within(sec, 4);
      expect(warnings.length).toBe(1);
      expect(warnings[0]).toMatch(
        /^has 1 gap in its times: 1\.[45]\d\d s .* silence, the first at 1\.\d\d\d s$/,
      );
    },
  );

  test("a stream of two rates without times keeps its length", async () => {
    const { sec, warnings } = await made(
      "a.aac",
      `${TONE} -c:a aac`,
      (bytes) => Uint8Array.from([...bytes, ...rateOf24000()]),
    );
    within(sec, 8.1);
    expect(warnings).toEqual([
      expect.stringMatching(/^changes to 24000 Hz at 4\.\d\d\d s, and gaps/),
    ]);
  });
});

function rateOf24000(): Uint8Array {
  const command = "-nostdin -v error -f lavfi -i sine=f=440:r=24000:d=4 -c:a aac -f adts pipe:1";
  return spawnSync("ffmpeg", command.split(" ")).stdout;
}

describe.skipIf(!hasFfmpeg)("tracks", () => {
  test.each(["a.m4a", "a.mka"])("two in %s", async (name) => {
    const { warnings } = await made(
      name,
      `-f lavfi -i anullsrc=r=16000:cl=mono:d=4 ${TONE} -map 0 -map 1 -c:a aac`,
    );
    expect(warnings).toEqual([
      "has 2 tracks of sound; only the first was read (ffmpeg -i FILE -map 0:a:1 OUT.wav takes the second)",
    ]);
  });
});

describe.skipIf(!hasFfmpeg)("cut short", () => {
  test.each(["a.aiff", "a.au", "a.w64", "a.caf"])("%s", async (name) => {
    const whole = await made(name, `${TONE} -c:a ${name === "a.w64" ? "pcm_s16le" : "pcm_s16be"}`);
    expect([whole.sec, whole.warnings]).toEqual([4, []]);
    const cut = await made(
      name,
      `${TONE} -c:a ${name === "a.w64" ? "pcm_s16le" : "pcm_s16be"}`,
      (bytes) => bytes.subarray(0, bytes.length / 2 & ~7),
    );
    expect(cut.warnings.join()).toMatch(/is cut short or damaged: (1\.9\d\d|2\.000) of 4\.000 s are there/);
  });
});
