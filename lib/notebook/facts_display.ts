import { someOf } from "#lib/language/some_of.ts";
import { type NdArray } from "#lib/arrays/nd_array.ts";
import { counted, formatNumber } from "#lib/plots/format_number.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import type { MimeBundle } from "./displayed.ts";
import { tableBundle } from "./table.ts";

/** So many names stand in one cell. */
const NAMED = 6;

/**
 * The forms of a thing that is known by its fields: what it is, and each field in words. Methods and what is not there are
 * left out.
 *
 * @param what In the singular: "a preset".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { factsDisplay } from "#lib/notebook/facts_display.ts";
 * const window = { startSec: 0, durationSec: 10, stepSec: 1 };
 * const { "text/plain": text } = factsDisplay("a sliding window", window);
 * assert.match(text, /^a sliding window\n/);
 * assert.match(text, /duration \(s\) +10\n/);
 * ```
 */
export function factsDisplay(what: string, value: object): MimeBundle {
  const rows = Object.entries(value).flatMap(([name, field]) => {
    const is = wordsOf(field);
    return is === undefined ? [] : [{ "": nameOf(name), is }];
  });
  return rows.length === 0 ? { "text/plain": what } : tableBundle(rows, { caption: what, maxRows: 60 });
}

/**
 * A value in a few words: an array by its type and shape, a list by what it names, an object by its fields.
 *
 * @returns undefined for what is nothing to look at.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wordsOf } from "#lib/notebook/facts_display.ts";
 * assert.deepEqual([Float32Array.of(1, 2), ["a", "b"], true].map(wordsOf), ["2 numbers (Float32Array)", "a, b", "yes"]);
 * ```
 */
export function wordsOf(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === "function" || typeof value === "symbol") {
    return;
  }
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value);
  if (value instanceof Annotation) {
    return `${counted(value.labels().length, "speaker")}, ${counted([...value.itertracks()].length, "turn")}`;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return `${value.size} entries`;
  if (ArrayBuffer.isView(value)) {
    const { length } = value as Uint8Array;
    return `${counted(length ?? value.byteLength, "number")} (${value.constructor.name})`;
  }
  if (Array.isArray(value)) return listWords(value);
  if (isArray(value)) {
    return `${value.dtype} (${value.shape.join(", ")}${value.shape.length === 1 ? "," : ""})`;
  }
  const inside = Object.entries(value).flatMap(([name, field]) => {
    const words = typeof field === "object" && field !== null && !ArrayBuffer.isView(field)
      ? "..."
      : wordsOf(field);
    return words === undefined ? [] : [`${nameOf(name)} ${words}`];
  });
  return inside.length === 0 ? undefined : inside.join(", ");
}

function listWords(list: readonly unknown[]): string {
  if (list.length === 0) return "none";
  const plain = list.every((one) => typeof one === "string" || typeof one === "number");
  if (!plain) return counted(list.length, "entry", "entries");
  return someOf(list.map((one) => String(wordsOf(one))), NAMED);
}

function isArray(value: object): value is NdArray {
  return "dtype" in value && "shape" in value;
}

/** "durationSec" as "duration (s)", "atOnce" as "at once". */
function nameOf(field: string): string {
  const words = field.replace(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();
  return words.replace(/ sec$/, " (s)");
}
