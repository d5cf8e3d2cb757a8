/** A place in JSON, and what stands there instead. */
export type Patch = readonly [path: readonly (string | number)[], value: unknown];

/**
 * What must be put into `from` to make `to` of it: a picture in two themes differs in its colours alone, so that the page
 * carries its numbers once.
 *
 * @param from JSON, of the same kind as `to`. Keys that `to` lacks are set to null.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { patchesBetween } from "#lib/report/theme_patches.ts";
 * const light = { y: [1, 2], line: { color: "#000", width: 2 } };
 * const dark = { y: [1, 2], line: { color: "#fff", width: 2 } };
 * assert.deepEqual(patchesBetween(light, dark), [[["line", "color"], "#fff"]]);
 * ```
 */
export function patchesBetween(from: unknown, to: unknown): Patch[] {
  const patches: Patch[] = [];
  const walk = (a: unknown, b: unknown, path: readonly (string | number)[]) => {
    if (Object.is(a, b)) return;
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      a.forEach((value, i) => walk(value, b[i], [...path, i]));
    } else if (isRecord(a) && isRecord(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        walk(a[key], b[key] ?? null, [...path, key]);
      }
    } else patches.push([path, b]);
  };
  walk(from, to, []);
  return patches;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
