import { describe, expect, test } from "bun:test";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";

describe("formatPercent", () => {
  test.each([
    [0.14336, {}, "14.34 %"],
    [0.00125, { decimals: 1, unit: "" }, "0.1"],
    [0.5078125, { decimals: 4 }, "50.7812 %"], // a tie, settled to even where toFixed goes up
    [1, { decimals: 0, unit: "\u00a0%" }, "100\u00a0%"],
    [12.5, {}, "1250.00 %"],
    [0, {}, "0.00 %"],
    [NaN, {}, "-"],
    [NaN, { unit: "" }, "-"],
    [Infinity, {}, "inf %"],
  ])("%d as %j", (share, options, text) => {
    expect(formatPercent(share, options)).toBe(text);
  });
});

describe("formatSeconds", () => {
  test.each([
    [5.0625, {}, "5.062 s"],
    [7.46, { decimals: 1 }, "7.5 s"],
    [0.25, { decimals: 1, unit: "" }, "0.2"],
    [NaN, {}, "-"],
  ])("%d as %j", (sec, options, text) => {
    expect(formatSeconds(sec, options)).toBe(text);
  });
});
