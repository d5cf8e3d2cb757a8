import { describe, expect, test } from "bun:test";
import { inverse } from "#lib/synthesis/inverse.ts";
import { Random } from "#lib/synthesis/random.ts";
import { synthesizePlda, type SynthesizePldaOptions } from "#lib/synthesis/synthesize_plda.ts";

describe("synthesizePlda", () => {
  const D = 48, L = 24;
  const plda = synthesizePlda({ dimension: D, ldaDimension: L, seed: 9, psiRange: [25, 0.1] });

  test("has community-1's names, dtypes and shapes", () => {
    const layout = Object.fromEntries(
      Object.entries(plda).map(([name, { dtype, shape }]) => [name, [dtype, ...shape]]),
    );
    expect(layout).toEqual({
      mean1: ["f8", D],
      lda: ["f4", D, L],
      mean2: ["f4", L],
      mu: ["f8", L],
      tr: ["f8", L, L],
      psi: ["f8", L],
    });
  });

  test("psi falls from one end of the range to the other", () => {
    const psi = [...plda.psi.data];
    expect(Math.abs(psi[0] - 25)).toBeLessThan(1e-12);
    expect(Math.abs(psi[L - 1] - 0.1)).toBeLessThan(1e-12);
    psi.slice(1).forEach((value, index) => expect(value).toBeLessThan(psi[index]));
  });

  test("tr is dense and well conditioned: stretched by 2 at most", () => {
    const tr = plda.tr.data;
    const largest = (matrix: Float64Array<ArrayBuffer>) => {
      let x = new Random(1).normals(L), norm = 0;
      // Power iteration on M^T M, to far less than the bound asks.
      for (let step = 0; step < 300; step++) {
        const y = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * L + j] * value, 0));
        const z = x.map((_, j) => y.reduce((sum, value, i) => sum + matrix[i * L + j] * value, 0));
        norm = Math.hypot(...z);
        x = z.map((value) => value / norm);
      }
      return Math.sqrt(norm);
    };
    expect(largest(tr) * largest(inverse(tr, L))).toBeLessThan(2.0001);
    expect(tr.filter((value) => Math.abs(value) > 1e-3).length).toBeGreaterThan(0.95 * L * L);
  });

  test("vectors of the model keep the norm that length normalisation gives them", () => {
    const unmix = inverse(plda.tr.data, L);
    const power = unmix.reduce((sum, value, at) => sum + value * value * (plda.psi.data[at % L] + 1), 0);
    expect(Math.abs(power / L - 1)).toBeLessThan(1e-12);
  });

  test("another seed gives other weights of the same psi", () => {
    const other = synthesizePlda({ dimension: D, ldaDimension: L, seed: 10, psiRange: [25, 0.1] });
    expect(other.psi.data).toEqual(plda.psi.data);
    expect(other.tr.data).not.toEqual(plda.tr.data);
  });

  test.each<[string, Partial<SynthesizePldaOptions>]>([
    ["more LDA dimensions than dimensions", { dimension: 8, ldaDimension: 9 }],
    ["one LDA dimension", { ldaDimension: 1 }],
    ["half a dimension", { dimension: 48.5 }],
    ["a rising psi", { psiRange: [1, 2] }],
    ["a psi of 0", { psiRange: [1, 0] }],
    ["nothing but nuisance", { nuisanceShare: 1 }],
  ])("%s is refused", (_title, options) => {
    expect(() => synthesizePlda({ dimension: D, ldaDimension: L, seed: 0, ...options })).toThrow(RangeError);
  });
});

describe("inverse", () => {
  test("times the matrix is the identity", () => {
    const size = 20;
    const matrix = new Random(3).normals(size * size);
    const result = inverse(matrix, size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += matrix[i * size + k] * result[k * size + j];
        expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-11);
      }
    }
  });

  test("a singular matrix and a wrong length are refused", () => {
    expect(() => inverse(new Float64Array([1, 2, 2, 4]), 2)).toThrow("no inverse");
    expect(() => inverse(new Float64Array(3), 2)).toThrow("needs 4 values");
  });
});
