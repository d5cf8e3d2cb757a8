import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import process from "node:process";
import { openCompute } from "#lib/compute/open_compute.ts";
import { isAdapterNamed, isSoftwareAdapter } from "#lib/compute/software_adapters.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { rejection } from "./refusal.ts";

const variables = ["DIALAB_BACKEND", "DIALAB_ADAPTER", "DIALAB_GPU_PROVIDER"];

describe("openCompute", () => {
  const kept = new Map<string, string | undefined>();
  beforeEach(() => {
    for (const name of variables) {
      kept.set(name, process.env[name]);
      delete process.env[name];
    }
  });
  afterEach(() => {
    for (const [name, value] of kept) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test.each(["scalar", "wasm"] as const)("opens %s", async (backend) => {
    await using compute = await openCompute({ backend });
    const { precision, adapter, why, gpu } = compute;
    expect([compute.backend, precision, adapter, why, gpu]).toEqual([
      backend,
      "f64",
      undefined,
      "asked for",
      undefined,
    ]);
  });

  test("takes the backend from DIALAB_BACKEND", async () => {
    process.env.DIALAB_BACKEND = "scalar";
    await using compute = await openCompute();
    expect(compute.backend).toBe("scalar");
    process.env.DIALAB_BACKEND = "cuda";
    expect((await rejection(openCompute())).message).toContain('auto, webgpu, wasm, scalar, got "cuda"');
  });

  test("auto goes to the CPU for f64, and says why", async () => {
    await using compute = await openCompute({ precision: "f64" });
    expect(compute.backend).toBe("wasm");
    expect(compute.why).toContain("f64 was asked for");
  });

  test.each(
    [
      [{ backend: "scalar", precision: "df64" }],
      [{ backend: "wasm", precision: "f32" }],
      [{ backend: "webgpu", precision: "f64" }],
    ] as const,
  )("refuses %j", async (options) => {
    expect((await rejection(openCompute(options))).name).toBe("RangeError");
  });

  test("an adapter that is not there is an error that names the cure", async () => {
    const error = await rejection(openCompute({ backend: "webgpu", adapter: "no such card" }));
    expect(error.name).toBe("NoAdapterError");
    expect(error.message).toContain('no GPU adapter named "no such card"');
    expect(error.message).toContain("scripts/software_adapters.sh");
  });

  test("auto warns, falls back and tells why when the adapter asked for is not there", async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on("warning", listen);
    await using compute = await openCompute({ adapter: "no such card" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("warning", listen);
    expect([compute.backend, warnings.length]).toEqual(["wasm", 1]);
    expect(compute.why).toContain('no GPU adapter named "no such card"');
    expect(warnings[0]).toContain('no GPU adapter named "no such card"');
  });

  test("refuses an unknown provider, and navigator.gpu where there is none", async () => {
    process.env.DIALAB_GPU_PROVIDER = "metal";
    expect((await rejection(openCompute({ backend: "webgpu" }))).message).toContain('got "metal"');
    if ("Deno" in globalThis) return;
    const error = await rejection(openCompute({ backend: "webgpu", provider: "deno" }));
    expect([error.name, error.message.includes("DIALAB_GPU_PROVIDER=dawn")]).toEqual([
      "NoAdapterError",
      true,
    ]);
  });
});

describeTargets("openCompute", (target) => {
  test("names the adapter and why it was taken", () => {
    const { adapter, why, gpu, backend, precision } = target.compute;
    expect([backend, precision]).toEqual(["webgpu", "df64"]);
    expect(adapter).toMatch(/, via (Dawn|navigator\.gpu)$/);
    expect(why.length).toBeGreaterThan(0);
    expect(gpu!.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27);
  });

  test("auto never takes a software GPU by itself", async () => {
    await using compute = await openCompute();
    expect(compute.backend === "webgpu" && isSoftwareAdapter(compute.adapter!)).toBe(false);
  });
}, { dawnInDeno: true, backends: ["webgpu"] });

describe("software adapters", () => {
  test("are told from real ones by name", () => {
    const names = [
      "SwiftShader Device (Subzero)",
      "llvmpipe (LLVM 15.0.6, 256 bits)",
      "NVIDIA H200",
      "Apple M4",
    ];
    expect(names.map(isSoftwareAdapter)).toEqual([true, true, false, false]);
    expect(isAdapterNamed(names[1], "lavapipe")).toBe(true);
    expect(isAdapterNamed(names[2], "h200")).toBe(true);
    expect(isAdapterNamed(names[2], "lavapipe")).toBe(false);
  });
});
