import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { embeddingMasks } from "#lib/diarization/embedding_masks.ts";

const FRAMES = 12, SLOTS = 3;
const segmentationArbitrary = fc.array(fc.constantFrom(0, 1), {
  minLength: FRAMES * SLOTS,
  maxLength: FRAMES * SLOTS,
}).map((values) => Float32Array.from(values));

describe("embeddingMasks", () => {
  test("are the frames alone where there are more than minFrames of them, else all", () => {
    fc.assert(fc.property(segmentationArbitrary, fc.nat({ max: FRAMES }), (segmentation, minFrames) => {
      const masks = embeddingMasks(segmentation, { frames: FRAMES, slots: SLOTS, minFrames });
      for (let slot = 0; slot < SLOTS; slot++) {
        const all = Array.from({ length: FRAMES }, (_, f) => segmentation[f * SLOTS + slot]);
        const alone = all.map((value, f) =>
          segmentation.subarray(f * SLOTS, (f + 1) * SLOTS).reduce((a, b) => a + b) === 1 ? value : 0
        );
        const frames = alone.reduce((a, b) => a + b);
        expect([...masks.subarray(slot * FRAMES, (slot + 1) * FRAMES)]).toEqual(
          frames > minFrames ? alone : all,
        );
      }
    }));
  });

  test("three frames alone are enough by default, two are not", () => {
    const segmentation = (alone: number) =>
      Float32Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? 1 : Number(i >= 2 * alone));
    const active = (alone: number) =>
      embeddingMasks(segmentation(alone), { frames: 10, slots: 2 }).subarray(0, 10).reduce((a, b) => a + b);
    expect([active(2), active(3)]).toEqual([10, 3]);
  });

  test("leave what they are given as it is and refuse another length", () => {
    const segmentation = Float32Array.of(1, 1, 1, 0);
    embeddingMasks(segmentation, { frames: 2, slots: 2, minFrames: 0 });
    expect([...segmentation]).toEqual([1, 1, 1, 0]);
    expect(() => embeddingMasks(segmentation, { frames: 3, slots: 2 })).toThrow(
      "A chunk of 3 frames and 2 slots has not 4 values.",
    );
  });
});
