/** Runtimes that end badly after DuckDB. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { runtimeFault } from "#lib/corpus/manifests/runtime_fault.ts";
import { projectRoot, thisRuntime } from "#lib/places/mod.ts";

describe("runtimeFault", () => {
  test.each<[string, boolean]>([
    ["deno 1.46.3", true],
    ["deno 2.8.12", true],
    ["deno 2.9.5", true],
    ["deno 2.9.6", false],
    ["deno 2.9.10", false],
    ["deno 2.10.0", false],
    ["deno 3.0.0", false],
    ["bun 1.4.4", false],
    ["node 20.15.0", false],
  ])("%s: %p", (runtime, isTold) => {
    const fault = runtimeFault(runtime);
    expect(fault !== undefined).toBe(isTold);
    if (isTold) expect(fault).toContain(`Deno ${runtime.slice(5)} may crash`);
  });
});

test("a manifest says nothing in this runtime, and once in one that crashes", () => {
  expect(runtimeFault(thisRuntime().runtime)).toBe(undefined);
  // The version is what the engine reads; here it is told another.
  const program = `
    Object.defineProperty(process, "versions", { value: { ...process.versions, bun: undefined, deno: "2.9.5" } });
    const { ManifestEngine } = await import("#lib/corpus/manifests/manifest_engine.ts");
    const heard = [];
    process.on("warning", ({ message }) => heard.push(message));
    for (let i = 0; i < 2; i++) {
      const engine = new ManifestEngine({ threads: 1, warn: i === 0 ? undefined : (text) => heard.push(text) });
      await engine.rows("SELECT 1");
      await engine.close();
    }
    await new Promise((done) => setTimeout(done, 1));
    console.log(JSON.stringify(heard));
  `;
  const deno = "Deno" in globalThis;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    deno ? ["eval", `import process from "node:process";${program}`] : ["-e", program],
    { cwd: projectRoot(), encoding: "utf8" },
  );
  expect([JSON.parse(stdout.trim().split("\n").at(-1)!), stderr.includes("error")]).toEqual([
    [runtimeFault("deno 2.9.5")],
    false,
  ]);
});
