import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { reconstruct } from "#lib/timeline/reconstruct.ts";

/** Chunks of one second every half second with frames every quarter: chunk c begins at frame 2 c and has 4. */
const grid = {
  chunks: { startSec: 0, durationSec: 1, stepSec: 0.5 },
  frames: { startSec: 0, durationSec: 0.25, stepSec: 0.25 },
};

/**
 * @param chunks Per chunk and frame the digits of the slots that speak, of three; "-" for none. Frames are set apart by spaces.
 * @param hard Per chunk the slots' clusters.
 * @returns Per frame the columns that speak.
 */
function run(chunks: string[], hard: number[][], count: number[]): { columns: number; speaking: string[] } {
  const frames = chunks.map((chunk) => chunk.split(" "));
  const slots = frames.flat().flatMap((who) => ["0", "1", "2"].map((slot) => Number(who.includes(slot))));
  const discrete = reconstruct({
    segmentations: ndArray("f4", [chunks.length, 4, 3], Float32Array.from(slots)),
    hardClusters: ndArray("i4", [chunks.length, 3], Int32Array.from(hard.flat())),
    count: ndArray("u1", [count.length, 1], Uint8Array.from(count)),
  }, grid);
  const [total, columns] = discrete.shape;
  const speaking = Array.from({ length: total }, (_, t) => {
    const row = discrete.data.subarray(t * columns, (t + 1) * columns);
    return [...row.keys()].filter((k) => row[k] === 1).join();
  });
  return { columns, speaking };
}

describe("reconstruct", () => {
  test("a cluster of two slots is as active as the more active one, not twice as active", () => {
    // Cluster 0 has slots 0 and 1 of one chunk; cluster 1 speaks in two chunks: 2 beats max(1, 1).
    const { speaking } = run(
      ["- - 012 012", "0 0 - -"],
      [[0, 0, 1], [1, -2, -2]],
      [0, 0, 1, 1, 0, 0, 0],
    );
    expect(speaking).toEqual(["", "", "1", "1", "", "", ""]);
  });

  test("activity is summed over chunks, not averaged", () => {
    // Frame 2: cluster 0 in both chunks, cluster 1 in one.
    const { speaking } = run(["- - 01 1", "0 - - -"], [[0, 1, -2], [0, -2, -2]], [0, 0, 1, 1, 0, 0, 0]);
    expect(speaking.slice(2, 4)).toEqual(["0", "1"]);
  });

  test("the lower number wins among equals", () => {
    expect(run(["012 012 012 012"], [[2, 1, 0]], [1, 2, 3, 0, 0]).speaking).toEqual([
      "0",
      "0,1",
      "0,1,2",
      "",
      "",
    ]);
  });

  test("a cluster without activity fills up where the count asks for one more", () => {
    expect(run(["2 2 - -"], [[-2, -2, 1]], [1, 2, 1, 0, 0])).toEqual({
      columns: 2,
      speaking: ["1", "0,1", "0", "", ""],
    });
  });

  test("columns are padded up to the largest count", () => {
    expect(run(["01 0 0 0"], [[0, 0, -2]], [2, 1, 1, 1, 0])).toEqual({
      columns: 2,
      speaking: ["0,1", "0", "0", "0", ""],
    });
  });

  test("-2 is nobody", () => {
    expect(run(["01 01 01 01"], [[-2, 0, -2]], [1, 1, 1, 1, 0]).speaking).toEqual(["0", "0", "0", "0", ""]);
  });

  test("nobody at all makes no column", () => {
    expect(run(["- - - -"], [[-2, -2, -2]], [0, 0, 0, 0, 0])).toEqual({
      columns: 0,
      speaking: ["", "", "", "", ""],
    });
  });

  test("clusters past 127 keep their numbers", () => {
    const { columns, speaking } = run(["0 1 2 -"], [[127, 128, 300]], [1, 1, 1, 0, 0]);
    expect([columns, speaking]).toEqual([301, ["127", "128", "300", "", ""]]);
  });

  test("refuses counts and clusters of other lengths", () => {
    expect(() => run(["- - - -"], [[0, 0, 0]], [0, 0])).toThrow(
      /count has shape \[2, 1\], \[5, 1\] is needed/,
    );
    expect(() => run(["- - - -"], [[0, 0, 0], [0, 0, 0]], [0, 0, 0, 0, 0])).toThrow(RangeError);
  });
});
