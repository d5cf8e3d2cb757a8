/** Files written by NumPy (make_numpy_samples.py) read as NumPy reads them. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NdArray, openNpz, parseNpy, parseNpz, readNpy, readNpz } from "#lib/arrays/mod.ts";
import { refusal } from "./refusal.ts";

interface Expected {
  readonly file: string;
  readonly name: string | null;
  readonly dtype: string;
  readonly shape: number[];
  readonly values: string[];
}

const samples = fileURLToPath(new URL("samples", import.meta.url));
const expected = readFileSync(join(samples, "expected.jsonl"), "utf8").trimEnd().split("\n")
  .map((line): Expected => JSON.parse(line));
const npys = expected.filter(({ name }) => name === null);
const npzs = [...new Set(expected.filter(({ name }) => name !== null).map(({ file }) => file))];

/** A value as JavaScript has it, from Python's repr. */
function fromPython(text: string, dtype: string): unknown {
  if (dtype === "U") return text;
  if (dtype === "i8" || dtype === "u8") return BigInt(text);
  if (dtype === "b1") return text === "True" ? 1 : 0;
  return Number(text.replace("inf", "Infinity"));
}

function check(array: NdArray, entry: Expected): void {
  expect(array.dtype).toBe(entry.dtype as NdArray["dtype"]);
  expect(array.shape).toEqual(entry.shape);
  const values: unknown[] = Array.from<unknown>(array.data);
  expect(values.length).toBe(entry.values.length);
  const wrong = values.findIndex((value, i) => !Object.is(value, fromPython(entry.values[i], entry.dtype)));
  expect(wrong < 0 ? "" : `index ${wrong}: ${values[wrong]} for ${entry.values[wrong]}`).toBe("");
}

describe("npy files of NumPy", () => {
  test.each(npys)("$file", async (entry) => {
    const path = join(samples, entry.file);
    check(await readNpy(path), entry);
    check(parseNpy(readFileSync(path)), entry);
  });
});

describe("npz files of NumPy", () => {
  test.each(npzs)("%s", async (file) => {
    const entries = expected.filter((entry) => entry.file === file);
    const path = join(samples, file);
    const read = await readNpz(path);
    const parsed = await parseNpz(readFileSync(path));
    await using archive = await openNpz(path);
    expect(Object.keys(read)).toEqual(entries.map(({ name }) => name ?? ""));
    for (const entry of entries) {
      const name = entry.name ?? "";
      check(read[name], entry);
      check(parsed[name], entry);
      const { dtype, shape } = await archive.describe(name);
      expect({ dtype, shape: [...shape] }).toEqual({
        dtype: entry.dtype as NdArray["dtype"],
        shape: entry.shape,
      });
    }
  });

  test("every dtype, both orders of bytes and of axes are among them", () => {
    const names = expected.filter(({ file }) => file === "stored.npz").map(({ name }) => name);
    for (const dtype of ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]) {
      for (const kind of ["c", "fortran", "big", "big_fortran", "scalar", "empty"]) {
        expect(names).toContain(`${dtype}_${kind}`);
      }
    }
  });

  test("bytes behind an archive's end are passed over, which is told", async () => {
    const behind: [file: string, bytes: number][] = [
      ["zeros_behind.npz", 64],
      ["blocks_behind.npz", 200_000],
      ["text_behind.npz", 86],
    ];
    for (const [file, bytes] of behind) {
      const warnings: string[] = [];
      const path = join(samples, file);
      await readNpz(path, { warn: (warning) => warnings.push(warning) });
      await parseNpz(readFileSync(path), { name: "x", warn: (warning) => warnings.push(warning) });
      const told = `${bytes} bytes behind the zip's end were passed over.`;
      expect(warnings).toEqual([`${path}: ${told}`, `x: ${told}`]);
    }
  });

  test("one without arrays", async () => {
    expect(await readNpz(join(samples, "no_arrays.npz"))).toEqual({});
  });
});

const refusals: [file: string, fault: RegExp][] = [
  ["object.npy", /^pickled: dtype object/],
  ["record.npy", /^unknown dtype: a record of several fields/],
  ["record.npy", /fields \("a", "b"\); save each/],
  ["complex.npy", /^unknown dtype "<c8", complex numbers: f2 f4 /],
  ["bytes.npy", /^unknown dtype "\|S2", bytes without an encoding: /],
  ["time.npy", /^unknown dtype "<M8\[D\]", times: /],
  ["raw.npy", /^unknown dtype "\|V2", raw bytes, .* bfloat16/],
  ["long_double.npy", /^unknown dtype "<f16", long doubles/],
  ["sub_array.npy", /^unknown dtype: a record/],
];

describe("what NumPy writes and is not read here", () => {
  test.each(refusals)("%s", async (file, fault) => {
    const error = await refusal(() => readNpy(join(samples, file)));
    expect(error.fault).toMatch(fault);
    expect(error.file).toBe(join(samples, file));
    expect(error.array).toBe(undefined);
  });

  test("a pickled array in an npz is refused by name, and its neighbour read", async () => {
    const path = join(samples, "object_inside.npz");
    const read = await readNpz(path);
    expect([...read.fine.data]).toEqual([0, 1, 2]);
    const error = await refusal(() => read.objects);
    expect(error.message).toMatch(/object_inside\.npz: array "objects": pickled: dtype object/);
    const { fine } = await readNpz(path, { only: ["fine"] });
    expect([...fine.data]).toEqual([0, 1, 2]);
  });

  test("members that are no arrays of ours spoil nothing, and are refused when they are asked for", async () => {
    const path = join(samples, "foreign_inside.npz");
    for (const read of [await readNpz(path), await parseNpz(readFileSync(path), { name: path })]) {
      expect(Object.keys(read)).toEqual(["README.txt", "objects", "bytes", "record", "folder/", "fine"]);
      expect([...read.fine.data]).toEqual([0, 1, 2]);
      const faults: [name: string, fault: RegExp][] = [
        ["README.txt", /array "README\.txt": not an npy array: the magic bytes differ/],
        ["objects", /array "objects": pickled/],
        ["bytes", /array "bytes": unknown dtype "\|S2", bytes/],
        ["record", /array "record": unknown dtype: a record of several fields \("start", "speaker"\)/],
        ["folder/", /array "folder\/": not an npy array: it is empty/],
      ];
      for (const [name, fault] of faults) {
        expect((await refusal(() => read[name])).message).toMatch(fault);
        expect((await refusal(() => readNpz(path, { only: ["fine", name] }))).message).toMatch(fault);
      }
      await refusal(() => ({ ...read })); // whoever takes all asks for all
    }
  });

  test("another zip method", async () => {
    const read = await readNpz(join(samples, "lzma.npz"));
    const error = await refusal(() => read.q);
    expect(error.fault).toMatch(/^packed by zip method 14/);
    expect(error.array).toBe("q");
  });

  test("every sample is read or refused by one of these tests", () => {
    const tried = [...expected.map(({ file }) => file), ...refusals.map(([file]) => file)];
    const others = readdirSync(samples).filter((file) => !tried.includes(file)).sort();
    expect(others).toEqual([
      ...["expected.jsonl", "foreign_inside.npz", "lzma.npz", "no_arrays.npz", "object_inside.npz"],
    ]);
  });
});
