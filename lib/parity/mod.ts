/** Captured runs of pyannote: finding, reading and replaying them, and comparing every stage. */
export * from "./capture.ts";
export * from "./capture_models.ts";
export * from "./check_shapes.ts";
export * from "./compare_rttm.ts";
export * from "./compare_values.ts";
export * from "./drift/mod.ts";
export * from "./environment.ts";
export * from "./find_captures.ts";
export * from "./find_plda.ts";
export * from "./quantities.ts";
export * from "./read_capture.ts";
export * from "./replay_capture.ts";
export * from "./replay_hints.ts";
export * from "./read_manifest.ts";
export * from "./report.ts";
export * from "./ulp_distance.ts";
export * from "./verify_manifest.ts";
