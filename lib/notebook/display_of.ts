import type { NdArray } from "#lib/arrays/nd_array.ts";
import { NpzArchive } from "#lib/arrays/npz_archive.ts";
import type { Audio } from "#lib/audio/audio.ts";
import type { MonoAudio } from "#lib/audio/read_audio.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import type { CorpusSummary } from "#lib/corpus/summary/summarize_corpus.ts";
import type { Table } from "#lib/corpus/tables/table.ts";
import type { Diarization } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { FrontStages } from "#lib/diarization/front_stages.ts";
import type { StoredFeature } from "#lib/corpus/processors/feature.ts";
import type { FeatureProcessor } from "#lib/corpus/processors/feature_processor.ts";
import type { ProcessReport } from "#lib/corpus/processors/process_recordings.ts";
import type { RecordingList } from "#lib/corpus/recordings/recording_list.ts";
import type { DetectionErrorRate } from "#lib/metrics/detection_error_rate.ts";
import type { DiarizationErrors } from "#lib/metrics/diarization_error_rate.ts";
import type { JaccardErrorRate } from "#lib/metrics/jaccard_error_rate.ts";
import type { Purity } from "#lib/metrics/purity.ts";
import type { FileScore } from "#lib/metrics/score_file.ts";
import type { Capture } from "#lib/parity/capture.ts";
import type { Amplification } from "#lib/parity/drift/amplification.ts";
import type { Bisection } from "#lib/parity/drift/bisection.ts";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { DriftRun } from "#lib/parity/drift/drift_run.ts";
import type { Margins } from "#lib/parity/drift/margins.ts";
import type { RunDifference } from "#lib/parity/drift/run_difference.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import { provenanceFacts } from "#lib/pipeline/provenance_facts.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import type { RunResult } from "#lib/pipeline/run_stages.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { annotationDisplay } from "./annotation_display.ts";
import { arrayDisplay } from "./array_display.ts";
import { audioDisplay, openedDisplay } from "./audio_player.ts";
import { corpusSummaryDisplay } from "./corpus_summary_display.ts";
import { corpusTableDisplay } from "./corpus_table_display.ts";
import { diarizationDisplay } from "./diarization_display.ts";
import type { MimeBundle } from "./displayed.ts";
import {
  amplificationDisplay,
  bisectionDisplay,
  differenceDisplay,
  driftReportDisplay,
  marginsDisplay,
} from "./drift_display.ts";
import { factsDisplay } from "./facts_display.ts";
import { listDisplay } from "./list_display.ts";
import { nounOf } from "./nouns.ts";
import { parityDisplay } from "./parity_display.ts";
import { type AnnotatedAudio, playerDisplay } from "./player.ts";
import { featureDisplay, processorDisplay, processReportDisplay } from "./processors_display.ts";
import { recordingsDisplay } from "./recordings_display.ts";
import { runDisplay } from "./run_display.ts";
import {
  detectionDisplay,
  errorRateDisplay,
  jaccardDisplay,
  purityDisplay,
  scoreDisplay,
} from "./score_display.ts";
import { segmentDisplay } from "./segment_display.ts";

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
    show: (result: Diarization) => diarizationDisplay(result),
  },
  { fields: ["annotation", "audio"], show: (heard: AnnotatedAudio) => playerDisplay(heard) },
  { fields: ["samples", "sampleRate", "warnings"], show: (audio: MonoAudio) => audioDisplay(audio) },
  {
    fields: ["file", "sampleRate", "channels", "format", "blocks"],
    show: (audio: Audio) => openedDisplay(audio),
  },
  {
    fields: ["folder", "recordings", "inAllStages", "stages"],
    show: (summary: CorpusSummary) => corpusSummaryDisplay(summary),
  },
  { fields: ["columns", "rowCount"], show: (table: Table) => corpusTableDisplay(table) },
  { fields: ["artefacts", "seconds"], show: (run: RunResult) => runDisplay(run) },
  {
    fields: ["artefacts", "reference", "folder", "decimals"],
    show: (capture: Capture) => runDisplay(capture, { caption: `${capture.name}, a capture` }),
  },
  { fields: ["stages", "rttm", "isolatedRttm"], show: (report: CaptureReport) => parityDisplay(report) },
  {
    fields: ["quantities", "onlyIn", "identical"],
    show: (difference: RunDifference) => differenceDisplay(difference),
  },
  { fields: ["stages", "whole", "verdict"], show: (found: Bisection) => bisectionDisplay(found) },
  { fields: ["lists", "nearestMeasured"], show: (margins: Margins) => marginsDisplay(margins) },
  {
    fields: ["a", "b", "difference", "environment"],
    show: (report: DriftReport) => driftReportDisplay(report),
  },
  {
    fields: ["run", "stage", "disturbed", "steps"],
    show: (amplification: Amplification) => amplificationDisplay(amplification),
  },
  {
    fields: ["name", "artefacts"],
    show: (run: DriftRun) => runDisplay(run, { caption: run.name }),
  },
  {
    fields: ["version", "clustering", "options"],
    show: (run: RunProvenance) =>
      factsDisplay("what a run depended on", Object.fromEntries(provenanceFacts(run))),
  },
  { fields: ["diarization", "jaccard", "purity"], show: (score: FileScore) => scoreDisplay(score) },
  {
    fields: ["der", "missed", "falseAlarm", "confusion", "correct"],
    show: (errors: DiarizationErrors) => errorRateDisplay(errors),
  },
  { fields: ["jer", "speakerError", "speakers"], show: (errors: JaccardErrorRate) => jaccardDisplay(errors) },
  {
    fields: ["rate", "detected", "precision", "recall"],
    show: (errors: DetectionErrorRate) => detectionDisplay(errors),
  },
  {
    fields: ["wavId", "scalars", "segments", "audioSha256"],
    show: (feature: StoredFeature) => featureDisplay(feature),
  },
  {
    fields: ["name", "title", "needs", "columns", "save", "load"],
    show: (processor: FeatureProcessor) => processorDisplay(processor),
  },
  {
    fields: ["out", "processors", "recordings", "made", "failures"],
    show: (report: ProcessReport) => processReportDisplay(report),
  },
  {
    fields: ["source", "recordings", "totalSec", "faults"],
    show: (list: RecordingList) => recordingsDisplay(list),
  },
  { fields: ["purity", "dominant"], show: (share: Purity) => purityDisplay(share) },
  { fields: ["coverage", "dominant"], show: (share: Purity) => purityDisplay(share) },
];

