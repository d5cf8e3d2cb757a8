import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeNpy, type NdArray, ndArray, parseNpy, readNpy, writeNpy } from "#lib/arrays/mod.ts";
import { widenHalves } from "#lib/arrays/half_filler.ts";
import { parseNpyHeader } from "#lib/arrays/npy_header.ts";
import { arbitraryArray, bits } from "./arbitrary_array.ts";
import { refusal } from "./refusal.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialab-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** An npy with a header given by hand. */
function npy(
  header: string,
  options: { data?: number; version?: number; headerLength?: number } = {},
): Uint8Array {
  const { data = 0, version = 1, headerLength = header.length } = options;
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + header.length + data);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, headerLength, headerLength >> 8]);
  bytes.set(new TextEncoder().encode(header), start);
  return bytes;
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const three = encodeNpy(ndArray("f8", [3], new Float64Array([1, 2, 3])));

describe("npy round trip", () => {
  test("in memory, bit by bit", () => {
    fc.assert(
      fc.property(arbitraryArray, (array) => expect(bits(parseNpy(encodeNpy(array)))).toEqual(bits(array))),
      { numRuns: 500, seed: 2 },
    );
  });

  test("through files, which hold the same bytes", async () => {
    const path = join(folder, "round.npy");
    await fc.assert(
      fc.asyncProperty(arbitraryArray, async (array) => {
        await writeNpy(path, array);
        expect(bits(await readNpy(path))).toEqual(bits(array));
      }),
      { numRuns: 50, seed: 3 },
    );
    expect(await readdir(folder)).toEqual(["round.npy"]);
  });

  test("of more axes than a header of version 1.0 has room for is of version 2.0, aligned too", () => {
    // NumPy writes them; it reads 64 axes (and 2.0 is there for dtypes with many fields).
    const bytes = encodeNpy(ndArray("u1", new Array<number>(25_000).fill(1), Uint8Array.of(7)));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = view.getUint32(8, true);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
    expect([length > 75_000, (12 + length) % 64, 12 + length + 1]).toEqual([true, 0, bytes.length]);
    expect(new TextDecoder().decode(bytes.subarray(12, 76))).toBe(
      `{'descr': '|u1', 'fortran_order': False, 'shape': (${"1, ".repeat(4)}1`,
    );
    expect(String.fromCharCode(...bytes.subarray(-64, -1)).trimEnd()).toMatch(/1, 1, 1\), \}$/);
  });

  test("a header that fits exactly takes no more", () => {
    // 10 bytes, the text and a line feed: 117 characters take 128 bytes, one more takes 192.
    const lengths = [100, 1000].map((last) => {
      const bytes = encodeNpy(
        ndArray("u1", [0, ...new Array<number>(14).fill(10), last], new Uint8Array(0)),
      );
      return [new TextDecoder().decode(bytes.subarray(10)).trimEnd().length, bytes.length];
    });
    expect(lengths).toEqual([[117, 128], [118, 192]]);
  });

  test("bytes at an odd place of a larger buffer", () => {
    const larger = new Uint8Array(three.length + 3);
    larger.set(three, 3);
    expect([...parseNpy(larger.subarray(3)).data]).toEqual([1, 2, 3]);
  });

  test("Fortran order larger than the stage that values pass through", () => {
    const [rows, columns] = [300, 1001];
    const text = header("'<f4'", `(${rows}, ${columns})`, "True").padEnd(117) + "\n";
    const bytes = npy(text, { data: 4 * rows * columns });
    const stored = Float32Array.from({ length: rows * columns }, (_, i) => i);
    bytes.set(new Uint8Array(stored.buffer), 128);
    const { data } = parseNpy(bytes) as NdArray<"f4">;
    const wrong = data.findIndex((value, i) => value !== Math.floor(i / columns) + rows * (i % columns));
    expect(wrong).toBe(-1);
  });
});

