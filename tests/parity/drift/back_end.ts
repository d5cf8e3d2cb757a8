/** Runs of the back end for tests: the project's captures, or conversations made up from a seed. */
import { join } from "node:path";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { readPlda } from "#lib/clustering/read_plda.ts";
import { matchLabels, renameLabels } from "#lib/parity/drift/match_labels.ts";
import { type DriftRecipe, recordedRun } from "#lib/parity/drift/drift_run.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import {
  synthesizeConversation,
  type SynthesizeConversationOptions,
} from "#lib/synthesis/synthesize_conversation.ts";
import { pldaModel } from "#lib/clustering/plda_model.ts";
import { FIXTURES } from "../scratch.ts";

/** How one of the project's captures is replayed. */
export async function captureRecipe(name: string, options: CommunityOptionsInput = {}): Promise<DriftRecipe> {
  const { artefacts, options: own, uri } = await readCapture(join(FIXTURES, "captures", name));
  const { segmentations, embeddings } = artefacts;
  return {
    stages: COMMUNITY_1,
    given: { segmentations, embeddings },
    options: { ...own, ...options },
    models: { plda: await readPlda(join(FIXTURES, "models", "plda")) },
    uri,
  };
}

/** One of the project's captures as recorded, with its recipe. */
export async function recordedCapture(name: string) {
  const capture = await readCapture(join(FIXTURES, "captures", name));
  return recordedRun(capture, await captureRecipe(name));
}

/** How a made-up conversation is diarized. */
export function conversationRecipe(
  made: SynthesizeConversationOptions,
  options: CommunityOptionsInput = {},
): DriftRecipe {
  const { segmentations, embeddings, plda } = synthesizeConversation(made);
  return {
    stages: COMMUNITY_1,
    given: { segmentations, embeddings },
    options,
    models: { plda: pldaModel(plda) },
    uri: "made_up",
  };
}

/** A stage of community-1. */
export const stageNamed = (name: string): AnyStage => COMMUNITY_1.find((stage) => stage.name === name)!;

/** "Undo every merge above the threshold", whatever lies beneath it: not SciPy's rule where heights fall. */
export function mergedUpTo(tree: ArrayOf<"f8">, threshold: number): ArrayOf<"i4"> {
  const n = tree.shape[0] + 1;
  const group = Array.from({ length: n }, (_, i) => i);
  const leaf = Array.from({ length: 2 * n - 1 }, (_, i) => i);
  for (let k = 0; k < n - 1; k++) {
    const [a, b, height] = tree.data.subarray(4 * k, 4 * k + 3);
    leaf[n + k] = leaf[a];
    if (height > threshold) continue;
    const [from, to] = [group[leaf[b]], group[leaf[a]]];
    group.forEach((g, i) => group[i] = g === from ? to : g);
  }
  const numbers = new Map([...new Set(group)].map((g, i) => [g, i]));
  return ndArray("i4", [n], Int32Array.from(group, (g) => numbers.get(g)!));
}

/** AHC that cuts so. Clusters keep the numbers that they have otherwise: numbers alone decide ties between speakers. */
export const faultyCut: AnyStage = {
  ...stageNamed("ahc"),
  async run(artefacts, context) {
    const given = await stageNamed("ahc").run(artefacts, context);
    const sound = given.ahcLabels!.data, faulty = mergedUpTo(given.tree!, context.options.ahc.threshold);
    const numbers = renameLabels(faulty.data, matchLabels(sound, faulty.data), Math.max(...sound) + 1);
    // np.unique leaves no holes.
    const order = [...new Set(numbers)].sort((x, y) => x - y);
    const data = numbers.map((label) => order.indexOf(label));
    return { ...given, ahcLabels: ndArray("i4", faulty.shape, data) };
  },
};
