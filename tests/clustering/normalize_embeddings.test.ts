import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { assertDType } from "#lib/arrays/assert_dtype.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { normalizeEmbeddings } from "#lib/clustering/normalize_embeddings.ts";
import { projectRoot } from "#lib/places/places.ts";
import { findPython } from "#scripts/cli/python.ts";

// Made by samples/make_numpy_samples.py.
const arrays = await readNpz(join(projectRoot(), "tests", "clustering", "samples", "unit_rows.npz"));
const widths = Object.keys(arrays).filter((name) => name.startsWith("x_")).map((name) =>
  Number(name.slice(2))
);

function sample(name: string): Float32Array {
  const array = arrays[name];
  assertDType(array, "f4");
  return array.data;
}

/** One float32 addition after the other: what numpy does not do. */
function normalizeNaively(x: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let at = 0; at < x.length; at += columns) {
    let total = 0;
    for (let j = at; j < at + columns; j++) total = Math.fround(total + Math.fround(x[j] * x[j]));
    for (let j = at; j < at + columns; j++) out[j] = x[j] / Math.fround(Math.sqrt(total));
  }
  return out;
}

describe("normalizeEmbeddings", () => {
  test("the sample has every width where numpy's sum changes", () => {
    expect(widths).toEqual([1, 2, 5, 7, 8, 9, 15, 100, 127, 128, 129, 136, 256, 257, 1000]);
  });

  test.each(widths)("is numpy's bit for bit in rows of %d", (columns) => {
    const unit = normalizeEmbeddings(sample(`x_${columns}`), { rows: 2, columns });
    expect([...unit]).toEqual([...sample(`unit_${columns}`)]);
  });

  test("the sample tells a plain sum from a pairwise one", () => {
    const told = widths.filter((columns) => {
      const naive = normalizeNaively(sample(`x_${columns}`), columns);
      return sample(`unit_${columns}`).some((value, at) => value !== naive[at]);
    });
    expect(told).toEqual(expect.arrayContaining([100, 128, 129, 256, 1000]));
  });

  test("leaves its input, gives NaN for a row of zeros, and passes NaN on within the row", () => {
    const x = new Float32Array([0, 0, 3, 4, NaN, 1]);
    const unit = normalizeEmbeddings(x, { rows: 3, columns: 2 });
    expect([...unit]).toEqual([NaN, NaN, Math.fround(0.6), Math.fround(0.8), NaN, NaN]);
    expect([...x]).toEqual([0, 0, 3, 4, NaN, 1]);
  });

  test("refuses a wrong length", () => {
    expect(() => normalizeEmbeddings(new Float32Array(5), { rows: 2, columns: 3 })).toThrow(
      /2 x 3 = 6 values, not 5/,
    );
  });

  const python = findPython(["numpy"]);
  test.skipIf(python === undefined)("is numpy's on this machine, on a thousand rows", () => {
    const code = "import sys, numpy as np\n" +
      "x = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(1000, 256)\n" +
      "sys.stdout.buffer.write((x / np.linalg.norm(x, axis=1, keepdims=True)).tobytes())";
    const x = Float32Array.from({ length: 256_000 }, (_, i) => Math.sin(i * i * 0.37) * 2 ** (i % 11 - 5));
    const { stdout } = spawnSync(python!, ["-c", code], {
      input: new Uint8Array(x.buffer),
      maxBuffer: 2 ** 24,
    });
    const numpy = new Float32Array(new Uint8Array(stdout).buffer);
    const unit = normalizeEmbeddings(x, { rows: 1000, columns: 256 });
    expect(numpy.length).toBe(unit.length);
    expect(unit.findIndex((value, at) => value !== numpy[at])).toBe(-1);
  });
});
