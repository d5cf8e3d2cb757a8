import type { AlignedTensors } from "./align_tensors.ts";
import { type DriftQuantity, lives } from "./drift_quantities.ts";
import type { DecisionChange } from "./run_difference.ts";

/**
 * How many decisions that rest on an artefact came out differently.
 *
 * @returns Undefined where nothing is decided.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countDecisions } from "#lib/parity/drift/count_decisions.ts";
 * import { DRIFT_QUANTITIES } from "#lib/parity/drift/drift_quantities.ts";
 * const q = DRIFT_QUANTITIES.find(({ artefact }) => artefact === "q")!;
 * const a = Float64Array.of(0.9, 0.1, 0.4, 0.6), b = Float64Array.of(0.8, 0.2, 0.6, 0.4);
 * const change = countDecisions(q, { a, b, shape: [2, 2], indexOfA: [], notes: [] });
 * assert.deepEqual(change, { what: "embeddings", changed: 1, total: 2 });
 * ```
 */
export function countDecisions(quantity: DriftQuantity, pair: AlignedTensors): DecisionChange | undefined {
  const { decides } = quantity;
  if (decides === undefined) return undefined;
  const { a, b, shape } = pair;
  const { by, what } = decides;
  let changed = 0;
  if (by === "value" || by === "living") {
    for (let at = 0; at < a.length; at++) {
      const same = by === "living" ? lives(a[at]) === lives(b[at]) : a[at] === b[at];
      changed += Number(!same);
    }
    return { what, changed, total: a.length };
  }
  const width = shape[shape.length - 1];
  const total = width === 0 ? 0 : a.length / width;
  for (let row = 0, at = 0; row < total; row++, at += width) {
    let differs = false, bestA = 0, bestB = 0;
    for (let k = 0; k < width; k++) {
      if (a[at + k] !== b[at + k]) differs = true;
      if (a[at + k] > a[at + bestA]) bestA = k;
      if (b[at + k] > b[at + bestB]) bestB = k;
    }
    changed += Number(by === "group" ? differs : bestA !== bestB);
  }
  return { what, changed, total };
}
