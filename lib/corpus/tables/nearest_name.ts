/**
 * Says of a name that is not there which one of those that are comes nearest, for the end of an error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearestName } from "#lib/corpus/tables/nearest_name.ts";
 * assert.equal(nearestName("snr", ["wav_id", "snr_mean"]), '"snr"; the nearest is "snr_mean". There are wav_id, snr_mean.');
 * ```
 */
export function nearestName(name: string, names: readonly string[]): string {
  if (names.length === 0) return `${JSON.stringify(name)}: it has none.`;
  const distances = names.map((other) => distance(name, other));
  const nearest = names[distances.indexOf(Math.min(...distances))];
  const shown = names.length > 40
    ? `${names.slice(0, 40).join(", ")} and ${names.length - 40} more`
    : names.join(", ");
  return `${JSON.stringify(name)}; the nearest is ${JSON.stringify(nearest)}. There are ${shown}.`;
}

/** Letters to change, add or leave out; less where one begins with the other or only the case differs. */
function distance(a: string, b: string): number {
  if (a.toLowerCase() === b.toLowerCase()) return 0.5;
  if (a !== "" && (b.startsWith(a) || b.endsWith(a) || (b !== "" && (a.startsWith(b) || a.endsWith(b))))) {
    return 1;
  }
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
