import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { batchSize } from "#lib/networks/batch_size.ts";
import { slotWindows } from "#lib/networks/slot_windows.ts";

describe("windows over a slot", () => {
  test("cover each long stretch from end to end, and sit on the middle of a short one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 6 }),
        (runs) => {
          const mask = runs.flatMap(([on, off]) => [...new Array(on).fill(1), ...new Array(off).fill(0)]);
          const options = { windowSamples: 100, hopSamples: 50, frameStep: 10, frameSamples: 10 };
          const starts = slotWindows(mask, options);
          let frame = 0;
          for (const [on, off] of runs) {
            const [from, to] = [frame * 10, (frame + on) * 10];
            const count = to - from <= 100 ? 1 : Math.ceil((to - from - 100) / 50) + 1;
            const mine = starts.splice(0, count);
            if (count === 1) expect(mine[0]).toBe(Math.round((from + to - 100) / 2));
            else {
              expect([mine[0], mine[count - 1] + 100]).toEqual([from, to]);
              expect(mine.slice(1).every((start, i) => start - mine[i] <= 51)).toBe(true);
            }
            frame += on + off;
          }
          expect(starts).toEqual([]);
        },
      ),
    );
  });

  test("are none for silence", () => expect(slotWindows(new Float32Array(589))).toEqual([]));
  test("refuse a hop of 0", () =>
    expect(() => slotWindows([1], { hopSamples: 0 })).toThrow(/hopSamples is 0/));
});

describe("the size of a batch", () => {
  test("follows the table for GPUs, and memory and cores on a CPU", () => {
    const on = (gib: number) =>
      batchSize("maskedEmbedding", { provider: "webgpu", memoryBytes: gib * 2 ** 30 });
    expect([140, 70, 40, 35, 16].map(on)).toEqual([16, 8, 8, 4, 4]);
    const sizes = [0.1, 1, 2, 4, 64].map((gib) =>
      batchSize("maskedEmbedding", { memoryBytes: gib * 2 ** 30 })
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect([sizes[0], sizes[1]]).toEqual([1, 2]);
    expect(sizes[4]).toBeLessThanOrEqual(8);
  });

  test("shares the memory among threads of its own, of which none needs a large one", () => {
    const sizes = (gib: number) =>
      [1, 2, 4].map((workers) => batchSize("segmentation", { memoryBytes: gib * 2 ** 30, workers }));
    expect(sizes(1)).toEqual([4, 2, 1]);
    expect(sizes(64)).toEqual([4, 4, 4]);
    expect(() => batchSize("segmentation", { workers: -1 })).toThrow(/workers is -1/);
  });

  test("is what was asked for, if that is a size", () => {
    expect(batchSize("segmentation", { batchSize: 100 })).toBe(100);
    for (const wrong of [0, -1, 1.5, NaN]) {
      expect(() => batchSize("segmentation", { batchSize: wrong })).toThrow(/at least 1/);
    }
    expect(() => batchSize("segmentation", { memoryBytes: NaN })).toThrow(/memoryBytes is NaN/);
  });
});
