// The library has it: settings and presets are written by hand as well.
export { closest } from "#lib/pipeline/closest.ts";