/** Things with a class of their own that tell themselves by their fields. */
const CLASSES = [
  [Diarizer, "a diarizer: the networks of a preset, loaded"],
  [FrontStages, "the stages before clustering: the networks of a preset, loaded"],
  [NpzArchive, "an archive of arrays"],
] as const;

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
  if (value instanceof Segment) return () => segmentDisplay(value);
  if (value instanceof Annotation) return () => annotationDisplay(value);
  if (value instanceof MetadataManifest) {
    return async () =>
      corpusTableDisplay(await value.toTable({ limit: 20 }), {
        what: `${value.source}, a manifest`,
        rowCount: await value.count(),
      });
  }
  if (value instanceof Timeline) {
    return () =>
      annotationDisplay(
        Annotation.fromTracks(value.segments.map((segment) => [segment, "_", "timeline"]), value),
      );
  }
  if (Array.isArray(value) || value instanceof Map) {
    const bundle = listDisplay(value);
    return bundle && (() => bundle);
  }
  const known = CLASSES.find(([one]) => value instanceof one);
  if (known) return () => factsDisplay(known[1], value);
  // Own fields only: asking for an inherited one may run a getter of somebody's class.
  const kind = KINDS.find(({ fields }) => fields.every((name) => Object.hasOwn(value, name)));
  if (kind) return () => kind.show(value as never);
  const noun = nounOf(value);
  return noun === undefined ? undefined : () => factsDisplay(noun, value);
}
