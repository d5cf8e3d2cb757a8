/** What was guessed, skipped, clipped or not met, told to whoever listens. */
export * from "./warn.ts";
