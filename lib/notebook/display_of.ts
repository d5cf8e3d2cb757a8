import type { NdArray } from "#lib/arrays/nd_array.ts";
import type { Diarization } from "#lib/diarization/diarize.ts";
import type { DiarizationErrors } from "#lib/metrics/diarization_error_rate.ts";
import type { FileScore } from "#lib/metrics/score_file.ts";
import type { Capture } from "#lib/parity/capture.ts";
import type { Bisection } from "#lib/parity/drift/bisection.ts";
import type { Margins } from "#lib/parity/drift/margins.ts";
import type { RunDifference } from "#lib/parity/drift/run_difference.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import type { RunResult } from "#lib/pipeline/run_stages.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { annotationDisplay } from "./annotation_display.ts";
import { arrayDisplay } from "./array_display.ts";
import { bisectionDisplay, differenceDisplay, marginsDisplay } from "./drift_display.ts";
import type { MimeBundle } from "./displayed.ts";
import { parityDisplay } from "./parity_display.ts";
import { runDisplay } from "./run_display.ts";
import { errorRateDisplay, scoreDisplay } from "./score_display.ts";

type Make = () => MimeBundle | Promise<MimeBundle>;

/** A kind of plain data: the fields by which it is known, and how it is shown. */
interface Kind {
  readonly fields: readonly string[];
  readonly show: (value: never) => MimeBundle | Promise<MimeBundle>;
}

/** The most particular first. */
const KINDS: readonly Kind[] = [
  { fields: ["dtype", "shape", "data"], show: (array: NdArray) => arrayDisplay(array) },
  {
    fields: ["annotation", "exclusive", "stages", "durationSec"],
    show: ({ annotation }: Diarization) => annotationDisplay(annotation),
  },
  { fields: ["artefacts", "seconds"], show: (run: RunResult) => runDisplay(run) },
  {
    fields: ["artefacts", "reference", "folder", "decimals"],
    show: (capture: Capture) => runDisplay(capture, { caption: `${capture.name}, a run of pyannote` }),
  },
  { fields: ["stages", "rttm", "isolatedRttm"], show: (report: CaptureReport) => parityDisplay(report) },
  {
    fields: ["quantities", "onlyIn", "identical"],
    show: (difference: RunDifference) => differenceDisplay(difference),
  },
  { fields: ["stages", "whole", "verdict"], show: (found: Bisection) => bisectionDisplay(found) },
  { fields: ["lists", "nearestMeasured"], show: (margins: Margins) => marginsDisplay(margins) },
  { fields: ["diarization", "jaccard", "purity"], show: (score: FileScore) => scoreDisplay(score) },
  {
    fields: ["der", "missed", "falseAlarm", "confusion", "correct"],
    show: (errors: DiarizationErrors) => errorRateDisplay(errors),
  },
];

/**
 * How a value is shown in a notebook, if it is one of dialab's; undefined for any other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { displayOf } from "#lib/notebook/display_of.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * assert.equal(displayOf({ x: 1 }), undefined);
 * assert.deepEqual(await displayOf(new Annotation({ uri: "talk" }))!(), { "text/plain": "talk: 0 turns, 0 speakers" });
 * ```
 */
export function displayOf(value: unknown): Make | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Annotation) return () => annotationDisplay(value);
  if (value instanceof Timeline) {
    return () =>
      annotationDisplay(
        Annotation.fromTracks(value.segments.map((segment) => [segment, "_", "timeline"]), value),
      );
  }
  // Own fields only: asking for an inherited one may run a getter of somebody's class.
  const kind = KINDS.find(({ fields }) => fields.every((name) => Object.hasOwn(value, name)));
  return kind && (() => kind.show(value as never));
}
