import { expect, test } from "bun:test";
import process from "node:process";
import { GpuContext } from "#lib/compute/gpu_context.ts";
import { chosenProvider } from "#lib/compute/gpu_provider.ts";
import { requestAdapter } from "#lib/compute/request_adapter.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { busy, increment } from "./kernels_for_tests.ts";

describeTargets("profile", (target) => {
  test("adds up every kernel's dispatches, the longest total first", async () => {
    await using compute = await target.open({ profile: true });
    const gpu = compute.gpu!;
    using words = gpu.buffer(16 * 64 * 4, { label: "words" });
    const batch = gpu.batch("timed");
    const quick = await gpu.kernel(increment);
    // More than fit one query set, with a copy and a clear between.
    for (let i = 0; i < 2100; i++) batch.dispatch(quick, { bindings: [words], workgroups: 1 });
    batch.clear(words).dispatch(await gpu.kernel(busy), { bindings: [words], workgroups: 16 });
    await batch.submit();
    const times = gpu.times();
    const totals = times.map(({ totalMs }) => totalMs);
    expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    const [one, many] = ["busy", "increment"].map((label) => times.find((time) => time.label === label)!);
    expect([times.length, one.dispatches, many.dispatches]).toEqual([2, 1, 2100]);
    expect(one.totalMs).toBeGreaterThan(many.totalMs / many.dispatches);
    expect([one.minMs, one.maxMs]).toEqual([one.totalMs, one.totalMs]);
    expect(many.minMs).toBeLessThanOrEqual(many.totalMs / many.dispatches);
    expect(many.maxMs).toBeGreaterThanOrEqual(many.totalMs / many.dispatches);
    expect(gpu.timesOnDevice).toBe(gpu.features.has("timestamp-query"));
  });

  test("is empty where it was not asked for", () => {
    expect([target.compute.gpu!.times(), target.compute.gpu!.timesOnDevice]).toEqual([[], false]);
  });

  test("takes the wall's clock on a device without timestamps", async () => {
    const name = /SwiftShader/.test(target.title)
      ? "swiftshader"
      : /llvmpipe/.test(target.title)
      ? "lavapipe"
      : undefined;
    const provider = /navigator/.test(target.title) ? "deno" : chosenProvider(undefined);
    const { adapter } = await requestAdapter(provider, name);
    const gpu = new GpuContext(await adapter.requestDevice(), { profile: true });
    using words = gpu.upload(Uint32Array.of(1), { label: "words" });
    const kernel = await gpu.kernel(increment);
    const once = { bindings: [words], workgroups: 1 };
    await gpu.batch("timed").dispatch(kernel, once).dispatch(kernel, once).submit();
    expect(new Uint32Array(await gpu.download(words))[0]).toBe(3);
    expect([gpu.timesOnDevice, gpu.times().map(({ dispatches }) => dispatches)]).toEqual([false, [2]]);
    expect(gpu.times()[0].minMs).toBeGreaterThan(0);
    gpu.close();
  });

  test("DIALAB_PRINT_SHADER shows all shaders, or the one that it names", async () => {
    const before = process.env.DIALAB_PRINT_SHADER;
    const write = process.stderr.write;
    const printed: string[] = [];
    process.stderr.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      for (const wanted of ["busy", "1"]) {
        await using compute = await target.open();
        process.env.DIALAB_PRINT_SHADER = wanted;
        for (const spec of [busy, increment]) await compute.gpu!.kernel(spec);
        delete process.env.DIALAB_PRINT_SHADER;
      }
    } finally {
      process.stderr.write = write;
      if (before !== undefined) process.env.DIALAB_PRINT_SHADER = before;
    }
    const labels = printed.map((text) => /^\/\/ kernel "(.*)"\n/.exec(text)?.[1]);
    expect(labels).toEqual(["busy", "busy", "increment"]);
    expect(printed[0]).toContain(busy.code);
  });
}, { dawnInDeno: true, backends: ["webgpu"], precisions: ["f32"] });
