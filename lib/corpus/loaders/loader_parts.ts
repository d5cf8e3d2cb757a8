import { mixChannels } from "#lib/audio/mix_channels.ts";
import type { DecodedAudio } from "#lib/audio/decode_audio.ts";
import type { MetadataStore } from "../store/metadata_store.ts";
import type { LoadedWaveform } from "./speech_loader.ts";

/**
 * Decoded sound with the channels that are wanted.
 *
 * @param isMono Whether channels become their mean.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withChannels } from "#lib/corpus/loaders/loader_parts.ts";
 * const stereo = { waveform: [Float32Array.of(1), Float32Array.of(0)], sampleRate: 8000, warnings: [] };
 * assert.deepEqual(withChannels(stereo, true), { waveform: [Float32Array.of(0.5)], sampleRate: 8000 });
 * ```
 */
export function withChannels({ waveform, sampleRate }: DecodedAudio, isMono: boolean): LoadedWaveform {
  return { waveform: isMono ? [mixChannels(waveform)] : waveform, sampleRate };
}

/**
 * A recording's row of a store; nothing where it has none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowOf } from "#lib/corpus/loaders/loader_parts.ts";
 * assert.deepEqual(await rowOf("a", undefined), {});
 * ```
 */
export async function rowOf(
  wavId: string,
  store: Pick<MetadataStore, "exists" | "load"> | undefined,
): Promise<Record<string, unknown>> {
  return store !== undefined && await store.exists(wavId) ? await store.load(wavId) : {};
}
