/** community-1 as a list of stages that can be run alone, replaced, observed and cancelled. */
export * from "./ahc_speakers.ts";
export * from "./artefacts.ts";
export * from "./clusterings.ts";
export * from "./community_1.ts";
export * from "./differing_options.ts";
export * from "./merge_options.ts";
export * from "./missing_weights_error.ts";
export * from "./option_list.ts";
export * from "./nested_options.ts";
export * from "./options.ts";
export * from "./provenance_facts.ts";
export * from "./replace_stage.ts";
export * from "./run_provenance.ts";
export * from "./run_stages.ts";
export * from "./set_options.ts";
export * from "./stage.ts";
