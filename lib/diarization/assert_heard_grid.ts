import { differingOptions } from "#lib/pipeline/differing_options.ts";
import { type CommunityOptionsInput, OptionsError, parseOptions } from "#lib/pipeline/options.ts";

/**
 * Refuses options whose grid is not the one on which networks hear a recording: chunks of 10 s every second, frames of 991 samples every
 * 270. The grid tells where chunks and frames of arrays lie that come from elsewhere; it changes nothing of what is heard, and turns on
 * another grid would have wrong times.
 *
 * @throws {OptionsError} naming every part of the grid that is another, or that an option is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assertHeardGrid } from "#lib/diarization/assert_heard_grid.ts";
 * assertHeardGrid({ vbx: { fa: 0.1 }, grid: { chunks: { stepSec: 1 } } });
 * assert.throws(() => assertHeardGrid({ grid: { chunks: { stepSec: 0.5 } } }), /grid\.chunks\.stepSec 0\.5/);
 * ```
 */
export function assertHeardGrid(options: CommunityOptionsInput): void {
  const given = parseOptions(options), heard = parseOptions({ ...options, grid: {} });
  const other = Object.entries(differingOptions(given, heard)).map(([key, value]) => `${key} ${value}`);
  if (other.length === 0) return;
  throw new OptionsError(
    `Options are not valid: ${
      other.join(", ")
    }: a recording is heard in chunks of ${heard.grid.chunks.durationSec} s every ` +
      `${heard.grid.chunks.stepSec} s, and another grid would only give its turns wrong times. The grid is for arrays from elsewhere.`,
  );
}
