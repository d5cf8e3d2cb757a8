/** What is in an output directory, at a glance. */
export type { ColumnSummary } from "./column_summary.ts";
export type { SegmentSummary } from "./segment_summary.ts";
export {
  type CorpusSummary,
  type StageSummary,
  summarizeCorpus,
  type SummarizeCorpusOptions,
} from "./summarize_corpus.ts";
