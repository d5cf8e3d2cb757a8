/** Measures of a diarization against a reference: pyannote.metrics' and NIST md-eval's figures. */
export { aggregate } from "./aggregate.ts";
export { type Coverage, coverage, coverageOf, rateCoverage } from "./coverage.ts";
export {
  type DetectionErrorRate,
  detectionErrorRate,
  detectionErrorRateOf,
  rateDetectionErrors,
} from "./detection_error_rate.ts";
export {
  type DiarizationErrorRate,
  diarizationErrorRate,
  diarizationErrorRateOf,
  type DiarizationErrors,
  rateDiarizationErrors,
} from "./diarization_error_rate.ts";
export { fMeasure, type FMeasureOptions } from "./f_measure.ts";
export {
  type JaccardErrorRate,
  jaccardErrorRate,
  jaccardErrorRateOf,
  rateJaccardErrors,
} from "./jaccard_error_rate.ts";
export { type NistNoScore, nistNoScore } from "./nist_no_score.ts";
export {
  type PairedRecordings,
  pairRecordings,
  type PairRecordingsOptions,
  type RecordingPair,
} from "./pair_recordings.ts";
export { pyannoteErrorRate } from "./pyannote_error_rate.ts";
export { type Purity, purity, purityOf, ratePurity } from "./purity.ts";
export { type FileScore, scoreFile, type ScoreFileOptions, type Scores } from "./score_file.ts";
export { scoreTable, type ScoreTableOptions } from "./score_table.ts";
export { type SelfOverlap, selfOverlap } from "./self_overlap.ts";
export { type RegionSpeakers, type ScoredRegions, scoredRegions } from "./scored_regions.ts";
export { nistConventions, type ScoringOptions } from "./scoring_options.ts";
export { speakerMapping } from "./speaker_mapping.ts";
export { type SpeakerTimes, speakerTimes, type SpeakerTimesOptions } from "./speaker_times.ts";
