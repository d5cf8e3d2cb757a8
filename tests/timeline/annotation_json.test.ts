import { describe, expect, test } from "bun:test";
import {
  Annotation,
  annotationToJson,
  parseAnnotationJson,
  Segment,
  TimelineFileError,
} from "#lib/timeline/mod.ts";

const track = { startSec: 0, endSec: 1, track: "_", label: "x" };
const form = (change: Record<string, unknown>) =>
  JSON.stringify({ format: "dialab/annotation", version: 1, uri: "a", tracks: [track], ...change });

describe("Annotation as JSON", () => {
  test("is the documented form, times exact", () => {
    const annotation = new Annotation({ uri: "a" }).add(new Segment(0.1, 0.1 + 0.2), "Ann Lee");
    const text = annotationToJson(annotation);
    expect(JSON.parse(text)).toEqual({
      format: "dialab/annotation",
      version: 1,
      uri: "a",
      tracks: [{ startSec: 0.1, endSec: 0.30000000000000004, track: "_", label: "Ann Lee" }],
    });
    expect(JSON.parse(JSON.stringify(annotation))).toEqual(JSON.parse(text));
    expect(parseAnnotationJson("\uFEFF" + text).equals(annotation)).toBe(true);
    expect("uri" in new Annotation().toJSON()).toBe(false);
  });

  test("refuses infinite times, which JSON cannot hold", () => {
    expect(() => annotationToJson(new Annotation().add(new Segment(0, Infinity), "x"))).toThrow(RangeError);
  });

  test("reads its own form", () => {
    expect(parseAnnotationJson(form({})).labelDuration("x")).toBe(1);
  });

  test.each([
    ["no JSON", "{", /^a\.json: not JSON \(/],
    ["another version", form({ version: 2 }), /^a\.json: version: .*1/],
    ["another format", form({ format: "pyannote" }), /^a\.json: format: .*dialab\/annotation/],
    ["an unknown key", form({ modality: "speaker" }), /^a\.json: there is no key "modality"$/],
    [
      "a missing label",
      form({ tracks: [track, { ...track, label: undefined }] }),
      /^a\.json: tracks\[1\]\.label: it is missing, and a text is needed$/,
    ],
    [
      "no time",
      form({ tracks: [{ ...track, startSec: null }] }),
      /^a\.json: tracks\[0\]\.startSec: it is null, and a number is needed$/,
    ],
    [
      "an empty segment",
      form({ tracks: [{ ...track, endSec: 0 }] }),
      /^a\.json: tracks\[0\]: endSec must come after/,
    ],
    [
      "a track twice",
      form({ tracks: [track, track] }),
      /^a\.json: tracks\[1\]: track "_" of 0 to 1 s comes twice$/,
    ],
    ["two faults", form({ uri: 3, version: "1" }), /, and 1 more$/],
    ["a bare value", "null", /^a\.json: /],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseAnnotationJson(text, { file: "a.json" })).toThrow(TimelineFileError);
    expect(() => parseAnnotationJson(text, { file: "a.json" })).toThrow(message);
  });
});
