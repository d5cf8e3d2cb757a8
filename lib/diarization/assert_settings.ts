import { closest } from "#lib/pipeline/closest.ts";
import { listOptions } from "#lib/pipeline/option_list.ts";
import { OptionsError } from "#lib/pipeline/options.ts";

/** What `Diarizer.open` takes, and what is said of one recording. */
const OPENING = [
  "preset",
  "options",
  "models",
  "embeddingModel",
  "provider",
  "workers",
  "batchSize",
  "compute",
  "imports",
];
const RECORDING = ["uri", "options", "channel", "hook", "signal"];

/**
 * Refuses settings that there are not: JavaScript would pass over them, and `numSpeakers` in the wrong place would be no hint.
 *
 * @param settings What `diarize` (or `Diarizer.open`, which takes a part of it) was given.
 * @throws {OptionsError} that names the first one and where it was probably meant to stand.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assertSettings } from "#lib/diarization/assert_settings.ts";
 * assertSettings({ preset: "own", options: { hints: { numSpeakers: 2 } } });
 * assert.throws(
 *   () => assertSettings({ numSpeakers: 2 }),
 *   /There is no setting "numSpeakers"; it is options: { hints: { numSpeakers: ... } }/,
 * );
 * assert.throws(() => assertSettings({ presett: "own" }), /"presett"; did you mean "preset"\?/);
 * ```
 */
export function assertSettings(settings: object): void {
  if (typeof settings !== "object" || settings === null) {
    throw new OptionsError(`Settings are an object, not ${JSON.stringify(settings)}.`);
  }
  const known = [...new Set([...OPENING, ...RECORDING, "diarizer"])];
  const name = Object.keys(settings).find((key) => !known.includes(key));
  if (name === undefined) return;
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  const keys = listOptions().map(({ key }) => key);
  const inside = keys.find((key) => plain(key.split(".").at(-1)!) === plain(name)) ??
    (keys.some((key) => key.startsWith(`${name}.`)) ? name : undefined);
  const near = known.find((word) => plain(word) === plain(name)) ?? closest(name, known);
  const advice = inside !== undefined
    ? `it is ${nested(`options.${inside}`)}`
    : near !== undefined
    ? `did you mean "${near}"?`
    : `there are ${known.join(", ")}`;
  throw new OptionsError(`There is no setting "${name}"; ${advice}${advice.endsWith("?") ? "" : "."}`);
}

/** "options.hints.numSpeakers" as it is written in a program. */
function nested(path: string): string {
  return path.split(".").reduceRight(
    (inner, name) => inner === "" ? `${name}: ...` : `${name}: { ${inner} }`,
    "",
  );
}
