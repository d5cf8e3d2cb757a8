/** Node's name, which Bun and Deno know too, for the method that tells what a terminal shows of a thing. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** Lines that a terminal is shown. */
const LINES = 20;

/**
 * A heading and the first lines under it, the others counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inspectedLines } from "#lib/timeline/inspected.ts";
 * assert.equal(inspectedLines("Timeline: 1 segment", ["[ 0 --> 1 ]"]), "Timeline: 1 segment\n  [ 0 --> 1 ]");
 * assert.match(inspectedLines("", Array(30).fill("")), /and 10 more$/);
 * ```
 */
export function inspectedLines(heading: string, lines: readonly string[]): string {
  const more = lines.length > LINES ? [`... and ${lines.length - LINES} more`] : [];
  return [heading, ...[...lines.slice(0, LINES), ...more].map((line) => `  ${line}`)].join("\n");
}
