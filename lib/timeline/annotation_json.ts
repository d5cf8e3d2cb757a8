import { z } from "zod";
import { Annotation } from "./annotation.ts";
import type { TextFileOptions } from "./text_files.ts";
import { quotable, TimelineFileError } from "./timeline_file_error.ts";

/**
 * An annotation as JSON text in the form that annotation_schema.ts describes. Times survive exactly; an
 * infinite one is a `RangeError`, as JSON has none.
 *
 * @param options `run`: what the turns were computed from, told beside them; a reader of turns passes over it.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { annotationToJson, parseAnnotationJson } from "#lib/timeline/annotation_json.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation({ uri: "a" }).add(new Segment(0.1, 0.3), "ann");
 * strictEqual(parseAnnotationJson(annotationToJson(annotation)).equals(annotation), true);
 * ```
 */
export function annotationToJson(
  annotation: Annotation,
  options: { readonly run?: object } = {},
): string {
  const { run } = options;
  const { tracks, ...head } = annotation.toJSON();
  const json = { ...head, ...(run && { run }), tracks };
  for (const { startSec, endSec } of json.tracks) {
    if (!Number.isFinite(startSec) || !Number.isFinite(endSec)) {
      throw new RangeError(`JSON needs finite times, got ${startSec} to ${endSec}`);
    }
  }
  return JSON.stringify(json, null, 2) + "\n";
}

/**
 * The annotation in JSON text written by {@link annotationToJson}. Anything else is a
 * {@link TimelineFileError} that says where in the document it goes wrong.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert";
 * import { parseAnnotationJson } from "#lib/timeline/annotation_json.ts";
 *
 * const text = '{ "format": "dialab/annotation", "version": 2, "tracks": [] }';
 * throws(() => parseAnnotationJson(text, { file: "a.json" }), /a.json: version: it is 2, and 1 is needed/);
 * ```
 */
export function parseAnnotationJson(text: string, options: TextFileOptions = {}): Annotation {
  const file = options.file ?? "<text>";
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new TimelineFileError({ file, fault: `not JSON (${quotable((error as Error).message)})` });
  }
  try {
    return Annotation.fromJSON(value);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [first, ...others] = error.issues;
    const more = others.length > 0 ? `, and ${others.length} more` : "";
    const path = z.core.toDotPath(first.path);
    throw new TimelineFileError({
      file,
      fault: `${path === "" ? "" : `${path}: `}${inWords(first, value)}${more}`,
    });
  }
}

/** What is wrong in plain words: what stands there, and what is needed. */
function inWords(issue: z.core.$ZodIssue, value: unknown): string {
  const given = issue.path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? inner[key as keyof typeof inner] : undefined,
    value,
  );
  const text = JSON.stringify(given) ?? "";
  const it = given === undefined ? "it is missing" : `it is ${quotable(text)}`;
  if (issue.code === "invalid_type") {
    const { expected } = issue;
    const needed = { array: "an array", object: "an object", record: "an object", string: "a text" }[
      expected as string
    ];
    return `${it}, and ${needed ?? `a ${expected}`} is needed`;
  }
  if (issue.code === "invalid_value") {
    return `${it}, and ${issue.values.map((one) => JSON.stringify(one)).join(" or ")} is needed`;
  }
  if (issue.code === "unrecognized_keys") {
    return `there is no key ${issue.keys.map((key) => quotable(JSON.stringify(key))).join(", ")}`;
  }
  return issue.message;
}
