/** Where two runs part ways, how near they came to it, and how far a difference spreads. */
export * from "./compare_runs.ts";
export * from "./compare_turns.ts";
export * from "./drift_quantities.ts";
export * from "./drift_report.ts";
export * from "./drift_run.ts";
export * from "./run_difference.ts";
export * from "./decision_margins.ts";
export * from "./margins.ts";
export * from "./bisect_runs.ts";
export * from "./bisection.ts";
export * from "./amplification.ts";
export * from "./amplify.ts";
export * from "./other_recording.ts";
