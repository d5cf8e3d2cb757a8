import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { type ArtefactParts, artefactParts } from "./artefact_parts.ts";
import type { HybridOutcome, SmallestPart } from "./bisection.ts";
import type { TimeScale } from "./locate_value.ts";
import { minimize } from "./minimize.ts";
import { sameArtefact } from "./same_artefact.ts";

/** Settings of `smallestPart`. */
export interface SmallestPartOptions {
  readonly stage: string;
  readonly gives: readonly ArtefactName[];
  /** A's run with something exchanged. */
  readonly outcome: (exchanged: Partial<Artefacts>) => Promise<HybridOutcome>;
  readonly scale: TimeScale;
  /** Runs at most. @default {200} */
  readonly maxTests?: number;
}

/** Places of parts that are listed. */
const MAX_SPOTS = 50;

/**
 * The least of what a stage gave in B that changes A's turns: of the first artefact that does so (by itself if
 * one does), chunks (or embeddings,
 * stretches of frames, ...), then slots in them.
 *
 * @param a A's artefacts.
 * @param b The stage's in B's version.
 * @returns Undefined when nothing does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { smallestPart } from "#lib/parity/drift/smallest_part.ts";
 * import type { Artefacts } from "#lib/pipeline/artefacts.ts";
 * import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
 * const scored = (...values: number[]) => ({ softClusters: ndArray("f8", [3, 1, 1], Float64Array.from(values)) });
 * const outcome = ({ softClusters }: Partial<Artefacts>) => {
 *   const identical = softClusters!.data[2] === 0;
 *   return Promise.resolve({ identical, der: identical ? 0 : 0.5 });
 * };
 * const part = await smallestPart(scored(0, 1, 0), scored(1, 1, 1), {
 *   stage: "scores", gives: ["softClusters"], outcome, scale: { chunks: CHUNKS, frames: FRAMES },
 * });
 * assert.deepEqual([part!.enough, part!.spots[0].at], [1, { chunk: 2, slot: 0 }]);
 * ```
 */
export async function smallestPart(
  a: Partial<Artefacts>,
  b: Partial<Artefacts>,
  options: SmallestPartOptions,
): Promise<SmallestPart | undefined> {
  const { stage, gives, outcome, scale, maxTests = 200 } = options;
  const differing = gives.filter((name) => !sameArtefact(a[name], b[name]));
  let tests = 0;
  // First each by itself; where none is enough, one taken apart beside the whole of the others.
  const attempts = [
    ...differing.map((artefact) => ({ artefact, together: [] as ArtefactName[] })),
    ...differing.map((artefact) => ({ artefact, together: differing.filter((name) => name !== artefact) })),
  ];
  for (const { artefact, together } of attempts) {
    const beside: Partial<Artefacts> = Object.fromEntries(together.map((name) => [name, b[name]]));
    tests++;
    const all = await outcome({ ...beside, [artefact]: b[artefact] });
    if (!changes(all)) continue;
    const found = { stage, artefact, together };
    let best: Omit<SmallestPart, "tests"> = {
      ...found,
      ...{ unit: "the whole", differing: 1, enough: 1, spots: [], minimal: true, outcome: all },
    };
    let from = b;
    for (const detail of [0, 1] as const) {
      const parts = artefactParts(artefact, a, from, { scale, detail });
      if (parts === undefined || parts.count === 0) continue;
      const search = await minimize([...Array(parts.count).keys()], {
        enough: async (some) => changes(await outcome({ ...beside, ...parts.splice(some) })),
        maxTests: Math.max(0, maxTests - tests),
      });
      tests += search.tests;
      const spliced = parts.splice(search.items);
      const result = await outcome({ ...beside, ...spliced });
      if (!changes(result)) continue; // under A's names of clusters it is no change
      best = { ...found, ...described(parts, search), outcome: result };
      from = { ...from, ...spliced };
    }
    return { ...best, tests };
  }
  return undefined;
}

const changes = ({ identical, fault }: HybridOutcome): boolean => !identical && fault === undefined;

function described(
  { unit, count: differing, spot }: ArtefactParts,
  { items, minimal }: { readonly items: readonly number[]; readonly minimal: boolean },
) {
  return { unit, differing, enough: items.length, spots: items.slice(0, MAX_SPOTS).map(spot), minimal };
}
