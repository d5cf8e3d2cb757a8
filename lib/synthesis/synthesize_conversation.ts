import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import { embedSlots, type EmbedSlotsOptions } from "./embed_slots.ts";
import { Random } from "./random.ts";
import { renderChunks, type RenderChunksOptions } from "./render_chunks.ts";
import { type PldaWeights, synthesizePlda } from "./synthesize_plda.ts";
import { type SpokenTurn, takeTurns, type TurnTakingOptions } from "./take_turns.ts";

/** Everything about the people, the network that hears them and the space their voices live in. */
export interface SynthesizeConversationOptions
  extends
    TurnTakingOptions,
    Omit<RenderChunksOptions, "durationSec" | "seed">,
    Omit<EmbedSlotsOptions, "plda" | "seed"> {
  /** D where no `plda` is given, 64 unless given; the LDA keeps half. */
  dimension?: number;
  /** The model that the embeddings are drawn from; made up from the seed unless given. */
  plda?: PldaWeights;
}

/** What a segmentation and an embedding network would have made of a conversation, and what was really said. */
export interface SynthesizedConversation {
  /** (C, 589, 3) of 0 and 1: chunks of 10 s, one a second. */
  readonly segmentations: ArrayOf<"f4">;
  /** (C, 3, D). */
  readonly embeddings: ArrayOf<"f4">;
  /** (C, 3): the speaker in each slot, -1 in a silent one. */
  readonly slotSpeakers: ArrayOf<"i2">;
  /** Every turn, by start. */
  readonly truth: readonly SpokenTurn[];
  readonly plda: PldaWeights;
}

/**
 * A made-up conversation in the form in which community-1's clustering gets it. The same options give the same
 * bits in every engine; the time taken grows linearly with the duration.
 *
 * @throws {RangeError} An option is out of its range.
 *
 * @example
 * ```ts
 * import { synthesizeConversation } from "#lib/synthesis/synthesize_conversation.ts";
 *
 * const made = synthesizeConversation({ speakers: 3, durationSec: 30, overlap: 0.1, seed: 7, dimension: 32 });
 * if (made.segmentations.shape.join() !== "21,589,3") throw new Error("segmentations");
 * if (made.embeddings.shape.join() !== "21,3,32") throw new Error("embeddings");
 * ```
 */
export function synthesizeConversation(options: SynthesizeConversationOptions): SynthesizedConversation {
  const { seed, dimension = options.plda?.lda.shape[0] ?? 64 } = options;
  const seeds = new Random(seed);
  // One stream each: a change to how people talk leaves their voices as they were.
  const [turnSeed, chunkSeed, voiceSeed, pldaSeed] = Array.from({ length: 4 }, () => seeds.bits());
  const plda = options.plda ??
    synthesizePlda({ dimension, ldaDimension: Math.ceil(dimension / 2), seed: pldaSeed });
  if (plda.lda.shape[0] !== dimension) {
    throw new RangeError(`dimension is ${dimension}, but the given PLDA takes ${plda.lda.shape[0]}`);
  }
  const truth = takeTurns({ ...options, seed: turnSeed });
  const chunks = renderChunks(truth, { ...options, seed: chunkSeed });
  const embeddings = embedSlots(chunks, { ...options, plda, seed: voiceSeed });
  return { ...chunks, embeddings, truth, plda };
}
