import { describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { type PldaArrays, pldaModel } from "#lib/clustering/plda_model.ts";
import { pldaTransform } from "#lib/clustering/plda_transform.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { projectRoot } from "#lib/places/places.ts";

const vector = (...values: number[]) => ndArray("f8", [values.length], Float64Array.from(values));
const matrix = (columns: number, ...values: number[]) =>
  ndArray("f8", [values.length / columns, columns], Float64Array.from(values));
const arrays: PldaArrays = {
  mean1: vector(1, 0, 0),
  lda: matrix(2, 1, 0, 0, 1, 0, 0),
  mean2: vector(0, 1),
  mu: vector(0.5, 0),
  tr: matrix(2, 1, 1, 0, 2),
  psi: vector(1, 9),
};

describe("pldaModel", () => {
  test("sorts psi downwards and takes the rows of tr along, equal ones in their order", () => {
    const three = pldaModel({
      ...arrays,
      lda: matrix(3, 1, 0, 0, 0, 1, 0, 0, 0, 1),
      mean2: vector(0, 0, 0),
      mu: vector(0, 0, 0),
      tr: matrix(3, 1, 2, 3, 4, 5, 6, 7, 8, 9),
      psi: vector(2, 7, 2),
    });
    expect([...three.psi]).toEqual([7, 2, 2]);
    expect([...three.tr]).toEqual([4, 5, 6, 1, 2, 3, 7, 8, 9]);
  });

  test.each([
    ["mean1", vector(1, 0), /mean1 has shape \[2\], \[3\] is needed/],
    ["tr", matrix(1, 1, 2), /tr has shape/],
    ["psi", vector(1, 0), /psi\[1\] is 0; it must be positive/],
    ["psi", vector(1, -3), /psi\[1\] is -3/],
    ["mu", vector(NaN, 0), /PLDA weight mu holds NaN at index 0/],
    ["lda", ndArray("U", [3, 2], ["a", "b", "c", "d", "e", "f"]), /lda holds text/],
  ] as [keyof PldaArrays, NdArray, RegExp][])("refuses a wrong %s", (name, wrong, fault) => {
    expect(() => pldaModel({ ...arrays, [name]: wrong })).toThrow(fault);
  });
});

describe("pldaTransform", () => {
  test("by hand: x - mean1, length sqrt(3), lda, - mean2, length sqrt(2), - mu, tr", async () => {
    const x = ndArray("f4", [1, 3], Float32Array.of(1 + 2, 1, 2)); // - mean1: (2, 1, 2), of length 3
    const { postXvec, postPlda } = await pldaTransform(x, pldaModel(arrays));
    const s = Math.sqrt(3) / 3;
    const [u, v] = [2 * s, s - 1];
    const scale = Math.SQRT2 / Math.hypot(u, v);
    const close = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(1e-14);
    close(postXvec.data[0], u * scale);
    close(postXvec.data[1], v * scale);
    // psi 9 comes first: row (0, 2) of tr, then (1, 1).
    close(postPlda.data[0], 2 * v * scale);
    close(postPlda.data[1], u * scale - 0.5 + v * scale);
  });

  test("no row gives no row; a row at the mean gives NaN, as in numpy", async () => {
    const model = pldaModel(arrays);
    expect((await pldaTransform(ndArray("f4", [0, 3], new Float32Array(0)), model)).postPlda.shape).toEqual([
      0,
      2,
    ]);
    const { postPlda } = await pldaTransform(ndArray("f4", [1, 3], Float32Array.of(1, 0, 0)), model);
    expect([...postPlda.data]).toEqual([NaN, NaN]);
  });

  test("refuses embeddings of another dimension", async () => {
    const x = ndArray("f4", [1, 4], new Float32Array(4));
    await expect(pldaTransform(x, pldaModel(arrays))).rejects.toThrow(
      /training embeddings has shape \[1, 4\]/,
    );
  });
});

describe("readPlda", () => {
  test("names file and array of what is missing or damaged", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dialab-plda-"));
    try {
      await expect(readPlda(folder)).rejects.toThrow(/xvec_transform\.npz/);
      cpSync(join(projectRoot(), "fixtures", "models", "plda"), folder, { recursive: true });
      expect((await readPlda(folder)).ldaDimension).toBe(32);
      const { mu, tr } = await readNpz(join(folder, "plda.npz"));
      await writeNpz(join(folder, "plda.npz"), { mu, tr });
      await expect(readPlda(folder)).rejects.toThrow(/plda\.npz.*psi/);
      writeFileSync(join(folder, "plda.npz"), "no zip");
      await expect(readPlda(folder)).rejects.toThrow(/plda\.npz/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
