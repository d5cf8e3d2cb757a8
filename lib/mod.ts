/**
 * dialab: a speaker-diarization laboratory. Everything public, under one roof: from `diarize` to the displays of notebooks.
 *
 * What is heavy (networks, GPU, plots, image and table makers) is loaded when it is first used, not by this import.
 *
 * @module
 */
export * from "./arrays/mod.ts";
export * from "./audio/mod.ts";
export * from "./clustering/mod.ts";
export * from "./compute/mod.ts";
export * from "./corpus/mod.ts";
export * from "./diarization/mod.ts";
export * from "./metrics/mod.ts";
export * from "./networks/mod.ts";
export * from "./notebook/mod.ts";
export * from "./numerics/mod.ts";
export * from "./parity/mod.ts";
export * from "./pipeline/mod.ts";
export * from "./places/mod.ts";
export * from "./plots/mod.ts";
export * from "./report/mod.ts";
export * from "./scheduling/mod.ts";
export * from "./synthesis/mod.ts";
export * from "./timeline/mod.ts";
export * from "./warnings/mod.ts";
