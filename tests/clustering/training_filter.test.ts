import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { trainingFilter, type TrainingFilterOptions } from "#lib/clustering/training_filter.ts";

/** One chunk of `frames` frames and three slots, from one letter per frame: a, b, c alone, x for a and b, - for nobody. */
function chunkOf(text: string): number[] {
  const rows: Record<string, number[]> = {
    a: [1, 0, 0],
    b: [0, 1, 0],
    c: [0, 0, 1],
    x: [1, 1, 0],
    "-": [0, 0, 0],
  };
  return [...text].flatMap((letter) => rows[letter]);
}

function pairs(chunks: string[], embeddings?: number[], options?: TrainingFilterOptions): number[][] {
  const frames = chunks[0].length;
  const segmentations = ndArray("f4", [chunks.length, frames, 3], new Float32Array(chunks.flatMap(chunkOf)));
  const values = new Float32Array(embeddings ?? new Array(chunks.length * 6).fill(1));
  const { chunkIndex, speakerIndex } = trainingFilter(
    segmentations,
    ndArray("f4", [chunks.length, 3, 2], values),
    options,
  );
  return [...chunkIndex].map((chunk, n) => [chunk, speakerIndex[n]]);
}

describe("trainingFilter", () => {
  test("counts the frames in which a slot speaks alone; a fifth of them is enough, a frame less is not", () => {
    expect(pairs(["aa--------"])).toEqual([[0, 0]]);
    expect(pairs(["a---------"])).toEqual([]);
    expect(pairs(["axxxxxxxxx"])).toEqual([]);
    expect(pairs(["aabbxxxxxx"])).toEqual([[0, 0], [0, 1]]);
  });

  test("needs 118 of 589 frames: 0.2 * 589 is 117.8", () => {
    expect(pairs(["a".repeat(117) + "-".repeat(472)])).toEqual([]);
    expect(pairs(["a".repeat(118) + "-".repeat(471)])).toEqual([[0, 0]]);
  });

  test("goes through chunks, then slots", () => {
    expect(pairs(["ccaaccaa--", "----------", "bbcbcb----"])).toEqual([[0, 0], [0, 2], [2, 1], [2, 2]]);
  });

  test("leaves out embeddings with a NaN anywhere, and keeps infinities and zeros as pyannote does", () => {
    expect(pairs(["aabbcc----"], [1, NaN, 0, 0, Infinity, 1])).toEqual([[0, 1], [0, 2]]);
  });

  test("takes another share", () => {
    expect(pairs(["aaaab-----"], undefined, { minActiveRatio: 0.1 })).toEqual([[0, 0], [0, 1]]);
    expect(pairs(["aaaab-----"], undefined, { minActiveRatio: 0 })).toEqual([[0, 0], [0, 1], [0, 2]]);
    expect(pairs(["aaaab-----"], undefined, { minActiveRatio: 0.5 })).toEqual([]);
  });

  test("refuses embeddings of other chunks or slots", () => {
    expect(() => pairs(["a-"], [1, 1])).toThrow(RangeError);
    const segmentations = ndArray("f4", [2, 1, 1], new Float32Array(2));
    const embeddings = ndArray("f4", [1, 1, 4], new Float32Array(4));
    expect(() => trainingFilter(segmentations, embeddings)).toThrow(/embeddings has shape \[1, 1, 4\]/);
  });
});

describe("gatherEmbeddings", () => {
  const embeddings = ndArray("f4", [2, 2, 2], new Float32Array([0, 1, 2, 3, 4, 5, 6, 7]));
  const gather = (chunks: number[], slots: number[]) =>
    gatherEmbeddings(embeddings, {
      chunkIndex: Int32Array.from(chunks),
      speakerIndex: Int32Array.from(slots),
    });

  test("takes rows in the set's order, the same one twice too", () => {
    expect([...gather([1, 0, 1], [1, 0, 1]).data]).toEqual([6, 7, 0, 1, 6, 7]);
    expect(gather([], []).shape).toEqual([0, 2]);
  });

  test.each([[[2], [0]], [[0], [2]], [[-1], [0]], [[0], [-1]]])(
    "refuses chunks %j, slots %j",
    (chunks, slots) => {
      expect(() => gather(chunks, slots)).toThrow(/Training embedding 0 is .* there are 2 chunks of 2/);
    },
  );

  test("refuses sets of unequal lengths", () => {
    expect(() => gather([0, 1], [0])).toThrow(/names 2 chunks but 1 slots/);
  });
});
