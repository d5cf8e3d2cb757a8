/** Output directories of Dataloader++, read as they are. */
export { locateAudio } from "./locate_audio.ts";
export { openStage, type OpenStageOptions, openStages } from "./open_stage.ts";
export { StageOutputError } from "./stage_output_error.ts";
export type { StageName } from "./stage_layout.ts";
export { StageOutput, type StageRecord, type StageState } from "./stage_output.ts";
