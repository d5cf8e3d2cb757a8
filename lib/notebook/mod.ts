/** What notebooks show: displays of dialab's values, tables, progress in place, sound. */
export { annotationDisplay, turnTable } from "./annotation_display.ts";
export { arrayDisplay } from "./array_display.ts";
export { audioDisplay, audioPlayer, type AudioPlayerOptions, openedDisplay } from "./audio_player.ts";
export { type Displayed, displayed, type MimeBundle } from "./displayed.ts";
export { displayOf } from "./display_of.ts";
export { corpusSummaryDisplay, type CorpusSummaryDisplayOptions } from "./corpus_summary_display.ts";
export { corpusTableDisplay, type CorpusTableDisplayOptions } from "./corpus_table_display.ts";
export { diarizationDisplay } from "./diarization_display.ts";
export {
  amplificationDisplay,
  bisectionDisplay,
  differenceDisplay,
  driftReportDisplay,
  marginsDisplay,
} from "./drift_display.ts";
export { disableDisplays, enableDisplays } from "./enable_displays.ts";
export { factsDisplay } from "./facts_display.ts";
export { type Kernel, runningKernel } from "./kernel.ts";
export { listDisplay } from "./list_display.ts";
export { parityDisplay } from "./parity_display.ts";
export { type AnnotatedAudio, player, playerDisplay, type PlayerOptions } from "./player.ts";
export { runDisplay } from "./run_display.ts";
export {
  detectionDisplay,
  errorRateDisplay,
  jaccardDisplay,
  purityDisplay,
  scoreDisplay,
} from "./score_display.ts";
export { segmentDisplay } from "./segment_display.ts";
export { show } from "./show.ts";
export { showProgress, type ShowProgressOptions } from "./show_progress.ts";
export {
  type Cell as TableCell,
  type Row as TableRow,
  table,
  tableBundle,
  type TableOptions,
} from "./table.ts";
