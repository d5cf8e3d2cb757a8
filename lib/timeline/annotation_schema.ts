import { z } from "zod";
import { SEGMENT_PRECISION } from "./segment.ts";

/** Name of the JSON form of an annotation. */
export const ANNOTATION_FORMAT = "dialab/annotation";

/** Version of the JSON form; it goes up when a reader of this version could misread the next. */
export const ANNOTATION_VERSION = 1;

const trackSchema = z.strictObject({
  startSec: z.number(),
  endSec: z.number(),
  track: z.string(),
  label: z.string(),
}).refine(({ startSec, endSec }) => endSec - startSec > SEGMENT_PRECISION, {
  error: "endSec must come after startSec",
});

/**
 * The JSON form of an annotation, version 1:
 *
 * ```json
 * {
 *   "format": "dialab/annotation",
 *   "version": 1,
 *   "uri": "recording",
 *   "tracks": [{ "startSec": 1.5, "endSec": 3, "track": "A", "label": "SPEAKER_00" }]
 * }
 * ```
 *
 * `uri` is absent when there is none, and so is `run`: what the turns were computed from, as `runProvenanceSchema` has it; it
 * is no part of the annotation. Times are seconds as JSON numbers, so they survive exactly. No segment
 * is empty, no (startSec, endSec, track) comes twice, and other keys are refused.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { annotationSchema } from "#lib/timeline/annotation_schema.ts";
 *
 * const empty = { format: "dialab/annotation", version: 1, tracks: [] };
 * strictEqual(annotationSchema.safeParse(empty).success, true);
 * strictEqual(annotationSchema.safeParse({ ...empty, version: 2 }).success, false);
 * ```
 */
export const annotationSchema = z.strictObject({
  format: z.literal(ANNOTATION_FORMAT),
  version: z.literal(ANNOTATION_VERSION),
  uri: z.string().optional(),
  run: z.record(z.string(), z.unknown()).optional(),
  tracks: z.array(trackSchema).superRefine((tracks, context) => {
    const seen = new Set<string>();
    tracks.forEach(({ startSec, endSec, track }, index) => {
      const key = `${startSec} ${endSec} ${track}`;
      if (seen.has(key)) {
        const message = `track ${JSON.stringify(track)} of ${startSec} to ${endSec} s comes twice`;
        context.addIssue({ code: "custom", path: [index], message });
      }
      seen.add(key);
    });
  }),
});

/** An annotation as it stands in JSON. */
export type AnnotationJson = z.infer<typeof annotationSchema>;
