/** Clips: where recordings are cut, and what of a VAD that depends on. */
export { amelaClips } from "./amela_clips.ts";
export { amelaSplits, type AmelaSplitsOptions } from "./amela_splits.ts";
export {
  clipAtSilences,
  type ClipAtSilencesOptions,
  type Clipping,
  type StretchInput,
} from "./clip_at_silences.ts";
export {
  type FlagRun,
  type FlagRuns,
  flagRuns,
  type SegmentStatistics,
  segmentStatistics,
} from "./flag_runs.ts";
export { type LabelledSegmentInput, mergeSegments, type MergeSegmentsOptions } from "./merge_segments.ts";
