/**
 * What is said of a file whose clock begins later than 0, where times here count from its beginning.
 *
 * @param sec By the container's clock, in seconds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lateOrigin } from "#lib/audio/late_origin.ts";
 *
 * assert.equal(lateOrigin(2.5), "has times that begin at 2.500 s, which is 0 here, as for players");
 * ```
 */
export function lateOrigin(sec: number): string {
  return `has times that begin at ${sec.toFixed(3)} s, which is 0 here, as for players`;
}
