/** A large array is held once while it is read or written (measured: within 26 MB of that, at 400 MB). */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const MEGABYTES = 160;
/** Runtimes collect at their own pace; a second copy would be 160. */
const SLACK = 60;
const skipped = process.platform === "linux" ? "" : " (skipped: reads Linux's /proc)";

describe(`memory${skipped}`, () => {
  test.skipIf(process.platform !== "linux")("npz stored and deflated, and npy", () => {
    const script = fileURLToPath(new URL("measure_memory.ts", import.meta.url));
    const runtime = "deno" in process.versions ? ["run", "--allow-all"] : [];
    const run = spawnSync(process.execPath, [...runtime, script, String(MEGABYTES)], { encoding: "utf8" });
    const steps = run.stdout.trimEnd().split("\n").map((line) =>
      /^(read|write) (\S+): (.*)$/.exec(line) ?? []
    );
    expect(steps.map(([, action, file]) => `${action} ${file}`)).toEqual(
      ["stored.npz", "deflated.npz", "plain.npy"].flatMap((file) => [`write ${file}`, `read ${file}`]),
    );
    for (const [line, action, , figures] of steps) {
      const { values, grewMB }: { values: number; grewMB: number } = JSON.parse(figures);
      expect(values).toBe(MEGABYTES * 125_000);
      const held = action === "read" ? MEGABYTES : 0;
      expect(`${line}: too much? ${grewMB > held + SLACK}`).toBe(`${line}: too much? false`);
    }
  });
});
