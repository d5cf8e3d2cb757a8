import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

/** What is left of a turn after the cut must last so long: no format that rounds to milliseconds could hold less. */
const LEAST_SEC = 0.001;

/**
 * Turns as far as the recording goes. The last chunk is filled up with zeros, in which the segmentation hears a speaker go on; pyannote
 * keeps that (docs/decisions/0015_end_of_recording.md). A turn that begins at the end or behind it is left out.
 *
 * @param annotation Turns, of which those within stay as they are, names of tracks and labels included.
 * @param durationSec Length of the recording.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withinRecording } from "#lib/diarization/within_recording.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const turns = new Annotation().add(new Segment(9, 10.118), "A").add(new Segment(10.05, 10.1), "B");
 * assert.deepEqual(withinRecording(turns, 10).toJSON().tracks.map(({ label, endSec }) => [label, endSec]), [["A", 10]]);
 * ```
 */
export function withinRecording(annotation: Annotation, durationSec: number): Annotation {
  const within = new Annotation({ uri: annotation.uri });
  for (const [segment, track, label] of annotation.itertracks({ yieldLabel: true })) {
    const isCut = segment.end > durationSec;
    if (isCut && !(durationSec - segment.start >= LEAST_SEC)) continue;
    const kept = isCut ? new Segment(segment.start, durationSec) : segment;
    within.set(kept, within.newTrack(kept, track), label);
  }
  return within;
}
