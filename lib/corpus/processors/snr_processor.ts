import { ndArray } from "#lib/arrays/nd_array.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";
import { framePowers } from "./frame_powers.ts";
import { signalToNoise } from "./signal_to_noise.ts";
import { speechSegments } from "./speech_segments.ts";

const FRAME_SEC = 0.01, STEP_FRAMES = 10;

/**
 * How much louder speech is than the noise in its pauses (`signalToNoise`). The row: snr_db of all speech, snr_mean, _std, _min, _max over
 * steps of 0.1 s that are speech, levels of both, counts of steps; null where it cannot be told, with a warning. The arrays: `snr` and
 * `vad` by step, and `step_s`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { snrProcessor } from "#lib/corpus/processors/snr_processor.ts";
 * assert.equal(snrProcessor().arrays, true);
 * ```
 */
export function snrProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "snr",
    title: "how much louder speech is than noise",
    needs: ["segmentations"],
    columns: {
      snr_db: "float",
      ...{ snr_mean: "float", snr_std: "float", snr_min: "float", snr_max: "float" },
      ...{ speech_dbfs: "float", noise_dbfs: "float" },
      ...{ n_raw_frames: "int", n_speech_frames: "int", speech_fraction: "float", step_s: "float" },
    },
    arrays: true,
    async process(input) {
      const powers = await framePowers(input.mono(), FRAME_SEC * NETWORK_SAMPLE_RATE);
      const durationSec = await input.durationSec();
      const segments = speechSegments(await input.segmentations(), { durationSec });
      const found = signalToNoise({ powers, frameSec: FRAME_SEC, segments, stepFrames: STEP_FRAMES });
      const { steps, speech, why } = found;
      const heard = [...steps].filter((db) => !Number.isNaN(db));
      const mean = heard.reduce((sum, db) => sum + db, 0) / heard.length;
      const spoken = speech.reduce((sum, one) => sum + one, 0);
      const orNull = (value: number) => heard.length === 0 ? null : value;
      const stepSec = Math.fround(FRAME_SEC * STEP_FRAMES);
      return {
        scalars: {
          snr_db: found.snrDb,
          snr_mean: orNull(mean),
          snr_std: orNull(Math.sqrt(heard.reduce((sum, db) => sum + (db - mean) ** 2, 0) / heard.length)),
          snr_min: orNull(heard.reduce((a, b) => Math.min(a, b), Infinity)),
          snr_max: orNull(heard.reduce((a, b) => Math.max(a, b), -Infinity)),
          speech_dbfs: found.speechDbfs,
          noise_dbfs: found.noiseDbfs,
          n_raw_frames: steps.length,
          n_speech_frames: spoken,
          speech_fraction: steps.length === 0 ? null : spoken / steps.length,
          step_s: FRAME_SEC * STEP_FRAMES,
        },
        arrays: {
          snr: ndArray("f4", [steps.length], steps),
          vad: ndArray("u1", [speech.length], speech),
          step_s: ndArray("f4", [], Float32Array.of(stepSec)),
        },
        warnings: why === undefined ? [] : [why],
      };
    },
  });
}
