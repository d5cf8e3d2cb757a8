import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { counted } from "#lib/plots/format_number.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import type { MimeBundle } from "./displayed.ts";
import { type Displayed, displayed } from "./displayed.ts";
import { tableBundle } from "./table.ts";

/** Turns that the text form lists. */
const LISTED = 20;

/**
 * The forms of an annotation: a lane for each speaker, and its turns as text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { annotationDisplay } from "#lib/notebook/annotation_display.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const shown = await annotationDisplay(new Annotation().add(new Segment(1, 2.5), "Ann"));
 * assert.match(shown["image/svg+xml"]!, /^<svg .*Ann/s);
 * assert.match(shown["text/plain"], /1\.000 +2\.500 +1\.500 +Ann/);
 * ```
 */
export async function annotationDisplay(annotation: Annotation): Promise<MimeBundle> {
  const text = turnsBundle(annotation, LISTED)["text/plain"];
  if (annotation.labels().length === 0) return { "text/plain": text };
  const figure = lanesFigure({ hypothesis: annotation }, {
    names: { hypothesis: annotation.uri ?? "speakers" },
  });
  return { "image/svg+xml": await renderSvg(figure), "text/plain": text };
}

/**
 * The turns of an annotation as a table that displays itself: start, end and duration in seconds, and who speaks.
 *
 * @param options `maxRows`: 50 unless given; turns beyond are counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnTable } from "#lib/notebook/annotation_display.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const shown = await turnTable(new Annotation().add(new Segment(1, 2.5), "Ann"))[JUPYTER_DISPLAY]();
 * assert.match(shown["text/html"]!, /<td[^>]*>Ann<\/td>/);
 * ```
 */
export function turnTable(annotation: Annotation, options: { readonly maxRows?: number } = {}): Displayed {
  return displayed(() => turnsBundle(annotation, options.maxRows ?? 50));
}

function turnsBundle(given: Annotation, maxRows: number): MimeBundle {
  const annotation = asWritten(given);
  const turns = [...annotation.itertracks({ yieldLabel: true })];
  const rows = turns.map(([{ start, end, duration }, , label]) => ({
    "start (s)": formatSeconds(start, { unit: "" }),
    "end (s)": formatSeconds(end, { unit: "" }),
    "duration (s)": formatSeconds(duration, { unit: "" }),
    "speaker": String(label),
  }));
  const speakers = annotation.labels().length;
  const name = annotation.uri === undefined ? "" : `${annotation.uri}: `;
  const caption = `${name}${counted(turns.length, "turn")}, ${counted(speakers, "speaker")}`;
  return rows.length === 0 ? { "text/plain": caption } : tableBundle(rows, { caption, maxRows });
}
