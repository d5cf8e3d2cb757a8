import { describe, expect, test } from "bun:test";
import { GrowingRows } from "#lib/diarization/growing_rows.ts";

describe("GrowingRows", () => {
  test("keeps rows that come in any order, however many more than expected", () => {
    for (const expected of [0, 3, 5000]) {
      const rows = new GrowingRows({ size: 3, expected });
      const order = Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000); // 7 and 1000 share no factor
      for (const i of order) rows.set(i, Float32Array.of(i, -i, 0.5));
      expect(rows.count).toBe(1000);
      expect(rows.data.length).toBe(3000);
      expect(order.every((i) => rows.data[3 * i] === i && rows.data[3 * i + 1] === -i)).toBe(true);
    }
  });

  test("refuses a row of another size, and is empty at first", () => {
    const rows = new GrowingRows({ size: 3, expected: 0 });
    expect([rows.count, rows.data.length]).toEqual([0, 0]);
    expect(() => rows.set(0, new Float32Array(2))).toThrow(/A row has 3 values, not 2/);
  });
});
