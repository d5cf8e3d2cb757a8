/** What the build makes of specifiers and declarations; `npm run check-package` holds the whole package against its users. */
import { describe, expect, test } from "bun:test";
import { forAnyCompiler, forOlderCompilers } from "#scripts/build/declarations.ts";
import { findModules } from "#scripts/build/find_modules.ts";
import { emittedName, rewritten } from "#scripts/build/rewrite.ts";

describe("specifiers in the package", () => {
  test.each([
    ["#lib/audio/audio.ts", "lib/mod.ts", "./audio/audio.js"],
    ["#lib/compute/compute.ts", "kernels/vbx/mod.ts", "../../lib/compute/compute.js"],
    ["./wasm.ts", "kernels/vbx/mod.ts", "./wasm.js"],
    ["#kernels/df64.wgsl", "kernels/vbx/on_device.ts", "../df64.wgsl.text.js"],
    ["#lib/report/client/main.js", "lib/report/client_code.ts", "./client/main.js.text.js"],
    ["./captures.json", "scripts/fetch/wanted_files.ts", "./captures.json.js"],
    ["node:fs", "lib/mod.ts", "node:fs"],
    ["zod", "lib/mod.ts", "zod"],
  ])("%s in %s", (specifier, from, expected) => expect(rewritten(specifier, from)).toBe(expected));

  test("of different files stay different", () =>
    expect(new Set(["a.ts", "a.js", "a.json", "a.wgsl"].map(emittedName)).size).toBe(4));
});

describe("modules of the package", () => {
  const { modules, texts } = findModules();

  test("are those that its subpaths, its command, and their threads and processes need", () => {
    expect(modules).toEqual(expect.arrayContaining([
      ...["lib/mod.ts", "kernels/vbx/webgpu.ts", "scripts/diarize.ts"],
      ...["lib/networks/workers/inference_worker.ts", "scripts/bench/kernels/linkage_child.ts"],
      "scripts/bench/gpu/child.ts",
    ]));
    expect(texts).toEqual(expect.arrayContaining(["kernels/df64.wgsl", "lib/report/client/frame.css"]));
  });

  test("are none that work on dialab itself", () => {
    expect(modules.filter((path) => /^(tests|fixtures)\/|scripts\/(test|ok|fuzz|build|check)/.test(path)))
      .toEqual([]);
  });
});

describe("declarations", () => {
  test("take optional packages and GPUs as they come", () => {
    const text = [
      ...[`import type { Page } from "playwright-core";`, `/** As "playwright-core" has it, on a GPU. */`],
      `export declare function f(device: GPUDevice, gpu: GPU): Promise<typeof import("webgpu")>;`,
    ].join("\n");
    expect(forAnyCompiler(text).split("\n")).toEqual([
      ...["// @ts-ignore", `import type { Page } from "playwright-core";`],
      ...[`/** As "playwright-core" has it, on a GPU. */`, "// @ts-ignore"],
      `export declare function f(device: GPUDevice, gpu: GPU): Promise<typeof import("webgpu")>;`,
      "type GPU = typeof globalThis extends { GPU: { prototype: infer Known } } ? Known : any;",
      "type GPUDevice = typeof globalThis extends { GPUDevice: { prototype: infer Known } } ? Known : any;",
      "",
    ]);
  });

  test("do not reach the types of Observable Plot, which want those of d3", () => {
    const plot = `"@observablehq/plot"`;
    const text = [
      `import type { Markish, PlotOptions as Options } from ${plot};`,
      `import type * as Plot from ${plot};`,
      `/** An example:`,
      ` * import * as Plot from ${plot}; */`,
      `export declare function f(a: Plot.Markish[], b: Options): Promise<typeof import(${plot})>;`,
      `export interface Tools { readonly Plot: typeof Plot; }`,
    ].join("\n");
    expect(forAnyCompiler(text).split("\n")).toEqual([
      ...[
        "type Markish = any;",
        "type Options = any;",
        "/** An example:",
        ` * import * as Plot from ${plot}; */`,
      ],
      "export declare function f(a: any[], b: Options): Promise<any>;",
      "export interface Tools { readonly Plot: any; }",
    ]);
  });

  test("for older compilers have arrays without buffers", () =>
    expect(
      forOlderCompilers(
        "a: Float64Array<ArrayBuffer>; b: NdArray<Float32Array<ArrayBufferLike>>; c: AsyncIterableIterator<Event, undefined>",
      ),
    ).toBe("a: Float64Array; b: NdArray<Float32Array>; c: AsyncIterableIterator<Event>"));
});
