/** The exponential and the logarithm inside the WASM module, which has no exports of them: a test build adds some. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "bun:test";
import type { WasmCode } from "#lib/compute/wasm_code.ts";
import { type WasmInstance, withWasm } from "#lib/compute/wasm_module.ts";
import { ulpDistance } from "#lib/parity/ulp_distance.ts";
import { Random } from "#lib/synthesis/random.ts";
import { compileAssemblyScript } from "../../scripts/wasm/compile_assembly_script.ts";

type Name = "exp" | "log";
type Exports = Record<`${Name}All`, (pointer: number, length: number) => void>;

const forAll = (name: Name) => `
export function ${name}All(p: usize, length: i32): void {
  for (let i = 0; i < length; i += 2) v128.store(p + at(i), ${name}(v128.load(p + at(i))));
}
`;

const TIMEOUT_MS = 60_000;
let build: Promise<WasmCode> | undefined;

/** Compiled once, for all tests. */
async function testBuild(): Promise<WasmCode> {
  const { binary } = await compileAssemblyScript("kernels/vbx/simd.as.ts", {
    edit: (source, path) =>
      path === "kernels/vbx/simd.as.ts" ? source + forAll("exp") + forAll("log") : source,
  });
  return { sources: [], base64: Buffer.from(binary).toString("base64") };
}

async function evaluate(name: Name, values: readonly number[]): Promise<Float64Array> {
  build ??= testBuild();
  const code = await build;
  return await withWasm(code, ({ exports, memory }: WasmInstance<Exports>) => {
    const array = memory.float64(values.length % 2 === 0 ? values : [...values, 0]);
    exports[`${name}All`](array.pointer, array.length);
    return array.view.slice(0, values.length);
  });
}

/** The engine's own are within one ulp, so two are allowed between them and ours; one was measured. */
async function worstUlp(name: Name, values: readonly number[]): Promise<number> {
  const got = await evaluate(name, values);
  return values.reduce((worst, x, i) => Math.max(worst, ulpDistance(got[i], Math[name](x))), 0);
}

describe("the exponential in WASM", () => {
  test("is within two ulp of the engine's", async () => {
    const random = new Random(1);
    const values = Array.from({ length: 200_000 }, (_, i) => -random.uniform() * [1, 30, 745][i % 3]);
    expect(await worstUlp("exp", values)).toBeLessThanOrEqual(2);
  }, TIMEOUT_MS);

  test("at its edges", async () => {
    const values = [0, -0, -Infinity, NaN, -1e9, -746, -745, -708.5, -1e-300, 1];
    const got = await evaluate("exp", values);
    values.forEach((x, i) => expect(ulpDistance(got[i], Math.exp(x))).toBeLessThanOrEqual(1));
  }, TIMEOUT_MS);
});

describe("the logarithm in WASM", () => {
  test("is within two ulp of the engine's", async () => {
    const random = new Random(2);
    const values = Array.from(
      { length: 200_000 },
      (_, i) => i % 2 ? random.uniform() * 2 : 2 ** (random.uniform() * 2000 - 1000),
    );
    expect(await worstUlp("log", values)).toBeLessThanOrEqual(2);
  }, TIMEOUT_MS);

  test("at its edges", async () => {
    const values = [
      1,
      0,
      NaN,
      5e-324,
      1e-310,
      2 ** -1022,
      1 - 2 ** -53,
      1 + 2 ** -52,
      Math.SQRT2,
      Math.SQRT1_2,
    ];
    const got = await evaluate("log", values);
    values.forEach((x, i) => expect(ulpDistance(got[i], Math.log(x))).toBeLessThanOrEqual(1));
  }, TIMEOUT_MS);
});
