import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { Audio } from "#lib/audio/audio.ts";
import { Diarizer, type DiarizerOptions, type DiarizeSettings } from "#lib/diarization/diarizer.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { ProcessorNeed } from "./feature_processor.ts";
import { openSpeechNetwork } from "./speech_network.ts";

/** What the networks give of a recording. */
export interface HeardParts {
  readonly segmentations: ArrayOf<"f4">;
  /** Undefined where nobody needs them. */
  readonly embeddings?: ArrayOf<"f4">;
  readonly warnings: readonly string[];
}

/** The networks that processors need, open for any number of recordings at once. */
export interface HearingParts
  extends AsyncDisposable, Pick<Diarizer, "preset" | "note" | "options" | "warnings"> {
  readonly weights: Pick<Diarizer["weights"], "segmentation"> & Partial<Diarizer["weights"]>;
  hear(audio: Audio, settings: DiarizeSettings): Promise<HeardParts>;
  /** From what was heard to turns; undefined where nobody needs them. */
  readonly turns: ((heard: HeardParts, settings: DiarizeSettings) => Promise<Annotation>) | undefined;
}

/**
 * Opens the networks that are needed and no others: none, the segmentation, or all of a preset.
 *
 * @throws {ModelNotFoundError} and others that `Diarizer.open` throws.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openHearing } from "#lib/corpus/processors/hearing.ts";
 * assert.equal(await openHearing([], { preset: "no such preset" }), undefined);
 * ```
 */
export async function openHearing(
  needs: readonly ProcessorNeed[],
  options: DiarizerOptions = {},
): Promise<HearingParts | undefined> {
  if (needs.length === 0) return undefined;
  if (!needs.includes("embeddings") && !needs.includes("turns")) {
    return { ...await openSpeechNetwork(options), turns: undefined };
  }
  const diarizer = await Diarizer.open(options);
  const { preset, note, warnings, weights } = diarizer;
  return {
    ...{ preset, note, warnings, weights, options: diarizer.options },
    hear: (audio, settings) => diarizer.hear(audio, settings),
    turns: async ({ segmentations, embeddings }, settings) => {
      const { artefacts } = await diarizer.cluster({ segmentations, embeddings: embeddings! }, settings);
      return artefacts.diarization!;
    },
    [Symbol.asyncDispose]: () => diarizer[Symbol.asyncDispose](),
  };
}
