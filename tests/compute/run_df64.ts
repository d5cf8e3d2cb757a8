import df64 from "#kernels/df64.wgsl" with { type: "text" };
import type { GpuContext } from "#lib/compute/gpu_context.ts";

/**
 * Evaluates a WGSL expression of two df64, `a` and `b`, for every pair of operands on the device. Operands and
 * results are interleaved (high, low), as `splitDf64` makes them.
 */
export async function runDf64(
  gpu: GpuContext,
  expression: string,
  { a, b = a, code = df64 }: { a: Float32Array; b?: Float32Array; code?: string },
): Promise<Float32Array> {
  const count = a.length / 2;
  using aBuffer = gpu.upload(a, { label: "a" });
  using bBuffer = gpu.upload(b, { label: "b" });
  using results = gpu.buffer(count * 8, { label: "results" });
  const kernel = await gpu.kernel({
    label: `df64: ${expression}`,
    bindings: ["read", "read", "read_write"],
    code: `${code}
      @group(0) @binding(0) var<storage, read> lefts: array<vec2<f32>>;
      @group(0) @binding(1) var<storage, read> rights: array<vec2<f32>>;
      @group(0) @binding(2) var<storage, read_write> results: array<vec2<f32>>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        if (id.x >= arrayLength(&results)) { return; }
        let a = lefts[id.x];
        let b = rights[id.x];
        results[id.x] = ${expression};
      }`,
  });
  await gpu.run(kernel, { bindings: [aBuffer, bBuffer, results], workgroups: Math.ceil(count / 64) });
  return new Float32Array(await gpu.download(results));
}
