/** For `JSON.stringify`: whole numbers that JavaScript's cannot hold as text, NaN and infinities by their names. */
export function plainNumbers(_: string, value: unknown): unknown {
  if (typeof value === "bigint") {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : String(value);
  }
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
