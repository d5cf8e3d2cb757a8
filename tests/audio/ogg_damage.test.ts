/** Ogg files that lost pages: a hole of their length, and nothing behind it moves. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { finePages } from "../../scripts/fuzz/audio_seeds.ts";
import { pagesOf, sealOgg } from "./ogg_bytes.ts";
import { contents } from "./wav_bytes.ts";

const sample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url)));

/** Signal to noise in dB. */
function fidelity(found: readonly number[], expected: readonly number[]): number {
  const power = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 1e-12);
  return 10 * Math.log10(power(expected) / power(expected.map((value, i) => value - found[i])));
}

/** Files of a packet in each page; samples of the largest one, and pages of headers. */
const FILES = [["stereo.opus", 960, 2], ["stereo.ogg", 1024, 2]] as const;

const DAMAGE: readonly (readonly [string, (pages: Buffer[], at: number) => Buffer[], "loses" | "keeps"])[] = [
  ["a page missing", (pages, at) => pages.toSpliced(at, 1), "loses"],
  ["a wrong bit", (pages, at) => {
    pages[at][pages[at].length - 3] ^= 4;
    return pages;
  }, "loses"],
  ["a wrong bit in a page's header", (pages, at) => {
    pages[at][8] ^= 1;
    return pages;
  }, "loses"],
  ["three pages missing", (pages, at) => pages.toSpliced(at, 3), "loses"],
  ["bytes missing", (pages, at) => pages.with(at, pages[at].subarray(0, pages[at].length - 20)), "loses"],
  ["junk between pages", (pages, at) => pages.toSpliced(at, 0, Buffer.alloc(500, "OggS no page")), "keeps"],
];

describe.each(FILES)("%s", (name, packet, headers) => {
  test.each(DAMAGE)("%s", async (_, damage, what) => {
    const bytes = await finePages(name);
    const whole = await contents(bytes);
    expect(whole.warnings).toEqual([]);
    const at = headers + 6;
    const { samples, warnings } = await contents(Buffer.concat(damage(pagesOf(bytes), at)));
    const length = whole.samples[0].length;
    expect(samples[0].length).toBe(length);
    if (what === "keeps") {
      expect(samples).toEqual(whole.samples);
      return;
    }
    expect(warnings.join()).toMatch(/is damaged in 1 place: \d+ of \d+ samples .* are lost and silent/);
    const silent = Number(warnings.join().match(/(\d+) of/)![1]);
    expect(silent).toBeLessThanOrEqual(3 * packet);
    const end = Math.floor(length * 0.8);
    for (const [c, channel] of samples.entries()) {
      expect(fidelity(channel.slice(0, 2 * packet), whole.samples[c].slice(0, 2 * packet))).toBeGreaterThan(
        100,
      );
      expect(fidelity(channel.slice(end), whole.samples[c].slice(end))).toBeGreaterThan(20);
    }
  });

  test("cut in the middle of a page", async () => {
    const bytes = await finePages(name);
    const whole = await contents(bytes);
    const { samples, warnings } = await contents(bytes.subarray(0, Math.floor(bytes.length * 0.8)));
    const found = samples[0].length;
    expect(found).toBeGreaterThan(whole.samples[0].length / 3);
    expect(samples[0]).toEqual(whole.samples[0].slice(0, found));
    expect(warnings).toEqual(["ends without a last page: it is cut short, or was never finished"]);
  });
});

describe("the gain in an Opus header", () => {
  test.each([-6, 3.5])("%d dB is applied", async (decibels) => {
    const whole = await contents(sample("stereo.opus"));
    // The packet begins behind 27 bytes and a table of one; the gain is in 1/256 dB.
    const louder = await contents(sealOgg(sample("stereo.opus"), (page, i) => {
      if (i === 0) page.writeInt16LE(decibels * 256, 28 + 16);
    }));
    const factor = 10 ** (decibels / 20);
    for (let i = 0; i < 19200; i += 7) {
      expect(Math.abs(louder.samples[0][i] - whole.samples[0][i] * factor)).toBeLessThan(1e-6);
    }
  });
});
