import { NO_CLUSTER, silentSlots } from "#lib/clustering/assign_clusters.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptions } from "#lib/pipeline/options.ts";
import { chunkFrames } from "#lib/timeline/chunk_frames.ts";
import { locateValue, type TimeScale } from "./locate_value.ts";
import { MarginKeeper } from "./margin_keeper.ts";
import type { MarginList } from "./margins.ts";

/** What the margins of frames are measured with. */
export interface FrameMarginOptions {
  readonly options: CommunityOptions;
  readonly scale: TimeScale;
  /** How many are listed of each kind. */
  readonly limit: number;
}

/**
 * How far the powerset's best class was ahead of the second, frame by frame of every chunk.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { powersetMargins } from "#lib/parity/drift/frame_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const settings = { options, scale: options.grid, limit: 5 };
 * const powersetScores = ndArray("f4", [1, 2, 3], Float32Array.of(-1, -3, -9, -2, -9, -2.5));
 * const { nearest } = powersetMargins({ powersetScores }, settings);
 * assert.deepEqual(nearest.map(({ at, distance }) => [at.frame, distance]), [[1, 0.5], [0, 2]]);
 * ```
 */
export function powersetMargins(
  { powersetScores }: Pick<Artefacts, "powersetScores">,
  { scale, limit }: FrameMarginOptions,
): MarginList {
  const [chunks, frames, classes] = powersetScores.shape;
  const question = "which set of slots is active: best class against the second";
  const keeper = new MarginKeeper({ kind: "powerset argmax", unit: "nats", question, counted: false }, limit);
  for (let c = 0, at = 0; c < chunks; c++) {
    for (let f = 0; f < frames; f++, at += classes) {
      let best = -Infinity, second = -Infinity;
      for (let k = 0; k < classes; k++) {
        const score = powersetScores.data[at + k];
        if (score > best) {
          second = best;
          best = score;
        } else if (score > second) second = score;
      }
      keeper.add(best, second, () => locateValue(["chunk", "frame"], [c, f], scale));
    }
  }
  // Log-probabilities are measured from 0, so that their ratio tells nothing: how many times likelier the best is, does.
  const list = keeper.list();
  return {
    ...list,
    nearest: list.nearest.map((margin) => ({ ...margin, relative: -Math.expm1(-margin.distance) })),
  };
}

/**
 * How far the mean number of active slots was from the half at which the speaker count would be another.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { countMargins } from "#lib/parity/drift/frame_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const segmentations = ndArray("f4", [1, 589, 1], new Float32Array(589).fill(1));
 * const { nearest } = countMargins({ segmentations }, { options, scale: options.grid, limit: 3 });
 * assert.deepEqual([nearest[0].value, nearest[0].distance], [1, 0.5]);
 * ```
 */
export function countMargins(
  { segmentations }: Pick<Artefacts, "segmentations">,
  { options, scale, limit }: FrameMarginOptions,
): MarginList {
  const [chunks, framesPerChunk, slots] = segmentations.shape;
  const { first, total } = chunkFrames({ count: chunks, framesPerChunk }, options.grid);
  const sums = new Float64Array(total), covers = new Float64Array(total);
  for (let c = 0, at = 0; c < chunks; c++) {
    for (let f = 0; f < framesPerChunk; f++) {
      for (let s = 0; s < slots; s++, at++) sums[first[c] + f] += segmentations.data[at];
      covers[first[c] + f]++;
    }
  }
  const question = "how many speak in a frame: mean over chunks against the next half";
  const keeper = new MarginKeeper(
    { kind: "speaker count", unit: "speakers", question, counted: true },
    limit,
  );
  const alike = new AlikeFrames(keeper, scale);
  for (let t = 0; t < total; t++) {
    if (covers[t] === 0) continue;
    const mean = sums[t] / covers[t];
    alike.add(t, mean, Math.max(0.5, Math.floor(mean) + 0.5));
  }
  alike.end();
  return keeper.list();
}

/**
 * How many chunks' votes the last speaker that was let into a frame was ahead of the first that was not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { rankingMargins } from "#lib/parity/drift/frame_margins.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions();
 * const segmentations = ndArray("f4", [1, 589, 2], new Float32Array(589 * 2).map((_, at) => at % 2));
 * const hardClusters = ndArray("i4", [1, 2], Int32Array.of(0, 1));
 * const count = ndArray("u1", [594, 1], new Uint8Array(594).fill(1));
 * const { total, nearest } = rankingMargins({ segmentations, hardClusters, count }, { options, scale: options.grid, limit: 9 });
 * assert.deepEqual([total, nearest[0].distance], [589, 1]);
 * ```
 */
export function rankingMargins(
  { segmentations, hardClusters, count }: Pick<Artefacts, "segmentations" | "hardClusters" | "count">,
  { options, scale, limit }: FrameMarginOptions,
): MarginList {
  const [chunks, framesPerChunk, slots] = segmentations.shape;
  const { first, total } = chunkFrames({ count: chunks, framesPerChunk }, options.grid);
  const silent = silentSlots(segmentations);
  const clusters = hardClusters.data.map((k, at) => silent[at] ? NO_CLUSTER : k);
  const speakers = clusters.reduce((top, k) => Math.max(top, k), -1) + 1;
  const votes = new Uint16Array(total * speakers);
  const voted = new Uint8Array(speakers);
  for (let c = 0, at = 0; c < chunks; c++) {
    for (let f = 0; f < framesPerChunk; f++) {
      voted.fill(0);
      for (let s = 0; s < slots; s++, at++) {
        const k = clusters[c * slots + s];
        if (k < 0 || segmentations.data[at] === 0 || voted[k]) continue;
        voted[k] = 1; // several slots of one cluster are one vote
        votes[(first[c] + f) * speakers + k]++;
      }
    }
  }
  const question = "who speaks in a frame: votes for the last one in against the first one out";
  const keeper = new MarginKeeper({ kind: "frame ranking", unit: "votes", question, counted: true }, limit);
  const alike = new AlikeFrames(keeper, scale);
  for (let t = 0; t < total; t++) {
    const k = count.data[t];
    if (k === 0 || k >= speakers) continue;
    const ranked = votes.slice(t * speakers, (t + 1) * speakers).sort();
    const [last, next] = [ranked[speakers - k], ranked[speakers - k - 1]];
    if (last > 0) alike.add(t, last, next);
  }
  alike.end();
  return keeper.list();
}

/** Frames that follow one another with the same numbers are one place in the list. */
class AlikeFrames {
  #from = 0;
  #to = -1;
  #value = NaN;
  #threshold = NaN;

  constructor(readonly keeper: MarginKeeper, readonly scale: TimeScale) {}

  add(t: number, value: number, threshold: number): void {
    if (t !== this.#to + 1 || value !== this.#value || threshold !== this.#threshold) {
      this.end();
      [this.#from, this.#value, this.#threshold] = [t, value, threshold];
    }
    this.#to = t;
  }

  end(): void {
    const [from, to] = [this.#from, this.#to];
    if (to < from) return;
    this.keeper.add(this.#value, this.#threshold, () => {
      const { endSec } = locateValue(["frame"], [to], this.scale);
      return { ...locateValue(["frame"], [from], this.scale), endSec };
    }, to - from + 1);
    this.#to = this.#from - 1;
  }
}
