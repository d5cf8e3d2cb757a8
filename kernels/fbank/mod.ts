/**
 * Kaldi's log mel filter banks, as pyannote's WeSpeaker front end makes them, on any backend.
 *
 * Precision, as the largest difference from torchaudio's float64 result on its speech clips and test signals: `scalar` (float64)
 * 1e-11; `wasm` (float64 inside, float32 out) and `webgpu` with `df64` 1.2e-6, of which 1e-6 is the rounding of the result;
 * `webgpu` with `f32` 2.5e-4, as torchaudio's own float32. docs/decisions/0006_fbank_precision.md tells why.
 */
import type { Compute } from "#lib/compute/compute.ts";
import type { FbankOptions, FbankResult } from "./contract.ts";

export type { FbankOptions, FbankResult };

/**
 * Log mel filter bank features of a batch of clips.
 *
 * Frames begin at the first sample and are only made where they are whole; scalar.ts lists what is done to each. A frame's numbers
 * depend on its samples alone: NaN or infinite samples make all bins of just the frames that they touch NaN (with `removeMean`, of
 * the whole clip), and the same clip gives the same bits wherever in a batch it stands.
 *
 * @param waveforms (batch, samples) in [-1, 1]; scalar takes float64 samples as they are, the others round them to float32.
 * @returns float64 features from scalar, float32 ones from the others.
 * @throws {RangeError} on a clip under `frameLength` samples, clips of unequal length, or options out of range.
 * Source: torchaudio.compliance.kaldi.fbank as pyannote calls it (models/embedding/wespeaker/__init__.py).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { fbank } from "#kernels/fbank/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const tone = Float32Array.from({ length: 2 * 16000 }, (_, n) => 0.1 * Math.sin((2 * Math.PI * 440 * n) / 16000));
 * const { features, frames, melBins } = await fbank(compute, tone, { batch: 2 });
 * assert.deepEqual([frames, melBins, features.length], [98, 80, 2 * 98 * 80]);
 * const loudest = features.subarray(0, 80).indexOf(Math.max(...features.subarray(0, 80)));
 * assert.equal(loudest, 14); // whose middle is at 439 Hz
 * ```
 */
export async function fbank(
  compute: Compute,
  waveforms: Float32Array | Float64Array,
  options: FbankOptions = {},
): Promise<FbankResult> {
  if (compute.backend === "webgpu") return (await import("./webgpu.ts")).fbank(compute, waveforms, options);
  if (compute.backend === "wasm") return (await import("./wasm.ts")).fbank(waveforms, options);
  return (await import("./scalar.ts")).fbank(waveforms, options);
}