describe("every spelling of a dtype that NumPy takes", () => {
  // As numpy.dtype(text).str has them on a little-endian machine of 64 bits.
  test.each<[dtype: string, itemSize: number, spellings: string]>([
    ["f4", 4, "<f4 =f4 |f4 f4 <f f float32 single"],
    ["f8", 8, "<f8 =f8 |f8 f8 <d d float64 double float"],
    ["f4", 2, "<f2 =f2 |f2 f2 <e e float16 half"],
    ["i1", 1, "|i1 <i1 >i1 i1 b int8 byte"],
    ["u1", 1, "|u1 <u1 u1 B uint8 ubyte"],
    ["i2", 2, "<i2 i2 h int16 short"],
    ["u2", 2, "<u2 u2 H uint16 ushort"],
    ["i4", 4, "<i4 i4 i int32 intc"],
    ["u4", 4, "<u4 u4 I uint32 uintc"],
    ["i8", 8, "<i8 i8 q l p n int64 int int_ long longlong intp"],
    ["u8", 8, "<u8 u8 Q L P N uint64 uint ulong ulonglong uintp"],
    ["b1", 1, "|b1 <b1 >b1 b1 ? |? bool bool_"],
    ["U", 20, "<U5 =U5 |U5 U5 U05"],
  ])("%s of %d bytes", (dtype, itemSize, spellings) => {
    for (const descr of spellings.split(" ")) {
      const read = parseNpyHeader(new TextEncoder().encode(header(`'${descr}'`, "(2,)")), {
        place: { file: "x" },
        utf8: false,
      });
      expect([descr, read.dtype, read.itemSize, read.littleEndian || itemSize === 1]).toEqual([
        ...[descr, dtype, itemSize, true],
      ]);
    }
  });

  test.each(["f4", "e", "d", "i4", "q"])("big-endian %s", (descr) => {
    const { littleEndian } = parseNpyHeader(new TextEncoder().encode(header(`'>${descr}'`, "()")), {
      place: { file: "x" },
      utf8: false,
    });
    expect(littleEndian).toBe(false);
  });
});

describe("float16", () => {
  test("each of its 65536 values is widened exactly", () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const values = widenHalves(halves);
    const bits = new Uint32Array(values.buffer);
    for (let half = 0; half < 65536; half++) {
      const sign = half < 0x8000 ? 1 : -1, exponent = (half >> 10) & 31, fraction = half & 1023;
      const value = exponent === 31
        ? fraction === 0 ? Infinity : NaN
        : exponent === 0
        ? fraction * 2 ** -24
        : (1024 + fraction) * 2 ** (exponent - 25);
      if (!Object.is(values[half], sign * value)) throw new Error(`${half}: ${values[half]}`);
      if (Number.isNaN(value)) expect(bits[half] & 0x7fffff).toBe(fraction << 13);
    }
  });

  test("in either order of bytes and axes", () => {
    for (const [order, swap] of [["<", false], [">", true]] as const) {
      const bytes = npy(header(`'${order}f2'`, "(2, 2)", "True"), { data: 8 });
      const view = new DataView(bytes.buffer);
      [0x3c00, 0x4000, 0x4200, 0x4400].forEach((half, i) =>
        view.setUint16(bytes.length - 8 + 2 * i, half, !swap)
      );
      const array = parseNpy(bytes);
      expect([array.dtype, array.shape, [...array.data]]).toEqual(["f4", [2, 2], [1, 3, 2, 4]]);
    }
  });
});

