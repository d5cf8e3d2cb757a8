import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { compareEmbeddings } from "#lib/diarization/compare_embeddings.ts";

const of = (...rows: [number, number][]) =>
  ndArray("f4", [rows.length, 1, 2], Float32Array.from(rows.flat()));

describe("compareEmbeddings", () => {
  test("tells the largest and the mean squared difference and the cosines", () => {
    const difference = compareEmbeddings(of([1, 0], [0, 2]), { expected: of([1, 0], [2, 0]) });
    expect(difference).toEqual({
      compared: 2,
      oneSided: 0,
      maxAbs: 2,
      rms: Math.sqrt(8 / 4),
      expectedRms: Math.sqrt(5 / 4),
      meanCosine: 0.5,
      leastCosine: 0,
    });
  });

  test("counts what is finite on one side only and leaves out what is on neither", () => {
    const actual = of([NaN, 1], [NaN, NaN], [3, 4]), expected = of([1, 1], [NaN, 0], [3, 4]);
    const { compared, oneSided, maxAbs } = compareEmbeddings(actual, { expected });
    expect([compared, oneSided, maxAbs]).toEqual([1, 1, 0]);
  });

  test("takes those alone that are asked for", () => {
    const options = { expected: of([1, 0], [1, 0]), where: (chunk: number) => chunk === 1 };
    expect(compareEmbeddings(of([9, 9], [1, 0]), options)).toMatchObject({ compared: 1, maxAbs: 0 });
  });

  test("of nothing has no difference; other shapes are refused", () => {
    const nothing = { compared: 0, maxAbs: 0, rms: 0, meanCosine: 1, leastCosine: 1 };
    expect(compareEmbeddings(of([NaN, NaN]), { expected: of([NaN, NaN]) })).toMatchObject(nothing);
    expect(() => compareEmbeddings(of([1, 1]), { expected: of([1, 1], [1, 1]) })).toThrow(
      /\(1,1,2\).*\(2,1,2\)/,
    );
  });
});
