import { describe, expect, test } from "bun:test";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { ahc } from "#lib/clustering/ahc.ts";
import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";

const rows = (...x: number[][]) => ndArray("f4", [x.length, x[0].length], Float32Array.from(x.flat()));
const at = (degrees: number, length = 1) => [
  length * Math.cos(degrees * Math.PI / 180),
  length * Math.sin(degrees * Math.PI / 180),
];

describe("ahc", () => {
  test("looks at directions, not at lengths, and numbers clusters as SciPy does", async () => {
    expect([...(await ahc(rows(at(0), at(90, 5), at(2, 100), at(87, 0.01)))).labels]).toEqual([0, 1, 0, 1]);
    expect([...(await ahc(rows(at(0), at(90, 5), at(3, 100), at(88, 0.01)))).labels]).toEqual([1, 0, 1, 0]);
  });

  test("cuts at a distance of 0.6: 34 degrees are joined (0.585), 36 are not (0.618)", async () => {
    expect([...(await ahc(rows(at(0), at(34)))).labels]).toEqual([0, 0]);
    expect([...(await ahc(rows(at(0), at(36)))).labels]).toEqual([0, 1]);
    expect([...(await ahc(rows(at(0), at(36)), { threshold: 0.62 })).labels]).toEqual([0, 0]);
  });

  test("cuts by the largest height in a subtree: an inversion keeps its leaves apart", async () => {
    // Corners of an equilateral triangle and its centre's pull: the last merge (0.866 s) is lower than the first (s).
    const corner = (k: number) => {
      const angle = 2 * Math.PI * k / 3;
      return [0.36 * Math.cos(angle), 0.36 * Math.sin(angle), 1];
    };
    const triangle = rows(corner(0), corner(1), corner(2));
    const { tree } = await ahc(triangle);
    expect(tree[6]).toBeLessThan(tree[2]);
    const between = (tree[2] + tree[6]) / 2;
    // "Merge everything under the threshold" would join the second merge's leaf; SciPy's fcluster joins nothing.
    expect([...(await ahc(triangle, { threshold: between })).labels].length).toBe(3);
    expect(new Set((await ahc(triangle, { threshold: between })).labels).size).toBe(3);
    expect(new Set((await ahc(triangle, { threshold: tree[2] })).labels).size).toBe(1);
  });

  test("of one embedding or none is no work, whatever they hold", async () => {
    expect([...(await ahc(rows([0, 0]))).labels]).toEqual([0]);
    expect([...(await ahc(rows([Infinity, 1]))).labels]).toEqual([0]);
    expect(await ahc(ndArray("f4", [0, 4], new Float32Array(0)))).toEqual({
      tree: new Float64Array(0),
      labels: new Int32Array(0),
    });
  });

  test.each([[[0, 0]], [[Infinity, 0]], [[NaN, 0]]])(
    "refuses %j among others, as SciPy does",
    async (bad) => {
      await expect(ahc(rows([1, 0], bad))).rejects.toThrow(
        /Linkage needs finite points; row 1, column 0 is NaN/,
      );
    },
  );
});

describe("initialResponsibilities", () => {
  test("are SciPy's softmax of 7 at the label", () => {
    const { q0, speakers } = initialResponsibilities(Int32Array.of(2, 0, 2));
    const total = Math.exp(7) + 2;
    expect(speakers).toBe(3);
    [1, 1, Math.exp(7), Math.exp(7), 1, 1, 1, 1, Math.exp(7)].forEach((weight, i) =>
      expect(Math.abs(q0[i] - weight / total)).toBeLessThan(2e-16)
    );
  });

  test("with one speaker are 1", () => {
    expect([...initialResponsibilities(Int32Array.of(0, 0)).q0]).toEqual([1, 1]);
  });

  test("refuse a negative label, and none", () => {
    expect(() => initialResponsibilities(Int32Array.of(0, -2))).toThrow(/Labels count from 0; one is -2/);
    expect(() => initialResponsibilities(new Int32Array(0))).toThrow(/at least one label/);
  });
});
