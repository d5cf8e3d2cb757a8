/** What was guessed, skipped, clipped or not met, told to whoever listens. */
export { visibleText } from "./visible_text.ts";
export * from "./warn.ts";
