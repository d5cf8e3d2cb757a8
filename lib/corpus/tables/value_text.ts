/** Bytes shown of a binary value. */
const BYTES = 8;

/**
 * A value of a table in one line for people: `null` is empty, bytes are hexadecimal, lists and structs are JSON, NaN and infinities words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { valueText } from "#lib/corpus/tables/value_text.ts";
 * assert.equal(valueText([{ onset: 0.5, label: null, n: 2n ** 60n }]), '[{"onset":0.5,"label":null,"n":1152921504606846976}]');
 * assert.equal(valueText(Uint8Array.of(1, 255)), "01ff");
 * ```
 */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") {
    return value.replaceAll(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
  }
  if (value instanceof Uint8Array) {
    const hex = Array.from(value.subarray(0, BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return value.length > BYTES ? `${hex}... (${value.length} bytes)` : hex;
  }
  return typeof value === "object" ? jsonText(value) : String(value);
}

/** JSON, but with whole numbers of any size and NaN. */
function jsonText(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(valueText(value));
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  return `{${
    Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`).join(",")
  }}`;
}
