import type { KernelSpec } from "#lib/compute/gpu_kernel.ts";

/** Adds 1 to every word. */
export const increment: KernelSpec = {
  label: "increment",
  bindings: ["read_write"],
  code: `
    @group(0) @binding(0) var<storage, read_write> words: array<u32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x < arrayLength(&words)) { words[id.x] += 1u; }
    }`,
};

/** Keeps a software GPU busy for some tenths of a second with one dispatch of 16 workgroups. */
export const busy: KernelSpec = {
  label: "busy",
  bindings: ["read_write"],
  code: `
    @group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      var number = numbers[id.x];
      for (var i = 0u; i < 200000u; i++) { number = number * 1.0000001 + 0.5; }
      numbers[id.x] = number;
    }`,
};
