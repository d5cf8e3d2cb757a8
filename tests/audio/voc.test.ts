/** Creative VOC: pauses that ffmpeg passes over have their length, and what repeats is refused. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { openAudio } from "#lib/audio/mod.ts";
import { allSamples, faultIn, withFile } from "./wav_bytes.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");

const block = (
  type: number,
  bytes: readonly number[],
) => [type, bytes.length & 255, bytes.length >> 8, 0, ...bytes];
/** The divisor of 8 kHz, and so many samples of it, of one height. */
const RATE = 256 - 125;
const sound = (samples: number, value: number) =>
  block(1, [RATE, 0, ...new Array<number>(samples).fill(value)]);
const pause = (samples: number) => block(3, [(samples - 1) & 255, (samples - 1) >> 8, RATE]);
function voc(...blocks: readonly number[][]): Uint8Array {
  const name = [...new TextEncoder().encode("Creative Voice File\x1a")];
  return Uint8Array.from([...name, 26, 0, 10, 1, 0x29, 0x11, ...blocks.flat(), 0]);
}
/** Heights, and the samples that each lasts. */
function runsOf(samples: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of samples) {
    if (runs.at(-1)?.[0] === value) runs.at(-1)![1]++;
    else runs.push([value, 1]);
  }
  return runs;
}

describe.skipIf(!hasFfmpeg)("VOC", () => {
  test("blocks of silence at the start, inside and at the end have their length", async () => {
    const bytes = voc(
      pause(800),
      sound(3000, 192),
      pause(4000),
      sound(1000, 64),
      pause(60),
      pause(40),
      sound(500, 192),
      pause(900),
    );
    const { runs, warnings } = await withFile(bytes, async (path) => {
      await using audio = await openAudio(path);
      const [mono] = await allSamples(audio);
      return { runs: runsOf(mono), warnings: audio.warnings };
    }, "a.voc");
    expect(warnings).toEqual([]);
    expect(runs).toEqual([[0, 800], [0.5, 3000], [0, 4000], [-0.5, 1000], [0, 100], [0.5, 500], [0, 900]]);
  });
});

test("VOC that repeats a part is refused, with the reason", async () => {
  const bytes = voc(sound(80, 192), block(6, [2, 0]), sound(80, 64), block(7, []));
  expect(await faultIn(bytes)).toBe(
    "is VOC that plays a part of it 2 times more, at 0.010 s, which is not read here or by ffmpeg",
  );
});

test("VOC of ADPCM with pauses is refused, since its bytes do not tell where they are", async () => {
  const bytes = voc(block(1, [RATE, 1, 128, 1, 2, 3]), pause(100), sound(80, 64));
  expect(await faultIn(bytes)).toMatch(/^is VOC with pauses in sound of a coding whose bytes do not tell/);
});