const damaged: [what: string, bytes: Uint8Array, fault: string | RegExp][] = [
  ["nothing", new Uint8Array(0), "not an npy array: it is empty"],
  ["other bytes", new TextEncoder().encode("RIFF....WAVE"), "not an npy array: the magic bytes differ"],
  ["the magic alone", three.subarray(0, 8), "truncated: it ends after 8 bytes, inside the npy header"],
  ["half a header", three.subarray(0, 60), "truncated: an npy header of 118 bytes, 50 bytes are left"],
  [
    "too few values",
    three.subarray(0, 140),
    "truncated: the header announces 3 values (24 bytes), 12 bytes are left",
  ],
  [
    "too many",
    npy(header("'<f8'", "(1,)"), { data: 9 }),
    /^corrupt: .* 1 value \(8 bytes\), 9 bytes follow$/,
  ],
  [
    "a shape of 10^15",
    npy(header("'<f8'", "(1000000000000000,)"), { data: 16 }),
    "truncated: the header announces 1000000000000000 values (8000000000000000 bytes), 16 bytes are left",
  ],
  [
    "a shape past 2^64",
    npy(header("'<f8'", "(9007199254740991, 9007199254740991)")),
    /^truncated: .*, 0 bytes are left$/,
  ],
  [
    "an axis past 2^53",
    npy(header("'<f8'", "(0, 9007199254740992)")),
    /^corrupt: an axis of size 9007199254740992 /,
  ],
  ["a negative axis", npy(header("'<f8'", "(-1,)")), /^corrupt: an axis of size -1 /],
  [
    "a shape that is no tuple",
    npy(header("'<f8'", "(3)")),
    /^corrupt: shape in the npy header is not a tuple/,
  ],
  ["65 axes", npy(header("'<f8'", `(${"1,".repeat(65)})`), { data: 8 }), /^corrupt: 65 axes/],
  ["text of width 0", npy(header("'<U0'", "(1000000000000,)")), /^unknown dtype "<U0"/],
  ["a name with byte order", npy(header("'<float64'", "(0,)")), /^unknown dtype "<float64"/],
  [
    "bfloat16",
    npy(header("'bfloat16'", "(0,)")),
    /^unknown dtype "bfloat16", numbers of a type that NumPy does not/,
  ],
  ["a dtype that is a number", npy(header("8", "(0,)")), /^corrupt: descr in the npy header is not text/],
  ["an order that is a number", npy(header("'<f8'", "(0,)", "1")), /^corrupt: fortran_order/],
  [
    "a missing key",
    npy("{'descr': '<f8', 'shape': ()}"),
    /^corrupt: the npy header has the keys "descr shape",/,
  ],
  ["code", npy("__import__('os').system('true')"), /^corrupt: the npy header, column 1: expected a value/],
  ["a list", npy("[]"), "corrupt: the npy header is not a dictionary"],
  [
    "no header text",
    npy("", { data: 8 }),
    /^corrupt: the npy header, column 1: expected a value, found the end/,
  ],
  ["version 4", npy("{}", { version: 4 }), /^unknown npy version 4\.0/],
  [
    "a header of gigabytes",
    Uint8Array.of(...three.subarray(0, 6), 2, 0, 0, 0, 0, 255),
    /^corrupt: an npy header of 4278190080/,
  ],
  ["a header in broken UTF-8", Uint8Array.of(...npy("", { version: 3, headerLength: 1 }), 255), /not UTF-8$/],
  [
    "a bool of 2",
    Uint8Array.of(...npy(header("'|b1'", "(2,)")), 1, 2),
    "corrupt: a bool of 2 at index 1, 0 or 1 is needed",
  ],
  [
    "a character past Unicode",
    Uint8Array.of(...npy(header("'>U1'", "(1,)")), 0, 0x11, 0, 0),
    "corrupt: 0x110000 in the string at index 0 is no Unicode character",
  ],
];

describe("a damaged npy is refused", () => {
  test.each(damaged)("%s", async (_, bytes, fault) => {
    const fromMemory = await refusal(() => parseNpy(bytes, { name: "x.npy" }));
    if (typeof fault === "string") expect(fromMemory.fault).toBe(fault);
    else expect(fromMemory.fault).toMatch(fault);
    expect(fromMemory.message).toBe(`x.npy: ${fromMemory.fault}`);
    const path = join(folder, "damaged.npy");
    await writeFile(path, bytes);
    const fromFile = await refusal(() => readNpy(path));
    expect(fromFile.message).toBe(`${path}: ${fromMemory.fault}`);
  });

  test("every truncation", async () => {
    for (let length = 0; length < three.length; length++) {
      await refusal(() => parseNpy(three.subarray(0, length)));
    }
  });

  test("a folder, and what is not there", async () => {
    const error = await readNpy(folder).then(() => undefined, (error) => error);
    expect(String(error)).toMatch(/not a regular file|EISDIR/);
    const absent = await readNpy(join(folder, "absent.npy")).then(() => undefined, (error) => error);
    expect(absent.code).toBe("ENOENT");
  });
});

describe("what an npy cannot keep is not written", () => {
  const refused: [what: string, array: NdArray, message: RegExp][] = [
    [
      "data unlike the shape",
      { dtype: "f8", shape: [2], data: new Float64Array(3) },
      /shape \[2\] needs 2 values, got 3/,
    ],
    ["a bool of 2", ndArray("b1", [1], new Uint8Array([2])), /a bool of 2 at index 0/],
    ["a lone surrogate", ndArray("U", [2], ["a", "\ud800"]), /the string at index 1 has a lone surrogate/],
    ["NUL at the end", ndArray("U", [1], ["a\0"]), /the string at index 0 ends in NUL/],
  ];
  test.each(refused)("%s", async (_, array, message) => {
    expect(() => encodeNpy(array)).toThrow(message);
    const path = join(folder, "refused.npy");
    const error = await writeNpy(path, array).then(() => undefined, (error: unknown) => error);
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toMatch(message);
    expect(await readdir(folder)).not.toContain("refused.npy");
  });
});
