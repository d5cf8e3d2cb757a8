/** Reports as self-contained HTML pages; docs/report.md tells what they can do. */
export { type DiarizationPage, diarizationReport } from "./diarization_report.ts";
export { type DriftPage, driftReport } from "./drift_report.ts";
export { listen, type ListenOptions, type Sound } from "./listen.ts";
export { type ParityItem, type ParityPage, parityReport } from "./parity_report.ts";
export { type ReferencePage, referenceSection } from "./reference_section.ts";
export type {
  Block as ReportBlock,
  Cell as ReportCell,
  Recording as ReportRecording,
  Report,
  Section as ReportSection,
  Table as ReportTable,
} from "./report.ts";
export { reportPage, type ReportPageOptions } from "./report_page.ts";
