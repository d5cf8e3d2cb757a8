import { closest } from "#lib/pipeline/closest.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";

/** A whole diarization as data: which networks, which clustering, which settings. */
export interface Preset {
  readonly name: string;
  /** In a few words. */
  readonly title: string;
  /** Name of the segmentation network's card. */
  readonly segmentation: string;
  /** `masked`: one embedding per mask over a chunk's frames; `windows`: the mean over short windows of a slot's own samples. */
  readonly embedding: { readonly kind: "masked" | "windows"; readonly model: string };
  /** Names of the cards of the PLDA's two files, which lie in one folder; undefined when the clustering needs none. */
  readonly plda?: { readonly model: string; readonly transform: string };
  /** Name of a clustering: `vbx`, AHC, then VBx, as community-1; `ahc`, AHC alone, each cluster a speaker; or one of `defineClustering`. */
  readonly clustering: string;
  /** What is not community-1's. */
  readonly options: CommunityOptionsInput;
}

/**
 * The presets by name.
 *
 * - `community-1`: pyannote's pipeline.
 * - `own`: small networks that come with dialab (models/own/CARD.md tells what they heard); works offline in any clone.
 * - `hybrid`: segmentation-3.0 with the embedding of `own`.
 * - `compact`: small networks and no PLDA.
 *
 * What `compact` has of its own was chosen on trn01, trn03 and trn05 of the AMI excerpts, what `own` and `hybrid` have on trn05, trn06 and
 * four of pyannote's captures, see docs/presets.md.
 */
export const PRESETS: Readonly<Record<string, Preset>> = {
  "community-1": {
    name: "community-1",
    title: "segmentation-3.0, WeSpeaker ResNet34-LM, PLDA, VBx: pyannote's community-1",
    segmentation: "segmentation-3.0",
    embedding: { kind: "masked", model: "wespeaker-resnet34-lm" },
    plda: { model: "plda", transform: "plda-xvec-transform" },
    clustering: "vbx",
    options: {},
  },
  own: {
    name: "own",
    title: "dialab's own small networks and PLDA, VBx: works out of the box",
    segmentation: "segmentation-own",
    embedding: { kind: "masked", model: "embedding-own" },
    plda: { model: "own-plda", transform: "own-xvec-transform" },
    clustering: "vbx",
    options: { ahc: { threshold: 0.4 }, vbx: { fa: 0.2, fb: 2 } },
  },
  hybrid: {
    name: "hybrid",
    title: "segmentation-3.0, dialab's own embedding and PLDA, VBx",
    segmentation: "segmentation-3.0",
    embedding: { kind: "masked", model: "embedding-own" },
    plda: { model: "own-plda", transform: "own-xvec-transform" },
    clustering: "vbx",
    options: { ahc: { threshold: 0.4 }, vbx: { fa: 0.12, fb: 2 } },
  },
  compact: {
    name: "compact",
    title: "segmentation-3.0, ThinResNet, AHC: small and without a PLDA",
    segmentation: "segmentation-3.0",
    embedding: { kind: "windows", model: "thinresnet" },
    clustering: "ahc",
    options: {
      segmentation: { speechThreshold: 0.5 },
      ahc: { threshold: 0.75 },
      training: { minActiveRatio: 0.1 },
    },
  },
};

/**
 * A preset by its name.
 *
 * @throws {RangeError} when there is none; the message lists those there are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { presetNamed } from "#lib/diarization/presets.ts";
 * assert.equal(presetNamed("compact").clustering, "ahc");
 * assert.throws(() => presetNamed("tiny"), /community-1, own, hybrid, compact/);
 * ```
 */
export function presetNamed(name: string): Preset {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name];
  const names = Object.keys(PRESETS);
  if (Object.hasOwn(GONE, name)) {
    throw new RangeError(`The preset "${name}" is gone; "${GONE[name]}" has taken its place.`);
  }
  const meant = closest(name, names);
  throw new RangeError(
    `There is no preset "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}${
      meant === undefined ? "; there" : " There"
    } are ${names.join(", ")}.`,
  );
}

/** Presets of earlier versions, and what serves in their place. */
const GONE: Readonly<Record<string, string>> = { interim: "hybrid" };
