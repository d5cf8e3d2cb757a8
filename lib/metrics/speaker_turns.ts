/** An annotation as columns of numbers, for the inner loops. */
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { Intervals } from "./intervals.ts";

/** Turns ascending by start; a speaker may have several at once. */
export interface SpeakerTurns extends Intervals {
  /** Speaker names, ascending. */
  readonly labels: readonly string[];
  /** Index into `labels`, per turn. */
  readonly speaker: Int32Array;
}

/**
 * Every track of an annotation as one turn.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { speakerTurns } from "#lib/metrics/speaker_turns.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const talk = new Annotation().add(new Segment(4, 9), "bob").add(new Segment(0, 4), "cem");
 * const turns = speakerTurns(talk);
 * assert.deepEqual(turns.labels, ["bob", "cem"]);
 * assert.deepEqual([...turns.startSec, ...turns.endSec, ...turns.speaker], [0, 4, 4, 9, 1, 0]);
 * ```
 */
export function speakerTurns(annotation: Annotation): SpeakerTurns {
  return annotation.columns();
}
