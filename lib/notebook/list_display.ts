import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { Segment } from "#lib/timeline/segment.ts";
import type { MimeBundle } from "./displayed.ts";
import { wordsOf } from "./facts_display.ts";
import { nounOf } from "./nouns.ts";
import { segmentRow } from "./segment_display.ts";
import { type Row, tableBundle } from "./table.ts";

/** What else comes in lists: stages of a pipeline, scores of recordings, margins and turns that differ. */
const IN_LISTS: readonly (readonly string[])[] = [
  ["name", "needs", "gives", "run"],
  ["uri", "diarization", "jaccard"],
  ["kind", "value", "threshold", "distance"],
  ["startSec", "endSec", "kind"],
  ["startSec", "endSec", "speaker"],
];

/** Fields that say too much for a table. */
const LEFT_OUT = ["sha256", "contract", "notes", "source"];

/**
 * The forms of a list of dialab's things, or of annotations by recording: a row for each.
 *
 * @returns undefined for any other list.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listDisplay } from "#lib/notebook/list_display.ts";
 * const { "text/plain": text } = listDisplay([{ name: "a_talk", folder: "/captures/a_talk" }])!;
 * assert.match(text, /a_talk +\/captures\/a_talk/);
 * assert.equal(listDisplay([1, 2]), undefined);
 * ```
 */
export function listDisplay(
  list: readonly unknown[] | ReadonlyMap<unknown, unknown>,
): MimeBundle | undefined {
  if (list instanceof Map) {
    const rows = [...list].map(([uri, value]) => value instanceof Annotation && annotationRow(uri, value));
    return rows.length > 0 && rows.every((row) => row !== false) ? tableBundle(rows) : undefined;
  }
  const all = list as readonly unknown[];
  const [first] = all;
  if (typeof first !== "object" || first === null) return undefined;
  if (first instanceof Segment) {
    return all.every((one) => one instanceof Segment)
      ? tableBundle((all as readonly Segment[]).map(segmentRow))
      : undefined;
  }
  const fields = IN_LISTS.find((names) => has(first, names));
  const noun = nounOf(first);
  const isOne = (one: unknown) =>
    fields ? has(one, fields) : typeof one === "object" && one !== null && nounOf(one) === noun;
  if ((fields === undefined && noun === undefined) || !all.every(isOne)) return undefined;
  return tableBundle((all as readonly object[]).map(rowOf));
}

function has(value: unknown, fields: readonly string[]): boolean {
  return typeof value === "object" && value !== null && fields.every((name) => Object.hasOwn(value, name));
}

function rowOf(value: object): Row {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      if (LEFT_OUT.includes(name) || typeof field === "function") return [];
      return [[name, typeof field === "number" ? field : wordsOf(field)]];
    }),
  );
}

function annotationRow(uri: unknown, given: Annotation): Row {
  const annotation = asWritten(given);
  return {
    recording: String(uri),
    speakers: annotation.labels().length,
    turns: [...annotation.itertracks()].length,
    "spoken (s)": formatSeconds(annotation.getTimeline().support().duration(), { unit: "" }),
  };
}
