/** The windows of any recording, against the rule of PIPELINE section 1 written on whole arrays. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Audio, audioFromSamples, chunkCount, chunkGeometry, chunks } from "#lib/audio/mod.ts";

/** A recording that comes in blocks of the given lengths, over and over. */
function inBlocks(samples: Float32Array, lengths: readonly number[]): Audio {
  const audio = audioFromSamples(samples, { sampleRate: 16000 });
  return {
    ...audio,
    async *blocks() {
      for (let at = 0, i = 0; at < samples.length; at += lengths[i++ % lengths.length]) {
        yield [Float32Array.from(samples.subarray(at, at + lengths[i % lengths.length]))];
      }
    },
  };
}

/** The rule: full windows, then one padded with zeros if the recording is shorter or samples are left over. */
function windows(samples: Float32Array, { window, step }: { window: number; step: number }): number[][] {
  const all: number[][] = [];
  let start = 0;
  for (; start + window <= samples.length; start += step) {
    all.push([...samples.subarray(start, start + window)]);
  }
  if (samples.length < window || (samples.length - window) % step > 0) {
    const last = [...samples.subarray(start)];
    all.push([...last, ...new Array(window - last.length).fill(0)]);
  }
  return all;
}

describe("chunks", () => {
  const settings = fc.record({
    length: fc.integer({ min: 1, max: 300 }),
    window: fc.integer({ min: 1, max: 60 }),
    stepShare: fc.double({ min: 0, max: 1, noNaN: true }),
    blocks: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 }),
    reuse: fc.boolean(),
  });

  test("are the rule's, however the recording is cut into blocks", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ length, window, stepShare, blocks, reuse }) => {
        const step = Math.max(1, Math.round(stepShare * window));
        const samples = Float32Array.from({ length }, (_, i) => i + 1);
        const options = { windowSec: (window + 0.5) / 16000, stepSec: step / 16000, reuse };
        const found: number[][] = [];
        const expected = windows(samples, { window, step });
        for await (const chunk of chunks(inBlocks(samples, blocks), options)) {
          expect(chunk.index).toBe(found.length);
          expect(chunk.startSec).toBe(chunk.index * step / 16000);
          expect(chunk.length).toBe(Math.min(window, length - chunk.index * step));
          found.push([...chunk.samples]);
        }
        expect(found).toEqual(expected);
        expect(chunkCount(length, { window, step })).toBe(expected.length);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test.each([
    [1, 1],
    [159_999, 1],
    [160_000, 1],
    [160_001, 2],
    [175_999, 2],
    [176_000, 2],
    [176_001, 3],
    [960_000, 51],
  ])("of %d samples are %d at 10 s every 1 s", async (length, count) => {
    const audio = audioFromSamples(new Float32Array(length).fill(1), { sampleRate: 16000 });
    const all = await Array.fromAsync(chunks(audio), ({ samples, length }) => [samples.length, length]);
    expect(all.length).toBe(count);
    expect(all.slice(0, -1).every(([window, filled]) => window === 160_000 && filled === 160_000)).toBe(true);
    expect(all.at(-1)).toEqual([160_000, length - (count - 1) * 16_000]);
  });

  test("are each their own, or with `reuse` one and the same", async () => {
    const audio = audioFromSamples(new Float32Array(200_000), { sampleRate: 16000 });
    const different = async (reuse: boolean) =>
      new Set(await Array.fromAsync(chunks(audio, { reuse }), ({ samples }) => samples)).size;
    expect(await different(false)).toBe(4);
    expect(await different(true)).toBe(1);
  });

  test("what a caller does to one changes no other", async () => {
    const audio = audioFromSamples(new Float32Array(200_000).fill(0.5), { sampleRate: 16000 });
    for (const reuse of [true, false]) {
      for await (const { samples, length } of chunks(audio, { reuse })) {
        expect(samples.subarray(0, length).every((sample) => sample === 0.5)).toBe(true);
        samples.fill(7);
      }
    }
  });

  test("refuse windows and steps that make no sense", () => {
    for (const windowSec of [0, -1, NaN, 1e-9]) {
      expect(() => chunkGeometry(16000, { windowSec })).toThrow("A window must have at least one sample");
    }
    for (const stepSec of [0, -1, NaN, 10.5]) {
      expect(() => chunkGeometry(16000, { stepSec })).toThrow("A step must be in (0, 10] s");
    }
  });
});
