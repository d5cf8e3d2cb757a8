import { describe, expect, test } from "bun:test";
import { clipId, parseClipId } from "#lib/corpus/ids/clip_id.ts";
import { asWavId } from "#lib/corpus/ids/wav_id.ts";
import { sortIds } from "#lib/corpus/ids/sort_ids.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";

describe("ids of recordings", () => {
  test.each(["rec", " rec ", "rec.2024.05.01", "日本語", "🎙", "e\u0301", "-x", "x".repeat(200)])(
    "%j is taken as it is",
    (id) => {
      expect(asWavId(id)).toBe(id);
    },
  );

  test.each([
    ["", "it is empty"],
    [".", "it names a folder"],
    ["..", "it names a folder"],
    ["a/b", "it has a slash"],
    ["a\0", "it has a NUL"],
    ["a\ud83c", "half of a surrogate pair"],
    ["\udf99a", "half of a surrogate pair"],
    ["é".repeat(101), "202 bytes of UTF-8, and 200 are the most"],
  ])("%j is refused", (id, fault) => {
    expect(() => asWavId(id)).toThrow(fault);
  });
});

describe("ids of clips", () => {
  test.each(
    [
      ["rec", 0, "rec_0000"],
      ["rec_0001", 2, "rec_0001_0002"],
      ["a.b", 9999, "a.b_9999"],
      ["a\nb", 10000, "a\nb_10000"],
    ] as const,
  )("of %j, %d: %j, and back", (wavId, index, id) => {
    expect(clipId(wavId, index)).toBe(id);
    expect(parseClipId(id)).toEqual({ wavId, index });
  });

  test.each(["rec", "rec_1", "_0001", "rec_00001", "rec_0001x", ""])("%j is none", (id) => {
    expect(parseClipId(id)).toBeUndefined();
  });

  test.each([-1, 0.5, NaN])("number %d is refused", (index) => {
    expect(() => clipId("rec", index)).toThrow("whole number from 0");
  });
});

test.each([
  [["b", "a", "10", "2"]],
  [["é", "z", "e\u0301", "日本"]],
  [["\uffff", "🎙", "\ud800", "a", "\uff5e"]],
  [["a", "b", "c"]],
])("%j are sorted by their bytes", (ids) => {
  expect(sortIds([...ids])).toEqual([...ids].sort(compareCodePoints));
});
