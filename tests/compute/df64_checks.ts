import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import { exactInteger, exactPair, inUnits, randomNumbers, uniformNumbers } from "./df64_numbers.ts";
import { runDf64 } from "./run_df64.ts";

/** One function of kernels/df64.wgsl, measured against exact integers or float64. */
export interface Df64Check {
  name: string;
  /** The largest error allowed, in u^2 = 2^-48 of the result. */
  bound: number;
  /** The largest error found on the device, or NaN when a result is none. */
  measure(gpu: GpuContext, code?: string): Promise<number>;
}

const count = 8192;
const one = 1n << 1074n; // exact integers count 2^-1074

/** Pairs of operands: both signs, exponents apart and equal, and the corner cases of each with each. */
function operands(): { a: Float32Array; b: Float32Array } {
  const corners = [
    1,
    -1,
    1 + 2 ** -23,
    1 - 2 ** -24,
    1 + 2 ** -47,
    2 ** 30,
    2 ** -30,
    3,
    4097,
    16_777_215,
    1 / 3,
  ];
  const exponents = [-30, 30] as const;
  const near = [-1, 1] as const;
  const a = [
    ...corners.flatMap((x) => corners.map(() => x)),
    ...randomNumbers(count / 2, { seed: 11, exponents }),
    ...randomNumbers(count / 2, { seed: 12, exponents: near }),
  ];
  const b = [
    ...corners.flatMap(() => corners),
    ...randomNumbers(count / 2, { seed: 13, exponents }),
    ...randomNumbers(count / 2, { seed: 14, exponents: near }),
  ];
  return { a: splitDf64(Float64Array.from(a)), b: splitDf64(Float64Array.from(b)) };
}

/** An exact definition: `error` and `whole` are integers on the same scale, their quotient the relative error. */
function exact(
  name: string,
  { expression, bound, error }: {
    expression: string;
    bound: number;
    error(result: bigint, a: bigint, b: bigint): { error: bigint; whole: bigint };
  },
): Df64Check {
  return {
    name,
    bound,
    async measure(gpu, code) {
      const { a, b } = operands();
      const highOnly = expression.includes("b.x");
      const result = await runDf64(gpu, expression, { a, b, code });
      let largest = 0;
      for (let i = 0; i < result.length / 2; i++) {
        if (!Number.isFinite(result[2 * i]) || !Number.isFinite(result[2 * i + 1])) return NaN;
        const right = highOnly ? exactInteger(b[2 * i]) : exactPair(b, i);
        const found = error(exactPair(result, i), exactPair(a, i), right);
        if (found.whole === 0n ? found.error !== 0n : false) return Infinity;
        largest = Math.max(largest, found.whole === 0n ? 0 : inUnits(found.error, found.whole));
      }
      return largest;
    },
  };
}

/** A function of one argument against float64's, which is good to 2^-52.5. */
function againstFloat64(
  name: string,
  { arguments: values, bound, expected }: {
    arguments: Float64Array;
    bound: number;
    expected(value: number): number;
  },
): Df64Check {
  return {
    name,
    bound,
    async measure(gpu, code) {
      const expression = `df64_${name.split(" ")[0]}(a)`;
      const result = joinDf64(await runDf64(gpu, expression, { a: splitDf64(values), code }));
      return result.reduce((largest, value, i) => {
        const right = expected(values[i]);
        const error = value === right ? 0 : Math.abs((value - right) / right) * 2 ** 48;
        return Number.isNaN(error) ? NaN : Math.max(largest, error);
      }, 0);
    },
  };
}

const cut = (values: Float64Array) => joinDf64(splitDf64(values));
const magnitude = (value: bigint) => value < 0n ? -value : value;

/** Bounds of + - *: Joldes, Muller, Popescu 2017. The others: measured (see kernels/df64.wgsl) and rounded up. */
export const df64Checks: readonly Df64Check[] = [
  exact("df64_add", {
    expression: "df64_add(a, b)",
    bound: 3,
    error: (r, a, b) => ({ error: r - a - b, whole: a + b }),
  }),
  exact("df64_sub", {
    expression: "df64_sub(a, b)",
    bound: 3,
    error: (r, a, b) => ({ error: r - a + b, whole: a - b }),
  }),
  exact("df64_add_f32", {
    expression: "df64_add_f32(a, b.x)",
    bound: 2,
    error: (r, a, b) => ({ error: r - a - b, whole: a + b }),
  }),
  exact("df64_mul", {
    expression: "df64_mul(a, b)",
    bound: 7,
    error: (r, a, b) => ({ error: r * one - a * b, whole: a * b }),
  }),
  exact("df64_mul_f32", {
    expression: "df64_mul_f32(a, b.x)",
    bound: 3,
    error: (r, a, b) => ({ error: r * one - a * b, whole: a * b }),
  }),
  exact("df64_div", {
    expression: "df64_div(a, b)",
    bound: 5,
    error: (r, a, b) => ({ error: r * b - a * one, whole: a * one }),
  }),
  exact("df64_sqrt", {
    expression: "df64_sqrt(df64_abs(a))",
    bound: 4,
    error: (r, a) => ({ error: r * r - magnitude(a) * one, whole: 2n * magnitude(a) * one }),
  }),
  againstFloat64("exp in [-50, 0]", {
    arguments: uniformNumbers(count, { seed: 21, range: [-50, 0] }),
    bound: 2,
    expected: Math.exp,
  }),
  againstFloat64("exp in [-1, 88]", {
    arguments: uniformNumbers(count, { seed: 22, range: [-1, 88] }),
    bound: 2,
    expected: Math.exp,
  }),
  againstFloat64("log in [1e-12, 1e6]", {
    arguments: cut(uniformNumbers(count, { seed: 23, range: [-27.6, 13.8] }).map(Math.exp)),
    bound: 4,
    expected: Math.log,
  }),
  againstFloat64("log around 1", {
    arguments: cut(uniformNumbers(count, { seed: 24, range: [-0.02, 0.02] }).map((x) => 1 + x)),
    bound: 4,
    expected: Math.log,
  }),
];
