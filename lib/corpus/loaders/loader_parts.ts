import { mixChannels } from "#lib/audio/mix_channels.ts";
import type { DecodedAudio } from "#lib/audio/decode_audio.ts";
import { nearestOf } from "../tables/nearest_of.ts";
import type { MetadataStore } from "../store/metadata_store.ts";
import type { LoadedWaveform } from "./speech_loader.ts";

/**
 * The number of an id among others.
 *
 * @throws {RangeError} It is not there; the nearest one is named.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { numberOf } from "#lib/corpus/loaders/loader_parts.ts";
 * assert.equal(numberOf("b", new Map([["a", 0], ["b", 1]]), "talks"), 1);
 * assert.throws(() => numberOf("c", new Map([["a", 0]]), "talks"), /talks has no sample "c"; the nearest of 1 is "a"/);
 * ```
 */
export function numberOf(id: string, numbers: ReadonlyMap<string, number>, where: string): number {
  const number = numbers.get(id);
  if (number !== undefined) return number;
  const nearest = numbers.size === 0
    ? "there is none"
    : `the nearest of ${numbers.size} is ${
      JSON.stringify(nearestOf(id, [...numbers.keys()].slice(0, 10_000)))
    }`;
  throw new RangeError(`${where} has no sample ${JSON.stringify(id)}; ${nearest}.`);
}

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
