import { amelaSplits, type AmelaSplitsOptions } from "./amela_splits.ts";
import type { Clipping, StretchInput } from "./clip_at_silences.ts";

/**
 * Tiles a recording with clips as AMELA cuts it, from the segments of a VAD in place of its flags.
 *
 * @param recording `durationSec`, and the `segments` of a VAD.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { amelaClips } from "#lib/corpus/clips/amela_clips.ts";
 * const segments = [{ onset: 0, offset: 31 }, { onset: 31.5, offset: 100 }];
 * const { clips } = amelaClips({ durationSec: 100, segments });
 * assert.deepEqual(clips, [{ onset: 0, offset: 31.232 }, { onset: 31.232, offset: 100 }]);
 * ```
 */
export function amelaClips(
  recording: { readonly durationSec: number; readonly segments: readonly StretchInput[] },
  options: AmelaSplitsOptions = {},
): Clipping {
  const { hop = 256, sampleRate = 16_000, targetSec = 30, lookAheadSec = 10 } = options;
  const { durationSec, segments } = recording;
  const flags = new Uint8Array(Math.trunc(durationSec * sampleRate / hop));
  for (const { onset, offset } of segments) {
    flags.fill(1, Math.trunc(onset * sampleRate / hop), Math.trunc(offset * sampleRate / hop));
  }
  const cuts = amelaSplits(flags, options).map((split) => split * hop / sampleRate);
  const clips = [0, ...cuts].map((onset, i) => ({ onset, offset: cuts[i] ?? durationSec }))
    .filter(({ onset, offset }) => offset > onset);
  return { clips, overlong: clips.filter(({ onset, offset }) => offset - onset > targetSec + lookAheadSec) };
}
