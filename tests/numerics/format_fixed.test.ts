import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPython } from "#scripts/cli/python.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";

/** `value` as numerator / denominator, read off its bits. */
function rational(value: number): { numerator: bigint; denominator: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = Math.max(biased, 1) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

/** The definition, in whole numbers: round(|value| * 10^decimals), half to even. */
function byRationals(value: number, decimals: number): string {
  const { numerator, denominator } = rational(value);
  const scaled = numerator * 10n ** BigInt(decimals);
  let quotient = scaled / denominator;
  const twice = 2n * (scaled % denominator);
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  const digits = quotient.toString().padStart(decimals + 1, "0");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const whole = digits.slice(0, digits.length - decimals);
  return sign + whole + (decimals > 0 ? `.${digits.slice(-decimals)}` : "");
}

/** Values that lie exactly between two results with some number of decimals from 0 to 20. */
const ties = fc.tuple(fc.integer({ min: 0, max: 2 ** 30 }), fc.integer({ min: 0, max: 20 }), fc.boolean())
  .map(([k, decimals, negative]) => (negative ? -1 : 1) * (2 * k + 1) / 2 ** (decimals + 1));
const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -1e8, max: 1e8 }).map((thousandths) => thousandths / 1000),
  ties,
);
const decimalCounts = fc.integer({ min: 0, max: 20 });

describe("formatFixed", () => {
  // From CPython 3.11.
  test.each<[number, number, string]>([
    [5.0625, 3, "5.062"],
    [5.1875, 3, "5.188"],
    [2.675, 2, "2.67"],
    [0.5, 0, "0"],
    [1.5, 0, "2"],
    [2.5, 0, "2"],
    [-2.5, 0, "-2"],
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [9.5, 0, "10"],
    [99.96875, 4, "99.9688"],
    [-0, 3, "-0.000"],
    [-0.0001, 3, "-0.000"],
    [0.03096875, 3, "0.031"],
    [1e22, 0, "10000000000000000000000"],
    [1e22, 3, "10000000000000000000000.000"],
    [123456789012345680000, 2, "123456789012345683968.00"],
    [1e21, 1, "1000000000000000000000.0"],
    [5e-324, 20, "0.00000000000000000000"],
    [0.1, 20, "0.10000000000000000555"],
    [NaN, 3, "nan"],
    [Infinity, 3, "inf"],
    [-Infinity, 0, "-inf"],
  ])("%p with %d decimals is %s", (value, decimals, text) => {
    expect(formatFixed(value, decimals)).toBe(text);
  });

  test.each([-1, 21, 1.5, NaN])("refuses %p decimals", (decimals) => {
    expect(() => formatFixed(1, decimals)).toThrow(RangeError);
  });

  test("rounds the binary value half to even, against whole-number arithmetic", () => {
    fc.assert(
      fc.property(finite, decimalCounts, (value, decimals) => {
        expect(formatFixed(value, decimals)).toBe(byRationals(value, decimals));
      }),
      { numRuns: 5000, seed: 1 },
    );
  });

  test("settles every tie from 0 to 1024 to the even side", () => {
    for (let decimals = 0; decimals <= 6; decimals++) {
      for (let k = 0; k < 2 ** 10; k++) {
        const tie = (2 * k + 1) / 2 ** (decimals + 1);
        expect(formatFixed(tie, decimals)).toBe(byRationals(tie, decimals));
      }
    }
  });
});

const python = findPython([]);
const name = python === undefined ? " (skipped: python3 not found)" : "";
describe("formatFixed beside Python", () => {
  test.skipIf(python === undefined)(`writes 20 000 numbers the same${name}`, () => {
    const cases = fc.sample(fc.tuple(finite, decimalCounts), { numRuns: 20_000, seed: 2 });
    // Python's float() reads JavaScript's shortest notation back to the same double; "-0" needs its sign.
    const lines = cases.map(([value, decimals]) => `${Object.is(value, -0) ? "-0" : value} ${decimals}\n`);
    // Through a file: Deno's spawnSync writes all of a long `input` before it reads, and both sides wait.
    const folder = mkdtempSync(join(tmpdir(), "dialab-"));
    writeFileSync(join(folder, "cases.txt"), lines.join(""));
    const script =
      "import sys\nfor line in open(sys.argv[1]):\n v, d = line.split()\n print(f'{float(v):.{int(d)}f}')";
    const options = { encoding: "utf8", maxBuffer: 1 << 26, timeout: 60_000 } as const;
    const run = spawnSync(python ?? "", ["-c", script, join(folder, "cases.txt")], options);
    rmSync(folder, { recursive: true });
    expect(run.status).toBe(0);
    const expected = run.stdout.trimEnd().split("\n");
    expect(expected.length).toBe(cases.length);
    cases.forEach(([value, decimals], i) => expect(formatFixed(value, decimals)).toBe(expected[i]));
  });
});
