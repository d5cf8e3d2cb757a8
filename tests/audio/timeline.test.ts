/** Times of a container that ffmpeg reads: gaps and late starts are silent, and nothing behind them moves. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAudio, writeWav } from "#lib/audio/mod.ts";
import { ffmpegAudio } from "#lib/audio/ffmpeg_audio.ts";
import { FfmpegLog } from "#lib/audio/ffmpeg_log.ts";
import { TimelineFill } from "#lib/audio/timeline_fill.ts";
import { allSamples } from "./wav_bytes.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const RATE = 16000;
let folder = "";

function ffmpeg(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", ...args], { cwd: folder });
  if (status !== 0) throw new Error(stderr.toString());
}

/** Where a beep begins, in seconds: where it is loud behind 50 ms of silence. */
async function beeps(name: string) {
  await using audio = await openAudio(join(folder, name));
  const [mono] = await allSamples(audio);
  const { sampleRate, warnings } = audio;
  const found: number[] = [];
  let last = -Infinity;
  for (const [i, value] of mono.entries()) {
    if (Math.abs(value) < 0.2) continue;
    if (i - last > 0.05 * sampleRate) found.push(i / sampleRate);
    last = i;
  }
  return { found, warnings, sec: mono.length / sampleRate, mono };
}

/** Beeps at 1, 3, 5, ... s. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dialab-timeline-"));
  const samples = Float32Array.from(
    { length: 10 * RATE },
    (_, i) => i % (2 * RATE) >= RATE && i % (2 * RATE) < 1.2 * RATE ? 0.6 * Math.sin(i / 4) : 0,
  );
  await writeWav(join(folder, "a.wav"), samples, { sampleRate: RATE });
});
afterAll(() => rmSync(folder, { recursive: true }));

const near = (found: readonly number[], expected: readonly number[]) => {
  expect(found.length).toBe(expected.length);
  for (const [i, sec] of found.entries()) expect(Math.abs(sec - expected[i])).toBeLessThan(0.1);
};

describe.skipIf(!hasFfmpeg || leftToBun)("by ffmpeg", () => {
  const pause = ["-af", "aselect='lt(t,4)+gt(t,6)'"];
  test.each([
    ["gap.mka", "pcm_s16le", "Matroska"],
    ["gap.ts", "aac", "a transport stream"],
  ])("a pause of 2 s in %s stays", async (name, codec) => {
    ffmpeg("-i", "a.wav", ...pause, "-c:a", codec, name);
    const { found, warnings, sec } = await beeps(name);
    near(found, [1, 3, 7, 9]);
    expect(Math.abs(sec - 10)).toBeLessThan(0.2);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^has 1 gap in its times: (1\.9|2\.0)\d\d s .* silence, the first at 4\.\d\d\d s$/,
      ),
    ]);
  });

  test.each(["mkv", "ts", "mpg"])("sound that begins 5 s after its video, in %s", async (ending) => {
    const name = `late.${ending}`;
    const video = ["-f", "lavfi", "-i", "testsrc=s=32x32:r=5:d=16"];
    ffmpeg(...video, "-itsoffset", "5", "-i", "a.wav", "-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2", name);
    const { found, warnings } = await beeps(name);
    near(found, [6, 8, 10, 12, 14]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^has sound from [45]\.\d\d\d s on; before it is silence/,
      ),
    ]);
  });

  test.each([["mka", "pcm_s16le"], ["ts", "mp2"], ["aiff", "pcm_s16be"], ["w64", "pcm_s16le"], [
    "mkv",
    "aac",
  ]])(
    "what has no gap has the bits that ffmpeg gives: %s of %s",
    async (ending, codec) => {
      ffmpeg("-i", "a.wav", "-c:a", codec, `whole.${ending}`);
      ffmpeg("-i", `whole.${ending}`, "-c:a", "pcm_f32le", `${ending}.wav`);
      const { mono, warnings } = await beeps(`whole.${ending}`);
      expect(warnings).toEqual([]);
      expect(mono).toEqual((await beeps(`${ending}.wav`)).mono);
    },
  );

  // ffmpeg by itself takes more than ten seconds in a transport stream for another clock.
  test("a pause of 12 s in a transport stream stays", async () => {
    ffmpeg("-i", "a.wav", "-af", "apad=pad_dur=10,aselect='lt(t,4)+gt(t,16)'", "-c:a", "mp2", "long.ts");
    const { found, warnings, sec } = await beeps("long.ts");
    near(found, [1, 3]);
    expect(Math.abs(sec - 20)).toBeLessThan(0.2);
    expect(warnings).toEqual([expect.stringMatching(/^has 1 gap in its times: 1[12]\.\d\d\d s/)]);
  });

  test("a Matroska file whose times begin late is whole, and says so", async () => {
    ffmpeg("-itsoffset", "5", "-i", "a.wav", "-c:a", "pcm_s16le", "only.mka");
    const { found, warnings } = await beeps("only.mka");
    near(found, [1, 3, 5, 7, 9]);
    expect(warnings).toEqual(["has times that begin at 5.000 s, which is 0 here, as for players"]);
  });

  test("a pause by an MP4's list of edits is silent, whoever reads it", async () => {
    ffmpeg("-itsoffset", "5", "-i", "a.wav", "-c:a", "aac", "late.m4a");
    const { found } = await beeps("late.m4a");
    near(found, [6, 8, 10, 12, 14]);
    const audio = await ffmpegAudio(join(folder, "late.m4a"), {
      ffmpeg: "ffmpeg",
      name: "M4A",
      originSec: 0,
    });
    const [mono] = await allSamples(audio);
    near([mono.findIndex((value) => Math.abs(value) > 0.2) / RATE], [6]);
  });
});

describe("times", () => {
  const through = (times: readonly (number | undefined)[], originSec = 0) => {
    const fill = new TimelineFill({ sampleRate: 1000, originSec });
    for (const sec of times) fill.describe({ sec, samples: 100, rate: 1000 });
    const blocks = [...fill.fill([new Float32Array(100 * times.length).fill(1)])];
    return { frames: blocks.reduce((sum, [mono]) => sum + mono.length, 0), warnings: fill.warnings };
  };
  const steady = (sec: number, count: number) => Array.from({ length: count }, (_, i) => sec + i / 10);

  test.each([
    ["steady", steady(0, 5)],
    ["unknown", [undefined, undefined, undefined]],
    ["unsteady by less than they can be", [0.007, 0.16, 0.2, 0.35, 0.4]],
  ])("%s: nothing is filled", (_, times) => {
    expect(through(times)).toEqual({ frames: 100 * times.length, warnings: [] });
  });

  test("many lost packets that are short each add up", () => {
    const times = Array.from({ length: 100 }, (_, i) => i * 0.12);
    const { frames, warnings } = through(times);
    expect(Math.abs(frames - 12_000)).toBeLessThan(200);
    expect(warnings[0]).toMatch(/^has \d\d gaps in its times/);
  });

  test("another clock is no pause", () => {
    for (const [second, by] of [[90_000, "89999.500 s ahead"], [-400, "400.500 s back"]] as const) {
      const { frames, warnings } = through([...steady(0, 5), ...steady(second, 5)]);
      expect(frames).toBe(1000);
      expect(warnings).toEqual([`has times that jump ${by} at 0.500 s; what follows was put right behind`]);
    }
  });

  test("in words that are not known they are not waited for", () => {
    const log = new FfmpegLog();
    log.push("[Parsed_ashowinfo_0 @ 0x5e] [info] n:0 time:7 samples:1024\n");
    const fill = new TimelineFill({ sampleRate: 1000, originSec: 0 });
    log.takeFrames().forEach((frame) => fill.describe(frame));
    expect(fill.described).toBe(Infinity);
    expect(fill.warnings[0]).toMatch(/^has times that ffmpeg tells in words that are not known at 0\.000 s/);
  });

  test("they count from the file's start", () => {
    expect(through(steady(1.4, 5), 1.4)).toEqual({ frames: 500, warnings: [] });
    expect(through(steady(3.4, 5), 1.4).frames).toBe(2500);
  });

  test("each jump back is told, and their sum", () => {
    const { frames, warnings } = through([...steady(0, 5), ...steady(0.1, 5), ...steady(0.3, 5)]);
    expect(frames).toBe(1500);
    expect(warnings).toEqual([
      "has times that jump 0.400 s back at 0.500 s; what follows was put right behind",
      "has times that jump 0.300 s back at 1.000 s; what follows was put right behind",
      "has times that jump back by 0.700 s in all, in 2 places",
    ]);
  });

  test("one time that is wrong by itself is no jump", () => {
    expect(through([...steady(0, 5), 0.1, ...steady(0.6, 5)])).toEqual({ frames: 1100, warnings: [] });
  });

  test("channels that change are told", () => {
    for (const isClocked of [true, false]) {
      const fill = new TimelineFill({ sampleRate: 1000, originSec: 0, isClocked });
      for (const channels of [1, 1, 2]) fill.describe({ sec: undefined, samples: 100, rate: 1000, channels });
      expect(fill.warnings).toEqual([
        "changes from 1 to 2 channels at 0.200 s; all is mixed or copied to those that it began with",
      ]);
    }
  });
});

describe.skipIf(!hasFfmpeg || leftToBun)("pieces put one behind the other", () => {
  const bytesOf = (name: string) => [...readFileSync(join(folder, name))];
  test.each(["aac", "ts"])("with other channels, in %s", async (ending) => {
    ffmpeg("-i", "a.wav", "-c:a", "aac", `one.${ending}`);
    ffmpeg("-i", "a.wav", "-c:a", "aac", "-ac", "2", "-output_ts_offset", "10", `two.${ending}`);
    writeFileSync(
      join(folder, `both.${ending}`),
      Uint8Array.from([`one.${ending}`, `two.${ending}`].flatMap(bytesOf)),
    );
    const { found, warnings } = await beeps(`both.${ending}`);
    expect(found.length).toBe(10);
    expect(warnings.join()).toMatch(
      /changes from 1 to 2 channels at (9\.9|10\.)\d+ s; all is mixed or copied/,
    );
  });

  test("a clock that jumps back by under a second, in a transport stream", async () => {
    ffmpeg("-i", "a.wav", "-t", "4", "-c:a", "mp2", "first.ts");
    ffmpeg("-i", "a.wav", "-t", "4", "-c:a", "mp2", "-output_ts_offset", "3.1", "second.ts");
    writeFileSync(join(folder, "back.ts"), Uint8Array.from(["first.ts", "second.ts"].flatMap(bytesOf)));
    const { warnings } = await beeps("back.ts");
    expect(warnings).toEqual([
      expect.stringMatching(/^has times that jump 0\.9\d\d s back at 4\.0\d\d s; what/),
    ]);
  });
});
