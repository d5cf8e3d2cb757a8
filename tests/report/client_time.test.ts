/** The page's own clock and axes, held to those of the library. */
import { describe, expect, test } from "bun:test";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { timeAxis } from "#lib/plots/time_axis.ts";
import { projectRoot } from "#lib/places/places.ts";
import { Random } from "#lib/synthesis/random.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const client = await import(
  pathToFileURL(join(projectRoot(), "lib/report/client/clock_time.js")).href
);
const random = new Random(7);
const times = [
  ...[
    0,
    0.005,
    0.125,
    0.375,
    7.46,
    59.994,
    59.995,
    59.996,
    60,
    119.5,
    3599.995,
    3600,
    36_000.5,
    -2.5,
    -0.001,
  ],
  ...Array.from({ length: 2000 }, () => Math.round(1000 * 20_000 * random.uniform()) / 1000),
  ...Array.from({ length: 500 }, () => random.uniform() * 100),
];

describe("the page's script", () => {
  test("writes moments and lengths as the library does", () => {
    for (const sec of times) {
      for (const decimals of [0, 1, 2, 3]) {
        expect([sec, client.clockTime(sec, decimals)]).toEqual([sec, clockTime(sec, { decimals })]);
      }
      if (sec >= 0) expect(client.seconds(sec)).toBe(formatSeconds(sec));
    }
  });

  test("has its ticks where the library's axes have theirs", () => {
    for (let i = 0; i < 500; i++) {
      const from = random.uniform() * 5000, to = from + 10 ** (4 * random.uniform() - 1);
      const count = 2 + 10 * random.uniform();
      const { ticks, format } = timeAxis(from, to, { count });
      const own = client.timeTicks(from, to, count) as { at: number; text: string }[];
      expect(own).toEqual(ticks.map((at) => ({ at, text: format(at) })));
    }
  });
});

describe("a clock", () => {
  test("rounds, and carries into minutes and hours", () => {
    expect(clockTime(59.995, { decimals: 2 })).toBe("0:59.99"); // its double is below the middle
    expect([59.996, 3599.999, 0].map((sec) => clockTime(sec))).toEqual(["1:00.00", "1:00:00.00", "0:00.00"]);
    expect([-0.001, -61].map((sec) => clockTime(sec))).toEqual(["0:00.00", "-1:01.00"]);
    expect([NaN, Infinity].map((sec) => clockTime(sec))).toEqual(["-", "-"]);
  });
});
