/**
 * A number as Python writes a float: `600.0`, `1e-07`, `1e+16`, `-0.0`. The digits are those of JavaScript, the fewest that give the
 * number back; where the point stands and how the exponent is written differs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pythonFloat } from "#lib/corpus/config/python_json.ts";
 * assert.deepEqual([600, 1e-7, 1e16, -0, 1e-5, 0.3].map(pythonFloat), ["600.0", "1e-07", "1e+16", "-0.0", "1e-05", "0.3"]);
 * ```
 */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = fixed(mantissa, exponent);
    return text.includes(".") ? text : `${text}.0`;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** The point of a mantissa, moved: JavaScript itself writes exponents below 1e-6 only. */
function fixed(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return rest === "" ? `${sign}${whole}` : `${sign}${whole}.${rest}`;
}

/**
 * Text as Python's `json.dumps` writes it: everything beyond printable ASCII as `\uXXXX`, in UTF-16 halves where it takes two.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pythonText } from "#lib/corpus/config/python_json.ts";
 * assert.equal(pythonText('é"\u007f\n'), '"\\u00e9\\"\\u007f\\n"');
 * ```
 */
export function pythonText(text: string): string {
  const escaped = JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return escaped;
}
