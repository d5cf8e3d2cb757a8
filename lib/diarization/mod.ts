/** From a recording to turns: presets, the networks' part, the whole. */
export * from "./assert_heard_grid.ts";
export * from "./assert_runnable.ts";
export * from "./best_preset.ts";
export * from "./compare_embeddings.ts";
export * from "./compare_provenance.ts";
export * from "./diarize.ts";
export * from "./diarizer.ts";
export * from "./embedding_masks.ts";
export * from "./front_stages.ts";
export * from "./gather_provenance.ts";
export * from "./network_runs.ts";
export * from "./preset_plda.ts";
export * from "./presets.ts";
export * from "./read_preset.ts";
export * from "./write_capture.ts";
export * from "./would_repeat.ts";
export * from "./within_recording.ts";
