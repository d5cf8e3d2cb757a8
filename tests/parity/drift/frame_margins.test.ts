/** The margins of frames, counted by hand on two chunks of four frames. */
import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { countMargins, powersetMargins, rankingMargins } from "#lib/parity/drift/frame_margins.ts";
import type { MarginList } from "#lib/parity/drift/margins.ts";
import { parseOptions } from "#lib/pipeline/options.ts";

/** Chunks of one second every half second with frames every quarter: chunk c begins at frame 2 c and has 4. */
const options = parseOptions({
  grid: {
    chunks: { startSec: 0, durationSec: 1, stepSec: 0.5 },
    frames: { startSec: 0, durationSec: 0.25, stepSec: 0.25 },
  },
});
const settings = { options, scale: options.grid, limit: 20 };

/** Per chunk the slots, of three, that speak in each frame. */
function segmentationsOf(chunks: string[]) {
  const frames = chunks.flatMap((chunk) => chunk.split(" "));
  const data = frames.flatMap((who) => ["0", "1", "2"].map((slot) => Number(who.includes(slot))));
  return ndArray("f4", [chunks.length, 4, 3], Float32Array.from(data));
}

/** First frame, value, threshold, and how many frames long the place is. */
const rows = ({ nearest }: MarginList) =>
  nearest.map(({ at, value, threshold, startSec, endSec }) =>
    [at.frame, value, threshold, Math.round((endSec! - startSec!) / 0.25)].map(Number)
  );

test("powerset: the best class against the second, whatever comes first, equals as ties", () => {
  const scores = [[-1, -3, -9], [-9, -3, -1], [-3, -1, -2], [-2, -2, -5], [-7, -7, -2], [-4, -9, -4]];
  const powersetScores = ndArray("f4", [2, 3, 3], Float32Array.from(scores.flat()));
  const list = powersetMargins({ powersetScores }, settings);
  expect([list.total, list.ties]).toEqual([6, 2]);
  expect(list.nearest.map(({ at, value, threshold }) => [at.chunk, at.frame, value, threshold])).toEqual([
    ...[[1, 0, -2, -2], [1, 2, -4, -4], [0, 2, -1, -2]],
    ...[[0, 0, -1, -3], [0, 1, -1, -3], [1, 1, -2, -7]],
  ]);
  expect(list.nearest[2].relative).toBeCloseTo(1 - Math.exp(-1), 12);
});

describe("speaker count", () => {
  test("the mean of the chunks that cover a frame, frames alike as one place", () => {
    // Means: 1 1 | 1.5 0.5 | 0 0; frame 6 is covered by no chunk.
    const list = countMargins({ segmentations: segmentationsOf(["0 1 012 0", "- - - -"]) }, settings);
    expect([list.total, list.ties]).toEqual([6, 2]);
    expect(rows(list)).toEqual([[2, 1.5, 1.5, 1], [3, 0.5, 0.5, 1], [0, 1, 1.5, 2], [4, 0, 0.5, 2]]);
  });
});

describe("frame ranking", () => {
  const ranking = (chunks: string[], hard: number[][], count: number[]) =>
    rankingMargins({
      segmentations: segmentationsOf(chunks),
      hardClusters: ndArray("i4", [chunks.length, 3], Int32Array.from(hard.flat())),
      count: ndArray("u1", [count.length, 1], Uint8Array.from(count)),
    }, settings);

  test("votes of the last one in against the first one out", () => {
    const chunks = ["01 01 012 0", "01 1 2 2"];
    const list = ranking(chunks, [[0, 1, 2], [0, 1, 2]], [1, 1, 1, 1, 1, 1, 0]);
    // Votes: 110 110 | 221 110 | 001 001
    expect(rows(list)).toEqual([[0, 1, 1, 2], [2, 2, 2, 1], [3, 1, 1, 1], [4, 1, 0, 2]]);
    expect([list.total, list.ties]).toEqual([6, 4]);
  });

  test("of two, the second against the third; nobody is out where all are in, nor in where none is", () => {
    const chunks = ["012 01 0 -", "0 - - -"];
    const list = ranking(chunks, [[0, 1, 2], [0, 1, 2]], [2, 2, 2, 3, 0, 0, 0]);
    // Votes: 111 110 | 200 000; in frame 2 the second has no vote at all and is no decision.
    expect(rows(list)).toEqual([[0, 1, 1, 1], [1, 1, 0, 1]]);
  });

  test("slots of one cluster are one vote, those without a cluster none", () => {
    const list = ranking(["012 02 12 -", "- - - -"], [[0, 0, 1], [0, -2, 1]], [1, 1, 1, 0, 0, 0, 0]);
    expect(rows(list)).toEqual([[0, 1, 1, 3]]);
    const without = ranking(["012 1 - -", "- - - -"], [[0, -2, 1], [0, 0, 0]], [1, 1, 0, 0, 0, 0, 0]);
    expect(rows(without)).toEqual([[0, 1, 1, 1]]);
  });

  test("as many speakers as the highest cluster says, and silent slots have none", () => {
    const list = ranking(["0 0 0 0", "0 0 0 0"], [[1, 7, 8], [1, 7, 8]], [1, 1, 1, 1, 1, 1, 0]);
    expect(rows(list)).toEqual([[0, 1, 0, 2], [4, 1, 0, 2], [2, 2, 0, 2]]);
    expect(ranking(["0 - - -", "- - - -"], [[0, 3, 4], [0, 0, 0]], [1, 0, 0, 0, 0, 0, 0]).total).toBe(0);
  });
});
