const NANOS_A_DAY = 86_400_000_000_000n;

/**
 * A day as ISO 8601, proleptic Gregorian, from days since 1970-01-01; years beyond 0 to 9999 have a sign and six digits.
 *
 * @throws {RangeError} when the day is beyond what a Date holds, some 270 000 years.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isoDay } from "#lib/corpus/tables/iso_time.ts";
 * assert.equal(isoDay(-1), "1969-12-31");
 * ```
 */
export function isoDay(days: number): string {
  const date = new Date(days * 86_400_000);
  if (Number.isNaN(date.getTime())) {
    throw new RangeError(`Day ${days} since 1970 is beyond what can be told.`);
  }
  return date.toISOString().slice(0, -14);
}

/**
 * A time of day from nanoseconds since midnight, with no, 3, 6 or 9 digits of a second, as many as it takes.
 *
 * @throws {RangeError} when it is no time of a day.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isoTimeOfDay } from "#lib/corpus/tables/iso_time.ts";
 * assert.equal(isoTimeOfDay(3_723_000_004_000n), "01:02:03.000004");
 * ```
 */
export function isoTimeOfDay(nanos: bigint): string {
  if (nanos < 0n || nanos >= NANOS_A_DAY) {
    throw new RangeError(`${nanos} ns since midnight is no time of a day.`);
  }
  const seconds = Number(nanos / 1_000_000_000n);
  const two = (n: number) => String(n).padStart(2, "0");
  const digits = String(nanos % 1_000_000_000n).padStart(9, "0").replace(/(?:000)+$/, "");
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${
    two(seconds % 60)
  }`;
  return digits === "" ? clock : `${clock}.${digits}`;
}

/**
 * A moment as ISO 8601 from nanoseconds since 1970, without a zone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isoMoment } from "#lib/corpus/tables/iso_time.ts";
 * assert.equal(isoMoment(-1_000n), "1969-12-31T23:59:59.999999");
 * ```
 */
export function isoMoment(nanos: bigint): string {
  const rest = ((nanos % NANOS_A_DAY) + NANOS_A_DAY) % NANOS_A_DAY;
  return `${isoDay(Number((nanos - rest) / NANOS_A_DAY))}T${isoTimeOfDay(rest)}`;
}

/**
 * Nanoseconds of `isoDay` (to its midnight), `isoTimeOfDay` or `isoMoment`, and whether a `Z` said UTC. Of a zone's hours (`+01:00`) the
 * moment in UTC is given.
 *
 * @throws {RangeError} when the text is none of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseIsoTime } from "#lib/corpus/tables/iso_time.ts";
 * assert.deepEqual(parseIsoTime("1970-01-02T00:00:00.000001Z"), { nanos: 86_400_000_001_000n, utc: true });
 * assert.deepEqual(parseIsoTime("01:00:00"), { nanos: 3_600_000_000_000n, utc: false });
 * ```
 */
export function parseIsoTime(text: string): { readonly nanos: bigint; readonly utc: boolean } {
  const match =
    /^(?:([+-]\d{6}|\d{4})-(\d{2})-(\d{2}))?(?:(^|[T ])(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?)?$/
      .exec(text);
  const fail = () => new RangeError(`${JSON.stringify(text)} is no day, time or moment of ISO 8601.`);
  if (match === null || text === "") throw fail();
  const [, year, month, day, , hour = "0", minute = "0", second = "0", digits = "", zone] = match;
  if (+hour > 23 || +minute > 59 || +second > 59) throw fail();
  let nanos = BigInt((+hour * 60 + +minute) * 60 + +second) * 1_000_000_000n + BigInt(digits.padEnd(9, "0"));
  if (year !== undefined) {
    const date = new Date(0);
    date.setUTCFullYear(+year, +month - 1, +day);
    // A day that its month does not have is one of another month, and beyond what a Date holds the month is NaN.
    if (date.getUTCMonth() + 1 !== +month) throw fail();
    nanos += BigInt(date.getTime()) * 1_000_000n;
  }
  if (zone !== undefined && zone !== "Z") {
    const minutes = +zone.slice(1, 3) * 60 + +zone.slice(-2);
    nanos -= BigInt(zone.startsWith("-") ? -minutes : minutes) * 60_000_000_000n;
  }
  return { nanos, utc: zone !== undefined };
}
