import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NdArray, ndArray, openNpz, parseNpz, readNpz, writeNpz } from "#lib/arrays/mod.ts";
import { npyPieces } from "#lib/arrays/npy_pieces.ts";
import { ZipWriter } from "#lib/arrays/zip_writer.ts";
import { arbitraryArray, bits } from "./arbitrary_array.ts";
import { refusal } from "./refusal.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialab-"));
});
afterAll(() => rm(folder, { recursive: true }));

const state: Record<string, NdArray> = {
  q: ndArray("f8", [2, 3], new Float64Array([0.1, 0.2, 0.7, 1, 0, 0])),
  labels: ndArray("i8", [2], new BigInt64Array([0n, -2n])),
  name: ndArray("U", [], ["Grüße"]),
  none: ndArray("f4", [0, 256], new Float32Array(0)),
};
const allBits = (arrays: Record<string, NdArray>) =>
  Object.entries(arrays).map(([name, array]) => [name, bits(array)]);
const arrayName = fc.string({ unit: "grapheme", maxLength: 20 }).filter((name) => !name.includes("\0"));

describe("npz round trip", () => {
  test.each([false, true])("compress %s", async (compress) => {
    const path = join(folder, "round.npz");
    const entries = fc.uniqueArray(fc.tuple(arrayName, arbitraryArray), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(entries, async (entries) => {
        const arrays = Object.fromEntries(entries);
        await writeNpz(path, arrays, { compress });
        const expected = allBits(arrays);
        expect(allBits(await readNpz(path))).toEqual(expected);
        expect(allBits(await parseNpz(await readFile(path)))).toEqual(expected);
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(await readdir(folder)).toEqual(["round.npz"]);
  });

  test("a name like __proto__ is a name", async () => {
    const path = join(folder, "proto.npz");
    await writeNpz(path, Object.fromEntries([["__proto__", state.q]]));
    expect(Object.keys(await readNpz(path))).toEqual(["__proto__"]);
  });

  test("arrays of many pieces, through both packings", async () => {
    const data = Float64Array.from({ length: 700_001 }, (_, i) => Math.sin(i));
    const hash = (bytes: Float64Array) => createHash("sha256").update(bytes).digest("hex");
    for (const compress of [false, true]) {
      const path = join(folder, "large.npz");
      await writeNpz(path, { first: ndArray("f8", [700_001], data), second: state.q }, { compress });
      const { first, second } = await readNpz(path);
      expect(hash((first as NdArray<"f8">).data)).toBe(hash(data));
      expect(bits(second)).toEqual(bits(state.q));
    }
  });

  test("stored bytes are always the same", async () => {
    const path = join(folder, "same.npz");
    await writeNpz(path, state);
    const once = createHash("sha256").update(await readFile(path)).digest("hex");
    await writeNpz(path, state);
    expect(createHash("sha256").update(await readFile(path)).digest("hex")).toBe(once);
    // The bytes this was first written with, in both runtimes.
    expect(once).toBe("7b1737cb6b44cee75697a9bfb53d95f7b35a782953bd2371d0aa40bee401c004");
  });

  test.each([0, 100, 300, 600, 1000])("zip64 records from byte %d on", async (wideFrom) => {
    for (const compress of [false, true]) {
      const path = join(folder, `wide_${wideFrom}.npz`);
      const handle = await open(path, "w");
      const zip = new ZipWriter(handle, { compress, wideFrom });
      for (const [name, array] of Object.entries(state)) await zip.add(`${name}.npy`, npyPieces(array, name));
      await zip.finish();
      await handle.close();
      const bytes = await readFile(path);
      expect(bytes.includes("PK\x06\x06")).toBe(bytes.length - 22 >= wideFrom);
      expect(allBits(await readNpz(path))).toEqual(allBits(state));
    }
  });
});

describe("an open archive", () => {
  test("knows names and shapes, and reads what is asked for", async () => {
    const path = join(folder, "open.npz");
    await writeNpz(path, state, { compress: true });
    await using archive = await openNpz(path);
    expect(archive.names).toEqual(["q", "labels", "name", "none"]);
    expect(await archive.describe("q")).toEqual({ dtype: "f8", shape: [2, 3], byteLength: 48 });
    expect(await archive.describe("name")).toEqual({ dtype: "U", shape: [], byteLength: 20 });
    expect(archive.has("labels") && !archive.has("label")).toBe(true);
    const both = await Promise.all([archive.read("labels"), archive.read("q")]);
    expect(both.map(bits)).toEqual([bits(state.labels), bits(state.q)]);
    const error = await refusal(() => archive.read("sp"));
    expect(error.message).toBe(
      `${path}: array "sp": not in this archive, which holds "q", "labels", "name", "none"`,
    );
  });

  test("describing does not read the values", async () => {
    const path = join(folder, "damaged_values.npz");
    await writeNpz(path, { q: ndArray("f8", [1000], new Float64Array(1000)) });
    const bytes = await readFile(path);
    bytes[5000] ^= 1;
    await writeFile(path, bytes);
    await using archive = await openNpz(path);
    expect((await archive.describe("q")).shape).toEqual([1000]);
    expect((await refusal(() => archive.read("q"))).fault).toMatch(
      /^corrupt: its CRC-32 is [0-9a-f]{8}, the zip says/,
    );
  });

  test("only the arrays wanted, in the order wanted", async () => {
    const path = join(folder, "only.npz");
    await writeNpz(path, state);
    expect(Object.keys(await readNpz(path, { only: ["labels", "q"] }))).toEqual(["labels", "q"]);
    expect(await readNpz(path, { only: [] })).toEqual({});
  });
});

describe("writing whole or not at all", () => {
  test("an array that cannot be kept leaves the old file and nothing else", async () => {
    const own = join(folder, "own");
    await mkdir(own);
    const path = join(own, "state.npz");
    await writeNpz(path, { q: state.q });
    const bad: NdArray = { dtype: "f8", shape: [3], data: new Float64Array(2) };
    const error = await writeNpz(path, { q: state.q, bad }).then(() => undefined, (error: unknown) => error);
    expect(String(error)).toBe('RangeError: array "bad": shape [3] needs 3 values, got 2');
    expect(await readdir(own)).toEqual(["state.npz"]);
    expect(Object.keys(await readNpz(path))).toEqual(["q"]);
  });

  test("a folder in the way leaves nothing beside it", async () => {
    const own = join(folder, "in_the_way");
    await mkdir(join(own, "state.npz"), { recursive: true });
    const error = await writeNpz(join(own, "state.npz"), state).then(() => undefined, (error) => error);
    expect(error.code).toMatch(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(own)).toEqual(["state.npz"]);
  });

  test.each<[string, RegExp]>([
    ["a\0b", /contains NUL/],
    ["\udc00", /lone surrogate/],
    ["x".repeat(65532), /takes 65536 bytes, at most 65535 fit/],
  ])("the name %j", async (name, message) => {
    const path = join(folder, "names.npz");
    const error = await writeNpz(path, { [name]: state.q }).then(() => undefined, (error: unknown) => error);
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toMatch(message);
  });
});
