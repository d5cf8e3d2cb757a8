import type { SpeechTransform } from "./speech_sample.ts";

/**
 * One transform of several, applied from the first to the last; of none, samples stay as they are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compose } from "#lib/corpus/transforms/compose.ts";
 * import { normalize } from "#lib/corpus/transforms/normalize.ts";
 * import { resampleTo } from "#lib/corpus/transforms/resample_to.ts";
 * const prepare = compose([resampleTo(8000), normalize()]);
 * const waveform = [Float32Array.of(0, 0.5, 0, -0.5)];
 * const sample = prepare({ id: "a", wavId: "a", waveform, sampleRate: 16_000, metadata: {} });
 * assert.equal(sample.sampleRate, 8000);
 * ```
 */
export function compose(transforms: readonly SpeechTransform[]): SpeechTransform {
  const all = [...transforms];
  return (sample) => all.reduce((made, transform) => transform(made), sample);
}
