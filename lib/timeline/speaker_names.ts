import type { Annotation } from "./annotation.ts";

/**
 * pyannote's names for clusters: the labels sorted as strings become SPEAKER_00, SPEAKER_01, ..., so that "10" comes before "2"
 * (pyannote pipelines/speaker_diarization.py, `apply`).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { speakerNames } from "#lib/timeline/speaker_names.ts";
 * const annotation = new Annotation();
 * annotation.set(new Segment(0, 1), "2", "2");
 * annotation.set(new Segment(1, 2), "10", "10");
 * assert.equal(speakerNames(annotation).get("10"), "SPEAKER_00");
 * ```
 */
export function speakerNames(annotation: Annotation): Map<string, string> {
  return new Map(annotation.labels().map((label, i) => [label, `SPEAKER_${`${i}`.padStart(2, "0")}`]));
}
