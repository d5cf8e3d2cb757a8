import { describe, expect, test } from "bun:test";
import { WasmMemory } from "#lib/compute/wasm_memory.ts";
import { withWasm } from "#lib/compute/wasm_module.ts";

const PAGE = 65536;

/** `half(x) = x * 0.5` and a memory of no pages; a new object each time, so that nothing is cached between tests. */
const half = () => ({
  sources: [],
  base64: "AGFzbQEAAAABBgFgAXwBfAMCAQAFAwEAAAcRAgRoYWxmAAAGbWVtb3J5AgAKEAEOACAARAAAAAAAAOA/ogs=",
});
interface Half {
  half(x: number): number;
}

describe("memory", () => {
  const fresh = () => new WasmMemory(new WebAssembly.Memory({ initial: 0 }));

  test("deals out 16-byte aligned pieces that do not touch", () => {
    const memory = fresh();
    const arrays = [
      memory.uint8(3),
      memory.float64([1, 2]),
      memory.float32(5),
      memory.int32([7]),
      memory.float64(0),
    ];
    const last = arrays.map(({ pointer, view }) => [pointer, pointer + view.byteLength]);
    expect(last).toEqual([[16, 19], [32, 48], [48, 68], [80, 84], [96, 96]]);
  });

  test("views stay right when it grows", () => {
    const memory = fresh();
    const x = memory.float64([1, 2, 3]);
    const before = x.view;
    for (let i = 1; i <= 40; i++) memory.float32(i * PAGE);
    expect(before.length).toBe(0); // detached
    expect([...x.view]).toEqual([1, 2, 3]);
    expect(x.view).toBe(x.view);
  });

  test("reset deals the same bytes again and keeps the size", () => {
    const memory = fresh();
    const { pointer } = memory.float64(100_000);
    const size = memory.byteLength;
    memory.reset();
    expect(memory.float64(100_000).pointer).toBe(pointer);
    expect(memory.byteLength).toBe(size);
  });

  test.each([-1, NaN, Infinity])("refuses %d bytes", (bytes) => {
    expect(() => fresh().alloc(bytes)).toThrow(RangeError);
  });

  test("says so when it cannot grow", () => {
    const memory = new WasmMemory(new WebAssembly.Memory({ initial: 1, maximum: 2 }));
    const x = memory.float64([5]);
    expect(() => memory.alloc(3 * PAGE)).toThrow(/cannot grow from 65536 to 196640 bytes/);
    expect([...x.view]).toEqual([5]);
  });
});

describe("instances", () => {
  test("one serves call after call, with its memory reset", async () => {
    const code = half();
    const use = () =>
      withWasm(code, ({ exports, memory }: { exports: Half; memory: WasmMemory }) => ({
        exports,
        pointer: memory.float64([exports.half(3)]).pointer,
      }));
    const [first, second] = [await use(), await use()];
    expect(second.exports).toBe(first.exports);
    expect(second.pointer).toBe(first.pointer);
  });

  test("overlapping calls get one each", async () => {
    const code = half();
    const seen = await Promise.all([1, 2, 3].map((value) =>
      withWasm(code, async ({ memory }) => {
        const x = memory.float64([value]);
        await Promise.resolve();
        return x.view[0];
      })
    ));
    expect(seen).toEqual([1, 2, 3]);
  });

  test("one that threw serves on; one that grew large is let go", async () => {
    const code = half();
    const memory = () => withWasm(code, (instance) => instance.memory);
    const first = await memory();
    await expect(withWasm(code, () => Promise.reject(new Error("stop")))).rejects.toThrow("stop");
    expect(await memory()).toBe(first);
    await withWasm(code, (instance) => void instance.memory.alloc(65 * 1024 * 1024));
    expect(await memory()).not.toBe(first);
  });

  test("without SIMD it is an error that names the cure", async () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      await expect(withWasm(half(), () => 0)).rejects.toThrow(
        /no SIMD on this machine; use the scalar backend/,
      );
    } finally {
      WebAssembly.validate = validate;
    }
  });
});
