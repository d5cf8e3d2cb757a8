import { ndArray } from "#lib/arrays/nd_array.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { fbank } from "#kernels/fbank/mod.ts";
import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";

const LENGTH = 400, SHIFT = 160, MEL_BINS = 80;
/** Frames that are computed at a time: ten seconds. */
const AT_ONCE = 1000;

/**
 * Kaldi's log mel filter banks of the whole recording, as the embedding networks hear them but for the mean, which is not taken off: 80
 * bins, frames of 25 ms every 10 ms. The arrays: `fbank` (frames, 80) and `step_s`. A recording under 25 ms fails.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbankProcessor } from "#lib/corpus/processors/fbank_processor.ts";
 * assert.deepEqual(fbankProcessor().columns, { n_frames: "int", mel_bins: "int" });
 * ```
 */
export function fbankProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "fbank",
    title: "log mel filter banks, 80 bins every 10 ms",
    columns: { n_frames: "int", mel_bins: "int" },
    arrays: true,
    async process(input) {
      const parts: Float32Array[] = [];
      const waiting = new Float32Array(LENGTH + (AT_ONCE - 1) * SHIFT);
      let filled = 0, frames = 0, samples = 0;
      const compute = async () => {
        const { features, frames: made } = await fbank(input.compute, waiting.slice(0, filled), {
          melBins: MEL_BINS,
        });
        parts.push(features instanceof Float32Array ? features : Float32Array.from(features));
        frames += made;
        waiting.copyWithin(0, made * SHIFT, filled);
        filled -= made * SHIFT;
      };
      for await (const piece of input.mono()) {
        samples += piece.length;
        for (let done = 0; done < piece.length;) {
          const part = piece.subarray(done, done + waiting.length - filled);
          waiting.set(part, filled);
          filled += part.length;
          done += part.length;
          if (filled === waiting.length) await compute();
        }
      }
      if (samples < LENGTH) {
        throw new RangeError(
          `${input.file} has ${samples} samples at ${NETWORK_SAMPLE_RATE} Hz; a frame of fbank needs ${LENGTH}.`,
        );
      }
      if (filled >= LENGTH) await compute();
      const all = new Float32Array(frames * MEL_BINS);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return {
        scalars: { n_frames: frames, mel_bins: MEL_BINS },
        arrays: {
          fbank: ndArray("f4", [frames, MEL_BINS], all),
          step_s: ndArray("f4", [], Float32Array.of(SHIFT / NETWORK_SAMPLE_RATE)),
        },
      };
    },
  });
}
