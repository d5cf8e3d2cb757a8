import { basename } from "node:path";
import type { FoundModel } from "#lib/networks/find_model.ts";

/**
 * A file of weights as provenance has it: without the folder, which is this machine's own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { namedWeights } from "#lib/diarization/named_weights.ts";
 * import { modelCard } from "#lib/networks/model_cards.ts";
 * const card = modelCard("plda");
 * const found = { path: "/weights/plda/plda.npz", card, sha256: card.sha256, verified: true };
 * assert.deepEqual(namedWeights(found), { model: "plda", file: "plda.npz", sha256: card.sha256 });
 * ```
 */
export function namedWeights(
  { path, card, sha256 }: FoundModel,
): { model: string; file: string; sha256: string } {
  return { model: card.name, file: basename(path), sha256 };
}
