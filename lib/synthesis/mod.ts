/** Made-up conversations and PLDA weights, seeded: for notebooks, benchmarks of any size, and the project's own fixtures. */
export { embedSlots, type EmbedSlotsOptions } from "./embed_slots.ts";
export { Random } from "./random.ts";
export { renderChunks, type RenderChunksOptions, type RenderedChunks } from "./render_chunks.ts";
export {
  synthesizeConversation,
  type SynthesizeConversationOptions,
  type SynthesizedConversation,
} from "./synthesize_conversation.ts";
export { type PldaWeights, synthesizePlda, type SynthesizePldaOptions } from "./synthesize_plda.ts";
export { type SpokenTurn, takeTurns, type TurnTakingOptions } from "./take_turns.ts";
