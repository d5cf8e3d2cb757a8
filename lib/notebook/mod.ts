/** What notebooks show: displays of dialab's values, tables, progress in place, sound. */
export { annotationDisplay, turnTable } from "./annotation_display.ts";
export { arrayDisplay } from "./array_display.ts";
export { audioPlayer, type AudioPlayerOptions } from "./audio_player.ts";
export { type Displayed, displayed, type MimeBundle } from "./displayed.ts";
export { displayOf } from "./display_of.ts";
export { bisectionDisplay, differenceDisplay, marginsDisplay } from "./drift_display.ts";
export { disableDisplays, enableDisplays } from "./enable_displays.ts";
export { type Kernel, runningKernel } from "./kernel.ts";
export { parityDisplay } from "./parity_display.ts";
export { runDisplay } from "./run_display.ts";
export { errorRateDisplay, scoreDisplay } from "./score_display.ts";
export { show } from "./show.ts";
export { showProgress, type ShowProgressOptions } from "./show_progress.ts";
export { type Cell, type Row, table, tableBundle, type TableOptions } from "./table.ts";
