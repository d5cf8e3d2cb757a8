import process from "node:process";
import { visibleText } from "./visible_text.ts";

/** Takes a warning: one sentence that names the thing, what was wrong with it and what was done. */
export type Warn = (warning: string) => void;

/**
 * What readers do with a warning where no other way was given: the process's own `warning` event, which runtimes print
 * on stderr and programs can listen to. Its name is `DialabWarning`. What could steer a
 * terminal is written as an escape.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { once } from "node:events";
 * import process from "node:process";
 * import { warnOnProcess } from "#lib/warnings/warn.ts";
 *
 * const heard = once(process, "warning");
 * warnOnProcess("a.rttm: 1 turn starts before 0 and was clipped.");
 * const [{ name, message }] = await heard;
 * assert.equal(`${name}: ${message}`, "DialabWarning: a.rttm: 1 turn starts before 0 and was clipped.");
 * ```
 */
export const warnOnProcess: Warn = (warning) => process.emitWarning(visibleText(warning), "DialabWarning");
