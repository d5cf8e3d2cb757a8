/** Apple Lossless has no checksum: what shows itself as damaged is silent and told, and nothing else moves. */
import { beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { contents } from "./wav_bytes.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");

let whole = Buffer.alloc(0);
let start = 0;
let end = 0;

/** Four seconds of two tones with noise: 16 packets. */
beforeAll(() => {
  if (!hasFfmpeg) return;
  const folder = mkdtempSync(join(tmpdir(), "dialab-alac-"));
  const sound =
    "aevalsrc='0.4*sin(2*PI*440*t)+0.01*(random(0)-0.5)|0.3*sin(2*PI*300*t)+0.01*(random(1)-0.5)':s=16000:d=4";
  const args = ["-v", "error", "-f", "lavfi", "-i", sound, "-c:a", "alac", join(folder, "a.m4a")];
  expect(String(spawnSync("ffmpeg", args).stderr)).toBe("");
  whole = readFileSync(join(folder, "a.m4a"));
  rmSync(folder, { recursive: true });
  start = whole.indexOf("mdat") + 4;
  end = whole.indexOf("moov") - 4;
});

describe.skipIf(!hasFfmpeg)("Apple Lossless with flipped bits", () => {
  test("gives no sample beyond full scale, and warns where it is silent", async () => {
    const sound = await contents(whole);
    expect(sound.warnings).toEqual([]);
    let told = 0;
    for (let place = 0; place < 16; place++) {
      const bytes = Uint8Array.from(whole);
      bytes[start + 8 + Math.floor((end - start - 16) * place / 16)] ^= 1 << (place % 8);
      const { samples, warnings } = await contents(bytes);
      expect(samples.map(({ length }) => length)).toEqual(sound.samples.map(({ length }) => length));
      expect(samples.every((channel) => channel.every((value) => Math.abs(value) <= 1))).toBe(true);
      if (warnings.length > 0) {
        told++;
        expect(warnings[0]).toMatch(/^is damaged in 1 place: \d+ of \d+ samples .* are lost and silent/);
        expect(warnings.slice(1).every((text) => text.includes("went on behind a fault"))).toBe(true);
      }
    }
    // ALAC's codes have no room for a check: some other bits are other samples, and that is all.
    expect(told).toBeGreaterThan(4);
  });

  test("a packet of another length than the index tells is silent", async () => {
    const bytes = Uint8Array.from(whole);
    // The bit that says that the packet tells its samples, which are then 32 bits of its coding.
    bytes[start + 2] |= 0x10;
    const { warnings, samples } = await contents(bytes);
    expect(warnings[0]).toMatch(/^is damaged in 1 place: 4096 of \d+ samples/);
    expect(samples[0].slice(0, 4096).every((value) => value === 0)).toBe(true);
  });
});
