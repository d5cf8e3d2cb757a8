import type { Compute } from "#lib/compute/compute.ts";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { fbank } from "#kernels/fbank/mod.ts";

/**
 * The input of a WeSpeaker-type network: Kaldi's fbank of each chunk, every bin less its mean over the chunk's frames.
 *
 * @param waveforms (batch, samples) at 16 kHz in [-1, 1].
 * @param options `batch`: chunks in `waveforms`, 1 by default; `melBins`: 80 by default; `compute`: where it is computed.
 * @returns (batch, frames, melBins).
 * @throws {RangeError} A chunk is shorter than 400 samples, or chunks are not of one length.
 * Source: pyannote.audio models/embedding/wespeaker/__init__.py.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { embeddingFbank } from "#lib/networks/embedding_fbank.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const { shape, data } = await embeddingFbank(new Float32Array(2 * 160000), { compute, batch: 2 });
 * assert.deepEqual(shape, [2, 998, 80]);
 * assert(data.every((value) => Math.abs(value) < 1e-5)); // silence, less its mean
 * ```
 */
export async function embeddingFbank(
  waveforms: Float32Array,
  options: { readonly compute: Compute; readonly batch?: number; readonly melBins?: number },
): Promise<ArrayOf<"f4">> {
  const { compute, batch = 1, melBins = 80 } = options;
  const { features, frames } = await fbank(compute, waveforms, { batch, melBins, removeMean: true });
  const data = features instanceof Float32Array ? features : Float32Array.from(features);
  return ndArray("f4", [batch, frames, melBins], data);
}
