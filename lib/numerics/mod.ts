/** Exact and compensated arithmetic, assignment, random numbers: nothing here knows of speech. */
export * from "./format_fixed.ts";
export * from "./format_percent.ts";
export * from "./format_seconds.ts";
export * from "./linear_sum_assignment.ts";
export * from "./mersenne_twister.ts";
export * from "./neumaier_sum.ts";
export * from "./round_half_even.ts";
export * from "./sum.ts";
