import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import type { Segment } from "#lib/timeline/segment.ts";
import type { MimeBundle } from "./displayed.ts";
import type { Row } from "./table.ts";

/**
 * A stretch of time in a line: from when to when, and how long.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentDisplay } from "#lib/notebook/segment_display.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * assert.equal(segmentDisplay(new Segment(1, 2.5))["text/plain"], "0:01.00 to 0:02.50, 1.500 s");
 * ```
 */
export function segmentDisplay({ start, end, duration }: Segment): MimeBundle {
  return { "text/plain": `${clockTime(start)} to ${clockTime(end)}, ${formatSeconds(duration)}` };
}

/**
 * The same as a row of a table.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentRow } from "#lib/notebook/segment_display.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * assert.equal(segmentRow(new Segment(1, 2.5))["duration (s)"], "1.500");
 * ```
 */
export function segmentRow({ start, end, duration }: Segment): Row {
  return {
    "start (s)": formatSeconds(start, { unit: "" }),
    "end (s)": formatSeconds(end, { unit: "" }),
    "duration (s)": formatSeconds(duration, { unit: "" }),
  };
}
