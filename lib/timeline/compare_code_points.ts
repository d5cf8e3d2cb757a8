/**
 * Order of strings by Unicode code point, as Python sorts `str`; for `Array.prototype.sort`.
 *
 * JavaScript's own order goes by UTF-16 unit and puts characters above U+FFFF (written with the units
 * D800-DFFF) before those from U+E000 to U+FFFF.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
 *
 * deepStrictEqual(["\u{1F600}", "\uFF5E", "10", "2"].sort(compareCodePoints), ["10", "2", "\uFF5E", "\u{1F600}"]);
 * ```
 */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [unitA, unitB] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Lifts the surrogates D800-DFFF above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
