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
 * The least of what a stage gave in B that changes A's turns: of the first artefact that does so by itself, chunks (or embeddings,
 * stretches of frames, ...), then slots in them.
 *
 * @param a A's artefacts.
 * @param b The stage's in B's version.
 * @returns Undefined when no artefact does it by itself.
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
  let tests = 0;
  for (const artefact of gives) {
    if (sameArtefact(a[artefact], b[artefact])) continue;
    tests++;
    const alone = await outcome({ [artefact]: b[artefact] });
    if (alone.identical || alone.fault !== undefined) continue;
    let best = {
      stage,
      artefact,
      unit: "the whole",
      differing: 1,
      enough: 1,
      spots: [],
      minimal: true,
    } as Omit<SmallestPart, "outcome" | "tests">;
    let small = alone, from = b;
    for (const detail of [0, 1] as const) {
      const parts = artefactParts(artefact, a, from, { scale, detail });
      if (parts === undefined || parts.count === 0) continue;
      const search = await minimize([...Array(parts.count).keys()], {
        enough: async (some) => changes(await outcome(parts.splice(some))),
        maxTests: maxTests - tests,
      });
      tests += search.tests;
      const spliced = parts.splice(search.items);
      const result = await outcome(spliced);
      if (!changes(result)) continue; // under A's names of clusters it is no change
      small = result;
      best = described(stage, artefact, parts, search);
      from = { ...from, ...spliced };
    }
    return { ...best, outcome: small, tests };
  }
  return undefined;
}

const changes = ({ identical, fault }: HybridOutcome): boolean => !identical && fault === undefined;

function described(
  stage: string,
  artefact: string,
  parts: ArtefactParts,
  { items, minimal }: { readonly items: readonly number[]; readonly minimal: boolean },
) {
  const { unit, count: differing, spot } = parts;
  return {
    stage,
    artefact,
    unit,
    differing,
    enough: items.length,
    spots: items.slice(0, MAX_SPOTS).map(spot),
    minimal,
  };
}
