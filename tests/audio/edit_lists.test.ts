/** MP4 whose list of edits puts pieces together: pieces are heard where it puts them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import process from "node:process";
import { readAudio } from "#lib/audio/mod.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-edits-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Milliseconds, where it begins in ticks of the track (-1 is a pause), and its rate, which is 1. */
type Edit = readonly [ms: number, start: number, rate?: number];

/** The box with another content at the end of a path, every box around it sized to match. */
function replaced(bytes: Uint8Array, path: readonly string[], content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  const view = Buffer.from(bytes);
  for (let at = 0; at < view.length;) {
    const size = view.readUInt32BE(at);
    const box = view.subarray(at, at + size);
    at += size;
    if (box.toString("latin1", 4, 8) !== path[0]) parts.push(box);
    else {
      const body = path.length === 1 ? content : replaced(box.subarray(8), path.slice(1), content);
      const head = Buffer.from(box.subarray(0, 8));
      head.writeUInt32BE(8 + body.length);
      parts.push(head, body);
    }
  }
  return Buffer.concat(parts);
}

/** A list of edits of version 0. */
function elst(edits: readonly Edit[]): Buffer {
  const bytes = Buffer.alloc(8 + 12 * edits.length);
  bytes.writeUInt32BE(edits.length, 4);
  edits.forEach(([ms, start, rate = 1], i) => {
    bytes.writeUInt32BE(ms, 8 + 12 * i);
    bytes.writeInt32BE(start, 12 + 12 * i);
    bytes.writeInt32BE(rate * 65536, 16 + 12 * i);
  });
  return bytes;
}

/** The file with another list of edits; its index is behind its sound, which so stays where it is. */
const edited = (file: string, edits: readonly Edit[]) =>
  replaced(readFileSync(file), ["moov", "trak", "edts", "elst"], elst(edits));

const FOUR_SEC = 4 * 48_000;
const STARTS = [1024, 1024 + FOUR_SEC, 1024 + 2 * FOUR_SEC];

