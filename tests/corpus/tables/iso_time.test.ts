import { describe, expect, test } from "bun:test";
import { isoDay, isoMoment, isoTimeOfDay, parseIsoTime } from "#lib/corpus/tables/iso_time.ts";

describe("days, times and moments", () => {
  test.each([
    ["no month", "2026-13-01"],
    ["month 0", "2026-00-10"],
    ["December, and January as its 13th", "2026-13-31"],
    ["day 0", "2026-03-00"],
    ["a 31st of April", "2026-04-31"],
    ["a 29th of February in no leap year", "2026-02-29"],
    ["day 99", "2026-01-99"],
    ["a day beyond what a Date holds", "+275760-09-14"],
    ["hour 24", "24:00:00"],
    ["minute 60", "00:60:00"],
    ["second 60", "00:00:60"],
    ["ten digits of a second", "00:00:00.0123456789"],
    ["a day and a bare T", "2026-01-01T"],
    ["nothing", ""],
  ])("%s is refused", (_, text) => {
    expect(() => parseIsoTime(text)).toThrow(`${JSON.stringify(text)} is no day, time or moment`);
  });

  test.each(["0000-01-01", "0099-12-31", "2024-02-29", "+275760-09-13", "-271821-04-20"])(
    "%s is a day",
    (text) => {
      const { nanos, utc } = parseIsoTime(text);
      expect([isoMoment(nanos), utc]).toEqual([`${text}T00:00:00`, false]);
      expect(isoDay(Number(nanos / 86_400_000_000_000n))).toBe(text);
    },
  );

  test.each(["2026-01-01T01:30:00+02:30", "2025-12-31T22:00:00-01:00", "2025-12-31 23:00:00Z"])(
    "%s is told in UTC",
    (text) => {
      const { nanos, utc } = parseIsoTime(text);
      expect([isoMoment(nanos), utc]).toEqual(["2025-12-31T23:00:00", true]);
    },
  );

  test("a time of day has both its ends, and no more", () => {
    const day = 86_400_000_000_000n;
    expect([isoTimeOfDay(0n), isoTimeOfDay(day - 1n)]).toEqual(["00:00:00", "23:59:59.999999999"]);
    for (const nanos of [-1n, day]) {
      expect(() => isoTimeOfDay(nanos)).toThrow(`${nanos} ns since midnight is no`);
    }
  });
});
