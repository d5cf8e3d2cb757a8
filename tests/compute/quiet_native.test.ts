/** What native code writes on stderr while it is called does not reach the terminal; what the program writes does. */
import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { projectRoot } from "#lib/places/places.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-quiet-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Writing to descriptor 2 past the runtime's own stream stands for native code. */
const program = (file: string, body: string) => {
  const quiet = pathToFileURL(join(projectRoot(), "lib", "compute", "quiet_native.ts"));
  const path = join(scratch, file);
  writeFileSync(
    path,
    `import { writeSync } from "node:fs";
import { quietNative } from "${quiet}";
${body}`,
  );
  // The program lies elsewhere: Deno has to be told whose names "#lib/..." are.
  const config = join(projectRoot(), "deno.json");
  const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", "--config", config] : ["run"];
  return (env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [...runtime, path], {
      encoding: "utf8",
      cwd: projectRoot(),
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
};
const linux = process.platform === "linux";

test.skipIf(!linux)("only what is written in the call is lost", () => {
  const run = program(
    "one.ts",
    `writeSync(2, "before\\n");
const value = await quietNative(() => { writeSync(2, "within\\n"); return 5; });
await quietNative(() => { writeSync(2, "again\\n"); throw new Error("x"); }).catch(() => {});
for (let i = 0; i < 2000; i++) await quietNative(() => i);
writeSync(2, "after\\n");
console.log(value);`,
  );
  expect(run()).toMatchObject({ status: 0, stdout: "5\n", stderr: "before\nafter\n" });
  expect(run({ DIALAB_GPU_LOG: "1" }).stderr).toBe("before\nwithin\nagain\nafter\n");
}, 60_000);

test.skipIf(!linux)("opening a GPU that is not there: not a word beside the error", () => {
  const file = pathToFileURL(join(projectRoot(), "lib", "compute", "open_compute.ts"));
  const run = program(
    "gpu.ts",
    `import { openCompute } from "${file}";
void quietNative; void writeSync;
await openCompute({ backend: "webgpu", adapter: "no such adapter", provider: "dawn" }).catch(({ name }) => console.log(name));`,
  );
  const { stdout, stderr } = run();
  expect([stdout, stderr]).toEqual(["NoAdapterError\n", ""]);
}, 60_000);