describe.skipIf(!hasFfmpeg || leftToBun)("edits", () => {
  // Four seconds each of tones of 400, 800 and 1600 Hz.
  const made: Record<string, string> = {
    "AAC, which is decoded here": join(folder, "tones.m4a"),
    "PCM in QuickTime, by ffmpeg": join(folder, "tones.mov"),
    "MP3 in MP4, by ffmpeg": join(folder, "tones.mp4"),
    "AAC in fragments, by ffmpeg": join(folder, "tones.frag.mp4"),
  };
  beforeAll(() => {
    const graph = [400, 800, 1600].map((f, i) => `sine=f=${f}:r=48000:d=4[${i}]`).join(";") +
      ";[0][1][2]concat=n=3:v=0:a=1,asplit=4[a][b][c][d]";
    // Of fragments of 2 s, of which the index, at the start, tells nothing but their codec and the edits.
    const fragments = "-movflags +delay_moov+default_base_moof -frag_duration 2000000";
    const outputs = ["[a] aac", "[b] pcm_s16le", "[c] libmp3lame", `[d] aac ${fragments}`].flatMap(
      (output, i) => {
        const [map, codec, ...more] = output.split(" ");
        return ["-map", map, "-c:a", codec, ...more, Object.values(made)[i]];
      },
    );
    const args = ["-nostdin", "-v", "error", "-filter_complex", graph, ...outputs];
    expect(String(spawnSync("ffmpeg", args).stderr)).toBe("");
    expect(readFileSync(made[fragmented], "latin1").split("moof").length - 1).toBe(6);
  });

  /** What is heard in the middle of each second: Hz by its zero crossings, 0 for silence. */
  function heard(samples: Float32Array): number[] {
    return Array.from({ length: Math.round(samples.length / 16_000) }, (_, sec) => {
      const part = samples.subarray(sec * 16_000 + 4000, sec * 16_000 + 12_000);
      if (part.every((sample) => Math.abs(sample) < 0.01)) return 0;
      let crossings = 0;
      for (let i = 1; i < part.length; i++) if (part[i - 1] < 0 !== part[i] < 0) crossings++;
      return Math.round(crossings / 50) * 50;
    });
  }
  const four = (hz: number) => new Array<number>(4).fill(hz);

  // ffmpeg 5.1.9, which rounds pieces up to packets, gives 8.021, 10.005, 8.021, 8.032 and 6.005 s; in the pause it plays the
  // beginning again.
  const lists: Record<string, [edits: Edit[], hz: number[]]> = {
    "a gap": [[[4000, STARTS[0]], [4000, STARTS[2]]], [...four(400), ...four(1600)]],
    "a pause": [
      [[4000, STARTS[0]], [2000, -1], [4000, STARTS[1]]],
      [...four(400), 0, 0, ...four(800)],
    ],
    "a swap": [[[4000, STARTS[2]], [4000, STARTS[0]]], [...four(1600), ...four(400)]],
    "a repeat": [[[4000, STARTS[1]], [4000, STARTS[1]]], [...four(800), ...four(800)]],
    "two pauses first": [[[1000, -1], [1000, -1], [4000, STARTS[1]]], [0, 0, ...four(800)]],
    "a pause last": [[[4000, STARTS[1]], [1000, -1]], [...four(800), 0]],
  };
  const [aac, pcm, mp3, fragmented] = Object.keys(made);
  test.each([
    ...Object.keys(lists).map((list): [string, string] => [list, aac]),
    ...["a pause", "a swap", "two pauses first"].map((list): [string, string] => [list, fragmented]),
    ...["a pause", "a swap"].flatMap((list): [string, string][] => [[list, pcm], [list, mp3]]),
  ])("%s in %s", async (list, codec) => {
    const [edits, hz] = lists[list];
    const file = join(folder, `edited${extname(made[codec])}`);
    writeFileSync(file, edited(made[codec], edits));
    const { samples, warnings } = await readAudio(file);
    expect([samples.length / 16_000, heard(samples)]).toEqual([hz.length, hz]);
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^is put together by a list of ${edits.length} edits?: `)),
    ]);
  });

  test("where one piece ends the next begins, to the sample", async () => {
    const file = join(folder, "parts.mov");
    writeFileSync(file, edited(made[pcm], [[1001, 0], [2003, 1001 * 48], [8996, 3004 * 48]]));
    const [parts, whole] = [await readAudio(file), await readAudio(made[pcm])];
    expect(parts.samples).toEqual(whole.samples);
  });

  test("another rate is told", async () => {
    const file = join(folder, "rate.m4a");
    writeFileSync(file, edited(made[aac], [[4000, STARTS[1], 2]]));
    expect((await readAudio(file)).warnings).toEqual([
      "is put together by a list of 1 edit: 4.000 s from 4.021 s at rate 2",
      "has 1 of its edits at another rate than 1, which was read at rate 1: times differ from those of a player",
    ]);
  });

  test("a piece that is not there is silent, and told", async () => {
    const file = join(folder, "beyond.m4a");
    writeFileSync(file, edited(made[aac], [[9000, STARTS[1]], [4000, STARTS[0]]]));
    const { samples, warnings } = await readAudio(file);
    expect(heard(samples)).toEqual([...four(800), ...four(1600), 0, ...four(400)]);
    expect(warnings.at(-1)).toMatch(/^plays (0\.9\d\d|1\.000) s by its list of edits that it does not hold$/);
  });
});

test("edits of the sample are played", async () => {
  const file = join(folder, "sample.m4a");
  writeFileSync(file, edited("tests/audio/samples/index_last.m4a", [[100, 1024], [50, -1], [200, 6000]]));
  const { samples, warnings } = await readAudio(file);
  expect(samples.length).toBe(0.35 * 16_000);
  expect(samples.subarray(1700, 2300).every((sample) => Math.abs(sample) < 1e-4)).toBe(true);
  expect(warnings[0]).toMatch(
    /^is put together by a list of 3 edits: 0\.100 s from 0\.\d+ s, a pause of 0\.050 s, 0\.200 s from/,
  );
});
