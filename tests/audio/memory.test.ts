/** A long recording takes no more memory than a short one; measure_memory.ts measures any length. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const HOURS = 0.2;
/** Measured at four hours: 75 MB in Bun, 160 MB in Deno, mostly the runtimes themselves. */
const PEAK_MB = 200;
const skipped = process.platform === "linux" ? "" : " (skipped: reads Linux's /proc)";

describe(`memory${skipped}`, () => {
  test.skipIf(process.platform !== "linux")("chunks of a long recording", () => {
    const script = fileURLToPath(new URL("measure_memory.ts", import.meta.url));
    const runtime = "deno" in process.versions ? ["run", "--allow-all"] : [];
    const run = spawnSync(process.execPath, [...runtime, script, String(HOURS)], { encoding: "utf8" });
    const lines = run.stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(":")[0])).toEqual(["mono_16000.wav", "stereo_44100.wav"]);
    for (const line of lines) {
      const figures: { count: number; expected: number; peakMB: number; isFinite: boolean } = JSON.parse(
        line.slice(line.indexOf("{")),
      );
      expect(figures.count).toBe(figures.expected);
      expect(figures.isFinite).toBe(true);
      expect(figures.peakMB).toBeLessThan(PEAK_MB);
    }
  }, 60_000);
});
