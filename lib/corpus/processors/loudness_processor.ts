import { LoudnessMeter } from "../loudness/loudness_meter.ts";
import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";

/**
 * How loud a recording is, of all channels of the file at its own rate: EBU R 128 (see `LoudnessMeter`). The row: loudness_lufs,
 * loudness_range_lu, true_peak_dbtp; null where there is nothing to measure, as in silence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loudnessProcessor } from "#lib/corpus/processors/loudness_processor.ts";
 * assert.deepEqual(loudnessProcessor().needs, []);
 * ```
 */
export function loudnessProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "loudness",
    title: "how loud: EBU R 128, ITU-R BS.1770-4",
    columns: { loudness_lufs: "float", loudness_range_lu: "float", true_peak_dbtp: "float" },
    async process(input) {
      const meter = new LoudnessMeter(input);
      for await (const block of input.blocks()) {
        if (block.some((samples) => samples.some((value) => !Number.isFinite(value)))) {
          throw new RangeError(`${input.file}: a sample is not finite, and has no loudness.`);
        }
        meter.push(block);
      }
      const { integratedLufs, rangeLu, truePeakDbtp } = meter.end();
      return {
        scalars: { loudness_lufs: integratedLufs, loudness_range_lu: rangeLu, true_peak_dbtp: truePeakDbtp },
      };
    },
  });
}
