import { expect, test } from "bun:test";
import { describeTargets } from "#tests/harness/backends.ts";
import { busy, increment } from "./kernels_for_tests.ts";
import { rejection, thrown } from "./refusal.ts";

describeTargets("a lost device", (target) => {
  test("gives its error to every pending and every later call", async () => {
    await using compute = await target.open();
    const gpu = compute.gpu!;
    const kernel = await gpu.kernel(busy);
    const buffer = gpu.buffer(16 * 64 * 4, { label: "numbers" });
    await gpu.batch("long").dispatch(kernel, { bindings: [buffer], workgroups: 16 }).submit();
    const pending = [
      rejection(gpu.download(buffer)),
      rejection(gpu.done()),
      rejection(gpu.kernel(increment)),
    ];
    gpu.device.destroy();
    const errors = await Promise.all(pending);
    for (const call of [() => gpu.download(buffer), () => gpu.done(), () => gpu.kernel(busy)]) {
      errors.push(await rejection(call()));
    }
    errors.push(await rejection(gpu.run(kernel, { bindings: [buffer], workgroups: 1 })));
    expect(errors.map((error) => error.name)).toEqual(Array(7).fill("DeviceLostError"));
    expect(errors[0].message).toContain("destroyed");
    expect(thrown(() => gpu.buffer(4, { label: "late" })).name).toBe("DeviceLostError");
    buffer.dispose(); // still harmless
  });

  test("closing says so, to calls under way as well", async () => {
    const compute = await target.open();
    const gpu = compute.gpu!;
    const kernel = await gpu.kernel(busy);
    const buffer = gpu.buffer(16 * 64 * 4, { label: "numbers" });
    await gpu.run(kernel, { bindings: [buffer], workgroups: 16 });
    const pending = rejection(gpu.download(buffer));
    await compute[Symbol.asyncDispose]();
    await compute[Symbol.asyncDispose]();
    expect((await pending).message).toContain("it was closed");
    expect((await rejection(gpu.done())).message).toContain("it was closed");
    expect(gpu.memory.buffers).toBe(0);
  });

  test("leaves other devices alone", async () => {
    await using other = await target.open();
    const buffer = target.compute.gpu!.upload(Uint32Array.of(1), { label: "kept" });
    other.gpu!.device.destroy();
    await rejection(other.gpu!.done());
    await target.compute.gpu!.run(await target.compute.gpu!.kernel(increment), {
      bindings: [buffer],
      workgroups: 1,
    });
    expect(new Uint32Array(await target.compute.gpu!.download(buffer))[0]).toBe(2);
  });

  test("out of memory is an error of its own, and the device lives on", async () => {
    // SwiftShader advertises a buffer of 1 GiB and refuses to allocate it; other devices may well have it.
    if (!/SwiftShader/.test(target.title)) return;
    const gpu = target.compute.gpu!;
    using huge = gpu.buffer(gpu.limits.maxBufferSize, { label: "huge" });
    const error = await rejection(gpu.download(huge, { byteLength: 4 }));
    expect(error.name).toBe("GpuMemoryError");
    expect(error.message).toContain('a buffer "huge" of 1073741824 bytes');
    using small = gpu.upload(Uint32Array.of(5), { label: "small" });
    expect(new Uint32Array(await gpu.download(small))[0]).toBe(5);
  });
}, { dawnInDeno: true, backends: ["webgpu"], precisions: ["f32"] });
