import { describe, expect, test } from "bun:test";
import {
  asFloat64,
  asIntegers,
  assertDType,
  assertShape,
  type DType,
  type NdArray,
  ndArray,
  sizeOf,
} from "#lib/arrays/mod.ts";

describe("ndArray", () => {
  test("keeps the data given, and its own copy of the shape", () => {
    const data = new Float32Array(6);
    const shape = [2, 3];
    const array = ndArray("f4", shape, data);
    shape[0] = 9;
    expect(array.data).toBe(data);
    expect(array.shape).toEqual([2, 3]);
  });

  test("the dtype tells the compiler what the data is", () => {
    const array: NdArray = ndArray("i8", [1], new BigInt64Array([5n]));
    const value: bigint | undefined = array.dtype === "i8" ? array.data[0] : undefined;
    expect(value).toBe(5n);
  });

  test.each<[number[], number]>([[[], 1], [[0], 0], [[2 ** 40, 0, 2 ** 40], 0], [[21, 589, 3], 37107]])(
    "%j holds %d values",
    (shape, size) => expect(sizeOf(shape)).toBe(size),
  );

  test.each<[number[], RegExp]>([
    [[-1], /integers from 0, got \[-1\]/],
    [[1.5], /integers from 0, got \[1.5\]/],
    [[NaN, 0], /integers from 0/],
    [[2 ** 30, 2 ** 30], /more than 2\^53 - 1 values/],
  ])("shape %j is refused", (shape, message) => {
    expect(() => sizeOf(shape)).toThrow(RangeError);
    expect(() => sizeOf(shape)).toThrow(message);
  });

  test.each([[[2, 2]], [[]], [[0, 3]]])("shape %j with three values is refused", (shape) => {
    expect(() => ndArray("f8", shape, new Float64Array(3))).toThrow(/needs \d values, got 3/);
  });
});

describe("asFloat64", () => {
  test("an f8 array's own data", () => {
    const data = new Float64Array([NaN, -0]);
    expect(asFloat64(ndArray("f8", [2], data))).toBe(data);
  });

  test.each<[DType, NdArray, number[]]>([
    ["f4", ndArray("f4", [3], new Float32Array([0.1, NaN, -Infinity])), [Math.fround(0.1), NaN, -Infinity]],
    ["u4", ndArray("u4", [1], new Uint32Array([2 ** 32 - 1])), [2 ** 32 - 1]],
    ["b1", ndArray("b1", [2], new Uint8Array([0, 1])), [0, 1]],
    ["i8", ndArray("i8", [2], new BigInt64Array([-(2n ** 63n), 2n ** 53n])), [-(2 ** 63), 2 ** 53]],
    ["u8", ndArray("u8", [], new BigUint64Array([2n ** 63n])), [2 ** 63]],
  ])("%s", (_, array, values) => expect([...asFloat64(array)]).toEqual(values));

  test("what float64 cannot hold is refused", () => {
    const labels = ndArray("i8", [2], new BigInt64Array([0n, 2n ** 53n + 1n]));
    expect(() => asFloat64(labels, { name: "labels" })).toThrow(
      new RangeError("labels: value 9007199254740993 at index 1 has no exact float64"),
    );
    expect(() => asFloat64(ndArray("U", [], ["1"]))).toThrow(TypeError);
  });
});

describe("asIntegers", () => {
  test("an i4 array's own data", () => {
    const data = new Int32Array([1, -2]);
    expect(asIntegers(ndArray("i4", [2], data))).toBe(data);
  });

  test.each<[DType, NdArray]>([
    ["f8", ndArray("f8", [2], new Float64Array([-0, -(2 ** 31)]))],
    ["i8", ndArray("i8", [2], new BigInt64Array([0n, -(2n ** 31n)]))],
  ])("%s", (_, array) => expect([...asIntegers(array)]).toEqual([0, -(2 ** 31)]));

  test.each<[string, NdArray]>([
    ["2147483648", ndArray("u4", [1], new Uint32Array([2 ** 31]))],
    ["9223372036854775808", ndArray("u8", [1], new BigUint64Array([2n ** 63n]))],
    ["0.5", ndArray("f4", [1], new Float32Array([0.5]))],
    ["NaN", ndArray("f8", [1], new Float64Array([NaN]))],
    ["Infinity", ndArray("f8", [1], new Float64Array([Infinity]))],
  ])("%s is refused", (value, array) => {
    expect(() => asIntegers(array, { name: "labels" })).toThrow(
      new RangeError(`labels: value ${value} at index 0 is not a 32-bit integer`),
    );
  });

  test("text is refused", () => expect(() => asIntegers(ndArray("U", [], ["1"]))).toThrow(TypeError));
});

describe("assertions", () => {
  const array: NdArray = ndArray("f4", [0, 3, 256], new Float32Array(0));

  test("a shape that fits, with any size where null stands", () => {
    assertShape(array, [null, 3, 256]);
    assertShape(array, [0, null, null]);
    assertShape(ndArray("f8", [], new Float64Array(1)), []);
  });

  test.each<[(number | null)[], string]>([
    [[null, 3], "embeddings has shape [0, 3, 256], [any, 3] is needed"],
    [[1, 3, 256], "embeddings has shape [0, 3, 256], [1, 3, 256] is needed"],
    [[], "embeddings has shape [0, 3, 256], [] is needed"],
  ])("the shape %j does not", (wanted, message) => {
    expect(() => assertShape(array, wanted, { name: "embeddings" })).toThrow(new RangeError(message));
  });

  test("a dtype", () => {
    assertDType(array, "f4");
    const data: Float32Array = array.data;
    expect(data.length).toBe(0);
    const other: NdArray = ndArray("i1", [], new Int8Array(1));
    expect(() => assertDType(other, "f8")).toThrow(new TypeError("array has dtype i1, f8 is needed"));
  });
});
