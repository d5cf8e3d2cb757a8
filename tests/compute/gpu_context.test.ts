import { describe, expect, test } from "bun:test";
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { workgroupGrid } from "#lib/compute/workgroup_grid.ts";
import { describeTargets, type Target } from "#tests/harness/backends.ts";
import { rejection, thrown } from "./refusal.ts";

const addOne = {
  label: "add one",
  bindings: ["read", "read_write"],
  code: `
    override step: u32 = 1u;
    @group(0) @binding(0) var<storage, read> before: array<u32>;
    @group(0) @binding(1) var<storage, read_write> after: array<u32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x < arrayLength(&after)) { after[id.x] = before[id.x] + step; }
    }`,
} as const;

const gpuOf = (target: Target): GpuContext => target.compute.gpu!;

describe("workgroupGrid", () => {
  test("holds at least as many groups as asked for, on a grid within the limit", () => {
    for (const count of [1, 2, 65_534, 65_535, 65_536, 131_070, 131_071, 10_000_019, 65_535 ** 2]) {
      const [x, y, z] = workgroupGrid(count, 65_535);
      expect([x <= 65_535, y <= 65_535, z]).toEqual([true, true, 1]);
      expect(x * y).toBeGreaterThanOrEqual(count);
      expect(x * y - count).toBeLessThan(y);
    }
  });

  test.each([0, -1, 1.5, NaN, 65_535 ** 2 + 1])("refuses %d groups", (count) => {
    expect(() => workgroupGrid(count, 65_535)).toThrow(RangeError);
  });

  test("refuses a grid beyond the limit", () => {
    expect(() => workgroupGrid([65_536, 1], 65_535)).toThrow("65536 x 1 x 1");
  });
});

