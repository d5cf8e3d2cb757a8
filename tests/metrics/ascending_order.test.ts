import { expect, test } from "bun:test";
import fc from "fast-check";
import { ascendingOrder } from "#lib/metrics/ascending_order.ts";

test("is the order that sorting by comparison gives, equal numbers in their own", () => {
  const few = fc.constantFrom(-Infinity, -1, 0, 0.5, 2, Infinity);
  const lists = fc.array(fc.oneof(few, fc.double({ noNaN: true })), { maxLength: 70 });
  fc.assert(
    fc.property(lists, (list) => {
      const expected = [...list.keys()].sort((a, b) =>
        list[a] < list[b] ? -1 : list[a] > list[b] ? 1 : a - b
      );
      expect([...ascendingOrder(Float64Array.from(list))]).toEqual(expected);
    }),
    { numRuns: 500, seed: 3 },
  );
});

test("of many nearly ordered numbers is right", () => {
  const values = Float64Array.from({ length: 100_003 }, (_, i) => i + (i * 7919 % 31));
  const order = ascendingOrder(values);
  expect(order.every((index, i) => i === 0 || values[order[i - 1]] <= values[index])).toBe(true);
  expect(new Set(order).size).toBe(values.length);
});
