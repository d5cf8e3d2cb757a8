/** What dialab writes, NumPy reads: the same dtypes, shapes and bytes. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPython } from "#scripts/cli/python.ts";
import { type NdArray, ndArray, writeNpy, writeNpz } from "#lib/arrays/mod.ts";

/** Prints dtype, shape and the values' bytes of every array of the files given, and tests the zips. */
const REPORT = `
import json, sys, zipfile
import numpy as np

report = []
for path in sys.argv[1:]:
    loaded = np.load(path)
    if path.endswith(".npz"):
        assert zipfile.ZipFile(path).testzip() is None
    arrays = {"": loaded} if path.endswith(".npy") else {name: loaded[name] for name in loaded.files}
    for name, array in arrays.items():
        text = array.dtype.kind == "U"
        values = array.ravel().tolist() if text else array.astype(array.dtype.newbyteorder("<")).tobytes().hex()
        kind = "U" if text else array.dtype.kind + str(array.dtype.itemsize)
        report.append({"name": name, "dtype": kind, "shape": array.shape, "values": values})
print(json.dumps(report))
`;

const python = findPython(["numpy"]);
const skipped = python === undefined ? " (skipped: no python3 with numpy found; set DIALAB_PYTHON)" : "";

const arrays: Record<string, NdArray> = {
  f4: ndArray("f4", [2, 2], new Float32Array([0.1, -0, Infinity, NaN])),
  f8: ndArray("f8", [4], new Float64Array([0.1, 5e-324, -Infinity, Number.MAX_VALUE])),
  i1: ndArray("i1", [2], new Int8Array([-128, 127])),
  i2: ndArray("i2", [1, 2, 1], new Int16Array([-32768, 32767])),
  i4: ndArray("i4", [2], new Int32Array([-(2 ** 31), 2 ** 31 - 1])),
  i8: ndArray("i8", [2], new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])),
  u1: ndArray("u1", [1], new Uint8Array([255])),
  u2: ndArray("u2", [1], new Uint16Array([65535])),
  u4: ndArray("u4", [1], new Uint32Array([2 ** 32 - 1])),
  u8: ndArray("u8", [1], new BigUint64Array([2n ** 64n - 1n])),
  b1: ndArray("b1", [3], new Uint8Array([1, 0, 1])),
  text: ndArray("U", [2, 2], ["", "Grüße", "日本", "\u{1f600}"]),
  "no text": ndArray("U", [0], []),
  scalar: ndArray("f8", [], new Float64Array([0.6])),
  empty: ndArray("f4", [0, 3, 256], new Float32Array(0)),
  "part of a buffer": ndArray("f8", [2], new Float64Array([1, 2, 3, 4]).subarray(1, 3)),
  "folder/名前": ndArray("u1", [2, 1], new Uint8Array([7, 8])),
  "x.npy": ndArray("u1", [1], new Uint8Array([9])),
};

/** What the report must say of an array. */
function reported(name: string, array: NdArray): unknown {
  const { dtype, shape } = array;
  if (array.dtype === "U") return { name, dtype, shape, values: array.data };
  const { buffer, byteOffset, byteLength } = array.data;
  const values = new Uint8Array(buffer, byteOffset, byteLength).toHex();
  return { name, dtype, shape, values };
}

describe(`NumPy reads${skipped}`, () => {
  test.skipIf(python === undefined)("npy, and npz stored and deflated", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dialab-"));
    try {
      const files = Object.keys(arrays).map((_, i) => join(folder, `${i}.npy`));
      for (const [i, array] of Object.values(arrays).entries()) await writeNpy(files[i], array);
      const stored = join(folder, "stored.npz");
      const deflated = join(folder, "deflated.npz");
      await writeNpz(stored, arrays);
      await writeNpz(deflated, arrays, { compress: true });
      const run = spawnSync(python ?? "", ["-c", REPORT, ...files, stored, deflated], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      const named = Object.entries(arrays).map(([name, array]) => reported(name, array));
      const alone = Object.values(arrays).map((array) => reported("", array));
      expect(JSON.parse(run.stdout)).toEqual([...alone, ...named, ...named]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
