import df64 from "#kernels/df64.wgsl" with { type: "text" };
import { SelfTestError } from "./gpu_errors.ts";
import type { GpuContext } from "./gpu_context.ts";

const pairs = 1024;

const kernel = `
@group(0) @binding(0) var<storage, read> pairs: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> results: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= arrayLength(&pairs)) { return; }
  let pair = pairs[id.x];
  results[id.x] = vec4<f32>(two_sum(pair.x, pair.y), two_prod(pair.x, pair.y));
}
`;

/** How often each transform was not exact, of how many. */
export interface TransformErrors {
  sums: number;
  products: number;
  pairs: number;
}

/**
 * Runs two_sum and two_prod on the device over seeded pairs and compares every bit with the exact result,
 * which float64 holds: the product of two float32 always, their sum when the exponents lie within 28 of another.
 *
 * @param code the double-single arithmetic to try: WGSL with `two_sum` and `two_prod`, as kernels/df64.wgsl
 * @returns the wrong ones of 1024 sums and as many products
 * @throws ShaderError when the code does not compile; otherwise what `GpuContext.run` and `download` throw
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countTransformErrors } from "#lib/compute/df64_self_test.ts";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * await assert.rejects(openGpu({ provider: "dawn", adapter: "no such adapter" }), NoAdapterError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   assert.deepEqual(await countTransformErrors(gpu), { sums: 0, products: 0, pairs: 1024 });
 *   gpu.close();
 * }
 * ```
 */
export async function countTransformErrors(gpu: GpuContext, code: string = df64): Promise<TransformErrors> {
  const input = exactPairs();
  using pairBuffer = gpu.upload(input, { label: "self-test pairs" });
  using resultBuffer = gpu.buffer(pairs * 16, { label: "self-test results" });
  const compiled = await gpu.kernel({
    label: "df64 self-test",
    code: code + kernel,
    bindings: ["read", "read_write"],
  });
  await gpu.run(compiled, { bindings: [pairBuffer, resultBuffer], workgroups: pairs / 64 });
  const results = new Float32Array(await gpu.download(resultBuffer));
  const errors = { sums: 0, products: 0, pairs };
  for (let i = 0; i < pairs; i++) {
    const [a, b] = [input[2 * i], input[2 * i + 1]];
    const [sum, sumError, product, productError] = results.subarray(4 * i, 4 * i + 4);
    if (!isExact(a + b, sum, sumError)) errors.sums++;
    if (!isExact(a * b, product, productError)) errors.products++;
  }
  return errors;
}

/**
 * Refuses a device whose error-free transforms are not exact: on it, double-single arithmetic would silently be
 * float32.
 *
 * @param name what the error calls the device
 * @param code the double-single arithmetic to try; see `countTransformErrors`
 * @throws SelfTestError with the counts
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { testExactTransforms } from "#lib/compute/df64_self_test.ts";
 * import { NoAdapterError, SelfTestError } from "#lib/compute/gpu_errors.ts";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * const withoutErrors = `
 *   fn two_sum(a: f32, b: f32) -> vec2<f32> { return vec2<f32>(a + b, 0.0); }
 *   fn two_prod(a: f32, b: f32) -> vec2<f32> { return vec2<f32>(a * b, 0.0); }`;
 * await assert.rejects(openGpu({ provider: "dawn", adapter: "no such adapter" }), NoAdapterError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu, name } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   await testExactTransforms(gpu, { name });
 *   await assert.rejects(testExactTransforms(gpu, { name, code: withoutErrors }), SelfTestError);
 *   gpu.close();
 * }
 * ```
 */
export async function testExactTransforms(
  gpu: GpuContext,
  { name, code = df64 }: { name: string; code?: string },
): Promise<void> {
  const { sums, products } = await countTransformErrors(gpu, code);
  if (sums === 0 && products === 0) return;
  throw new SelfTestError(
    `${name} does not compute df64 exactly: ${sums} of ${pairs} sums and ${products} of ${pairs} products are wrong. ` +
      `Use precision "f32" on it, or backend "wasm".`,
  );
}

/** The float32 nearest to the exact value, and what is left of it. */
function isExact(exact: number, high: number, low: number): boolean {
  const nearest = Math.fround(exact);
  return high === nearest && low === exact - nearest;
}

/** Full mantissas of both signs; the second's exponent within 24 of the first's, all well inside float32's range. */
function exactPairs(): Float32Array {
  const values = new Float32Array(2 * pairs);
  let state = 0x2545f491;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const value = (exponent: number) =>
    ((next() >>> 8) | 0x800001) * 2 ** (exponent - 23) * (next() % 2 ? 1 : -1);
  for (let i = 0; i < pairs; i++) {
    const exponent = next() % 40 - 20;
    values[2 * i] = value(exponent);
    values[2 * i + 1] = value(exponent + next() % 49 - 24);
  }
  return values;
}
