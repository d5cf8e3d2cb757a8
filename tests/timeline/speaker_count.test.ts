import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { chunkFrames } from "#lib/timeline/chunk_frames.ts";
import { CHUNKS, closestFrame, frameMiddle, FRAMES } from "#lib/timeline/sliding_window.ts";
import { speakerCount } from "#lib/timeline/speaker_count.ts";

describe("frames and chunks", () => {
  test("the first middle is 0.03096875 s, the step 0.016875 s", () => {
    expect(frameMiddle(FRAMES, 0)).toBe(0.03096875);
    expect(frameMiddle(FRAMES, 400)).toBeCloseTo(0.03096875 + 400 * 0.016875, 12);
    expect(frameMiddle({ ...FRAMES, startSec: 2 }, 0)).toBe(2.03096875);
  });

  test("closestFrame takes halves to the even frame", () => {
    const frames = { startSec: 0, durationSec: 0, stepSec: 1 };
    expect([0.5, 1.5, 2.5, -0.5].map((t) => closestFrame(frames, t) + 0)).toEqual([0, 2, 2, 0]);
    expect([0, 1, 577].map((i) => closestFrame(FRAMES, frameMiddle(FRAMES, i)))).toEqual([0, 1, 577]);
  });

  // T of the six real captures and of one chunk (shared PIPELINE.md section 12).
  test.each([[1, 594], [21, 1779], [31, 2371], [51, 3557], [218, 13453], [969, 57957]])(
    "%d chunks make %d frames",
    (count, frames) => expect(chunkFrames({ count, framesPerChunk: 589 }).total).toBe(frames),
  );

  test("chunk c begins at frame rint(c / 0.016875)", () => {
    const { first } = chunkFrames({ count: 969, framesPerChunk: 589 });
    // Seconds over steps of 27/1600: whole numbers decide where float64 could waver. No c gives a half: 3200 c is never 27 mod 54.
    first.forEach((frame, c) => expect(frame).toBe(Math.floor((3200 * c + 27) / 54)));
  });

  test("no chunk, no frame", () => {
    expect(chunkFrames({ count: 0, framesPerChunk: 589 })).toEqual({
      first: new Int32Array(0),
      total: 0,
      frames: FRAMES,
    });
  });

  test("a later first chunk moves the frames along, not the numbers", () => {
    const moved = chunkFrames({ count: 5, framesPerChunk: 589 }, { chunks: { ...CHUNKS, startSec: 100 } });
    const { first, total } = chunkFrames({ count: 5, framesPerChunk: 589 });
    expect([moved.total, [...moved.first], moved.frames.startSec]).toEqual([total, [...first], 100]);
  });

  test("refuses more frames than a chunk has room for", () => {
    expect(() => chunkFrames({ count: 1, framesPerChunk: 595 })).toThrow(
      /595 frames of 0.016875 s do not fit into a chunk of 10 s \(the last chunk would end at frame 595 of 594\)/,
    );
  });
});

describe("speakerCount", () => {
  /** Chunks of one second every half second with frames every quarter: chunk c begins at frame 2 c and has 4. */
  const grid = {
    chunks: { startSec: 0, durationSec: 1, stepSec: 0.5 },
    frames: { startSec: 0, durationSec: 0.25, stepSec: 0.25 },
  };
  /** Chunks as rows of digits: how many of three slots speak in each frame. */
  const count = (...chunks: string[]) => {
    const slots = [...chunks.join("")].flatMap((n) => [0, 1, 2].map((slot) => Number(slot < Number(n))));
    const segmentations = ndArray("f4", [chunks.length, chunks[0].length, 3], Float32Array.from(slots));
    return [...speakerCount(segmentations, grid).data];
  };

  test("averages overlapping chunks and rounds halves to even", () => {
    expect(count("0123", "0123")).toEqual([0, 1, 1, 2, 2, 3, 0]);
    //            frames 2 and 3:  (2 + 0) / 2 = 1, (3 + 1) / 2 = 2
    expect(count("0010", "0000").slice(2, 4)).toEqual([0, 0]); // 0.5 -> 0
    expect(count("0010", "2000").slice(2, 4)).toEqual([2, 0]); // 1.5 -> 2
    expect(count("0023", "3200").slice(2, 4)).toEqual([2, 2]); // 2.5 -> 2 twice
  });

  test("frames that no chunk covers have nobody", () => {
    expect(count("3333")).toEqual([3, 3, 3, 3, 0]);
    const apart = { ...grid, chunks: { ...grid.chunks, stepSec: 2 } };
    const segmentations = ndArray("f4", [2, 4, 1], new Float32Array(8).fill(1));
    expect([...speakerCount(segmentations, apart).data].slice(0, 12)).toEqual([
      ...[1, 1, 1, 1, 0, 0, 0, 0],
      ...[1, 1, 1, 1],
    ]);
  });

  test("divides in float32, as pyannote does", () => {
    // Ten chunks over one frame: 5 / 10 and 15 / 10 are halves, 25 / 10 too.
    const tenth = {
      chunks: { startSec: 0, durationSec: 10, stepSec: 1 },
      frames: { startSec: 0, durationSec: 1, stepSec: 1 },
    };
    for (const [total, rounded] of [[4, 0], [5, 0], [6, 1], [14, 1], [15, 2], [16, 2], [25, 2], [26, 3]]) {
      const data = new Float32Array(10 * 10 * 3);
      for (let i = 0; i < total; i++) data[((i % 10) * 10 + 9 - i % 10) * 3 + Math.floor(i / 10)] = 1;
      const { data: counts } = speakerCount(ndArray("f4", [10, 10, 3], data), tenth);
      expect([total, counts[9]]).toEqual([total, rounded]);
    }
  });

  test("of no chunk is empty", () => {
    expect(speakerCount(ndArray("f4", [0, 589, 3], new Float32Array(0))).shape).toEqual([0, 1]);
  });
});
