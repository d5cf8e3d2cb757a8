import type { Diarization } from "#lib/diarization/diarize.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { annotationDisplay } from "./annotation_display.ts";
import type { MimeBundle } from "./displayed.ts";

/**
 * The forms of a diarized recording: its lanes, its turns as text, how long it is and took, and its warnings.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { diarizationDisplay } from "#lib/notebook/diarization_display.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation({ uri: "talk" }).add(new Segment(0, 2), "SPEAKER_00");
 * const embeddings = ndArray("f4", [0, 3, 256], new Float32Array(0));
 * const { "text/plain": text } = await diarizationDisplay({
 *   ...{ annotation, exclusive: annotation, embeddings, stages: {}, durationSec: 3, seconds: { total: 0.5 } },
 *   warnings: ["3 speakers were asked for, 1 was found"],
 * });
 * assert.match(text, /^talk: 1 turn, 1 speaker\n[^]*\n0:03\.00 of recording in 0\.500 s\nWarning: 3 speakers were asked/);
 * ```
 */
export async function diarizationDisplay(result: Omit<Diarization, "provenance">): Promise<MimeBundle> {
  const { annotation, durationSec, seconds, warnings } = result;
  const { "image/svg+xml": svg, "text/plain": turns } = await annotationDisplay(annotation);
  const took = seconds.total === undefined ? "" : ` in ${formatSeconds(seconds.total)}`;
  const remarks = [
    `${clockTime(durationSec)} of recording${took}`,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
  const text = [turns, ...remarks].join("\n");
  // A picture alone would not show what is to be known of it.
  const html = warnings.length === 0
    ? undefined
    : `${svg ?? ""}${remarks.map((remark) => `<p>${escapeXml(remark)}</p>`).join("")}`;
  return {
    ...(html === undefined ? {} : { "text/html": html }),
    ...(svg === undefined ? {} : { "image/svg+xml": svg }),
    "text/plain": text,
  };
}