describeTargets("GpuContext", (target) => {
  test("uploads, computes and downloads", async () => {
    const gpu = gpuOf(target);
    using before = gpu.upload(Uint32Array.of(1, 2, 3), { label: "before" });
    using after = gpu.buffer(12, { label: "after" });
    await gpu.run(await gpu.kernel(addOne), { bindings: [before, after], workgroups: 1 });
    expect([...new Uint32Array(await gpu.download(after))]).toEqual([2, 3, 4]);
    const part = await gpu.download(after, { byteOffset: 4, byteLength: 4 });
    expect([...new Uint32Array(part)]).toEqual([3]);
  });

  test("keeps lengths that are no multiple of four", async () => {
    const gpu = gpuOf(target);
    using bytes = gpu.upload(Uint8Array.of(1, 2, 3, 4, 5), { label: "bytes" });
    expect([...new Uint8Array(await gpu.download(bytes))]).toEqual([1, 2, 3, 4, 5]);
  });

  test("chains dispatches, copies and clears of one batch in their order", async () => {
    const gpu = gpuOf(target);
    const kernel = await gpu.kernel(addOne);
    const by10 = await gpu.kernel({ ...addOne, constants: { step: 10 } });
    using a = gpu.upload(Uint32Array.of(1, 2), { label: "a" });
    using b = gpu.buffer(8, { label: "b" });
    using c = gpu.buffer(8, { label: "c" });
    await gpu.batch("chain")
      .dispatch(kernel, { bindings: [a, b], workgroups: 1 })
      .dispatch(by10, { bindings: [b, a], workgroups: 1 })
      .copy(a, c, { fromOffset: 4, toOffset: 0, byteLength: 4 })
      .clear(b)
      .submit();
    expect([...new Uint32Array(await gpu.download(a))]).toEqual([12, 13]);
    expect([...new Uint32Array(await gpu.download(b))]).toEqual([0, 0]);
    expect([...new Uint32Array(await gpu.download(c))]).toEqual([13, 0]);
  });

  test("binds slices", async () => {
    const gpu = gpuOf(target);
    const words = gpu.limits.minStorageBufferOffsetAlignment / 4;
    using all = gpu.upload(Uint32Array.from({ length: 2 * words }, (_, i) => i), { label: "all" });
    using after = gpu.buffer(8, { label: "after" });
    const half = { buffer: all, byteOffset: 4 * words, byteLength: 8 };
    await gpu.run(await gpu.kernel(addOne), { bindings: [half, after], workgroups: 1 });
    expect([...new Uint32Array(await gpu.download(after))]).toEqual([words + 1, words + 2]);
  });

  test("takes its workgroups from a buffer", async () => {
    const gpu = gpuOf(target);
    using before = gpu.buffer(128 * 4, { label: "before" });
    using after = gpu.buffer(128 * 4, { label: "after" });
    using counts = gpu.upload(Uint32Array.of(0, 1, 1, 1), { label: "counts" });
    const workgroups = { indirect: counts, byteOffset: 4 };
    await gpu.run(await gpu.kernel(addOne), { bindings: [before, after], workgroups });
    const result = new Uint32Array(await gpu.download(after));
    expect([result[63], result[64]]).toEqual([1, 0]);
  });

  test("reaches every item past 65 535 workgroups", async () => {
    const gpu = gpuOf(target);
    const count = 70_001;
    using seen = gpu.buffer(count * 4, { label: "seen" });
    const kernel = await gpu.kernel({
      label: "mark",
      bindings: ["read_write"],
      code: `${flatGroup}
        @group(0) @binding(0) var<storage, read_write> seen: array<atomic<u32>>;
        @compute @workgroup_size(1)
        fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
          let item = flat_group(group, groups);
          if (item >= arrayLength(&seen)) { return; }
          atomicAdd(&seen[item], 1u);
        }`,
    });
    await gpu.run(kernel, { bindings: [seen], workgroups: count });
    expect(new Uint32Array(await gpu.download(seen)).every((times) => times === 1)).toBe(true);
  });

  test("compiles a kernel once per code, constants, entry point and bindings", async () => {
    const gpu = gpuOf(target);
    const first = await gpu.kernel(addOne);
    expect(await gpu.kernel({ ...addOne })).toBe(first);
    expect(await gpu.kernel({ ...addOne, constants: { step: 3 } })).not.toBe(first);
  });

  test("quotes the line of a shader that does not compile", async () => {
    const error = await rejection(
      gpuOf(target).kernel({ ...addOne, code: addOne.code.replace("+ step", "+ stop") }),
    );
    expect(error.name).toBe("ShaderError");
    expect(error.message).toContain('"add one"');
    expect(error.message).toContain("before[id.x] + stop");
  });

  test("says which entry point is not there", async () => {
    const error = await rejection(gpuOf(target).kernel({ ...addOne, entryPoint: "absent" }));
    expect(error.name).toBe("ShaderError");
    expect(error.message).toContain("absent");
  });

  test("refuses sizes that the device cannot have, before it is asked", async () => {
    const gpu = gpuOf(target);
    const kernel = await gpu.kernel(addOne);
    using small = gpu.buffer(4, { label: "small" });
    expect(() => gpu.buffer(0, { label: "empty" })).toThrow(RangeError);
    expect(() => gpu.buffer(gpu.limits.maxBufferSize + 4, { label: "huge" })).toThrow("maxBufferSize");
    const run = (bindings: Parameters<GpuContext["run"]>[1]["bindings"]) =>
      thrown(() => gpu.batch("refused").dispatch(kernel, { bindings, workgroups: 1 })).message;
    expect(run([small])).toContain("has 2 bindings, got 1");
    expect(run([{ buffer: small, byteOffset: 4 }, small])).toContain("a slice must start");
    expect(run([{ buffer: small, byteLength: 8 }, small])).toContain("a slice must start");
    const tooLarge = { buffer: small, byteLength: gpu.limits.maxStorageBufferBindingSize + 4 };
    expect(run([tooLarge, small])).toContain("maxStorageBufferBindingSize");
    expect(() => gpu.write(small, Uint32Array.of(1, 2))).toThrow(RangeError);
    expect((await rejection(gpu.download(small, { byteOffset: 4 }))).name).toBe("RangeError");
  });

  test("reports what WebGPU refuses at the next awaited call, and goes on", async () => {
    const gpu = gpuOf(target);
    const kernel = await gpu.kernel(addOne);
    using one = gpu.buffer(4, { label: "one" });
    const bothWays = gpu.run(kernel, { bindings: [one, one], workgroups: 1 });
    const error = await rejection(bothWays);
    expect(error.name).toBe("GpuValidationError");
    expect(error.message).toContain('the batch "add one"');
    using before = gpu.upload(Uint32Array.of(7), { label: "before" });
    await gpu.run(kernel, { bindings: [before, one], workgroups: 1 });
    expect([...new Uint32Array(await gpu.download(one))]).toEqual([8]);
  });

  test("reports errors from outside its own calls", async () => {
    const gpu = gpuOf(target);
    gpu.device.createBuffer({ label: "nonsense", size: 4, usage: 0x3 }); // mapped for reading and for writing
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await rejection(gpu.done())).message).toContain("outside any error scope");
    await gpu.done();
  });

  test("refuses a buffer that was disposed of, and counts those alive", async () => {
    const gpu = gpuOf(target);
    const before = gpu.memory;
    const buffer = gpu.buffer(1000, { label: "short-lived" });
    expect(gpu.memory).toEqual({ buffers: before.buffers + 1, bytes: before.bytes + 1000 });
    buffer.dispose();
    buffer.dispose();
    expect(gpu.memory).toEqual(before);
    expect((await rejection(gpu.download(buffer))).message).toContain('"short-lived" was used after');
  });

  test("writes into a buffer after earlier and before later batches", async () => {
    const gpu = gpuOf(target);
    const kernel = await gpu.kernel(addOne);
    using a = gpu.upload(Uint32Array.of(1), { label: "a" });
    using b = gpu.buffer(4, { label: "b" });
    const first = gpu.run(kernel, { bindings: [a, b], workgroups: 1 });
    gpu.write(a, Uint32Array.of(100));
    using c = gpu.buffer(4, { label: "c" });
    await Promise.all([first, gpu.run(kernel, { bindings: [a, c], workgroups: 1 })]);
    expect([...new Uint32Array(await gpu.download(b))]).toEqual([2]);
    expect([...new Uint32Array(await gpu.download(c))]).toEqual([101]);
  });
}, { dawnInDeno: true, backends: ["webgpu"], precisions: ["f32"] });
