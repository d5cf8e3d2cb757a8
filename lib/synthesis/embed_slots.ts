import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { Random } from "./random.ts";
import { CHUNK_FRAMES, CHUNK_SLOTS, FIRST_FRAME_MIDDLE_SEC, FRAME_STEP_SEC } from "./render_chunks.ts";
import type { RenderedChunks } from "./render_chunks.ts";
import type { PldaWeights } from "./synthesize_plda.ts";
import { VoiceSpace } from "./voice_space.ts";

/** How voices differ between speakers, and within one. */
export interface EmbedSlotsOptions {
  /** The model that the embeddings are drawn from. */
  plda: PldaWeights;
  /** Integer from 0. */
  seed: number;
  /** Standard deviation of one second of speech around its speaker's mean, in within-class units; 2.8 unless given. */
  withinSpread?: number;
  /** Length of the recording's own offset, common to all slots, in within-class units; 1 unless given. */
  channelOffset?: number;
  /** What silent slots hold: noise around the channel's offset (the default), or NaN. */
  silentSlots?: "noise" | "nan";
}

/** Frames without overlap, at most, that send the embedding network back to the whole mask. */
const TOO_FEW_CLEAN_FRAMES = 2;

/**
 * An embedding for every (chunk, slot). A speaker has a mean, drawn from the PLDA's between-class variances; every
 * second of a speaker's speech has an offset of its own, which all chunks that hear it share; an embedding
 * averages over the seconds that its mask covers, so that it is the noisier the less it hears. A slot that speaks
 * only in overlap takes on half of the voice it overlaps with.
 *
 * @returns (C, 3, D)
 * @throws {RangeError} An option is out of its range, or the weights' shapes do not fit together.
 *
 * @example
 * ```ts
 * import { embedSlots } from "#lib/synthesis/embed_slots.ts";
 * import { renderChunks } from "#lib/synthesis/render_chunks.ts";
 * import { synthesizePlda } from "#lib/synthesis/synthesize_plda.ts";
 *
 * const chunks = renderChunks([{ startSec: 1, endSec: 4, speaker: 0 }], { durationSec: 12, seed: 1 });
 * const plda = synthesizePlda({ dimension: 16, ldaDimension: 8, seed: 2 });
 * const embeddings = embedSlots(chunks, { plda, seed: 3 });
 * if (embeddings.shape.join() !== "3,3,16") throw new Error("shape");
 * ```
 */
export function embedSlots(chunks: RenderedChunks, options: EmbedSlotsOptions): ArrayOf<"f4"> {
  const { plda, seed, withinSpread = 2.8, channelOffset = 1, silentSlots = "noise" } = options;
  if (!(withinSpread >= 0 && withinSpread < Infinity)) {
    throw new RangeError(`withinSpread needs a number from 0, got ${withinSpread}`);
  }
  if (!(channelOffset >= 0 && channelOffset < Infinity)) {
    throw new RangeError(`channelOffset needs a number from 0, got ${channelOffset}`);
  }
  const random = new Random(seed);
  const space = new VoiceSpace(plda);
  const { latentSize, dimension } = space;
  const channel = random.normals(latentSize).map((value) => value * channelOffset / Math.sqrt(latentSize));
  const speakers = chunks.slotSpeakers.data.reduce((most, speaker) => Math.max(most, speaker), -1) + 1;
  const means = Array.from({ length: speakers }, () => space.drawSpeaker(random));
  const seconds = new SecondOffsets(speakers, latentSize, random);

  const [count] = chunks.segmentations.shape;
  const embeddings = new Float32Array(count * CHUNK_SLOTS * dimension);
  for (let chunk = 0; chunk < count; chunk++) {
    seconds.forgetBefore(chunk);
    for (let slot = 0; slot < CHUNK_SLOTS; slot++) {
      const at = (chunk * CHUNK_SLOTS + slot) * dimension;
      const speaker = chunks.slotSpeakers.data[chunk * CHUNK_SLOTS + slot];
      if (speaker < 0 && silentSlots === "nan") embeddings.fill(NaN, at, at + dimension);
      else embeddings.set(space.place(speaker < 0 ? silence() : voice(chunk, slot, speaker), random), at);
    }
  }
  return ndArray("f4", [count, CHUNK_SLOTS, dimension], embeddings);

  function silence(): Float64Array<ArrayBuffer> {
    return random.normals(latentSize).map((value, i) => channel[i] + value);
  }

  function voice(chunk: number, slot: number, speaker: number): Float64Array<ArrayBuffer> {
    const { framesPerSecond, intruderSlot } = maskOf(chunks.segmentations, chunk, slot);
    const frames = framesPerSecond.reduce((sum, value) => sum + value, 0);
    const latent = Float64Array.from(means[speaker], (value, i) => value + channel[i]);
    framesPerSecond.forEach((weight, second) => {
      if (weight === 0) return;
      const offset = seconds.of(speaker, chunk + second);
      offset.forEach((value, i) => latent[i] += withinSpread * weight / frames * value);
    });
    // What the network cannot hear in so little speech, in units of the spread of a second.
    const haze = 0.4 * withinSpread / Math.sqrt(1 + frames * FRAME_STEP_SEC);
    latent.forEach((value, i) => latent[i] = value + haze * random.normal());
    if (intruderSlot >= 0) {
      const intruder = means[chunks.slotSpeakers.data[chunk * CHUNK_SLOTS + intruderSlot]];
      intruder.forEach((value, i) => latent[i] += 0.5 * (value - means[speaker][i]));
    }
    return latent;
  }
}

/** The offset of each second of each speaker, drawn when first asked for and kept while a later chunk may ask again. */
class SecondOffsets {
  readonly #size: number;
  readonly #random: Random;
  readonly #kept: Map<number, Float64Array<ArrayBuffer>>[];

  constructor(speakers: number, size: number, random: Random) {
    this.#size = size;
    this.#random = random;
    this.#kept = Array.from({ length: speakers }, () => new Map());
  }

  of(speaker: number, second: number): Float64Array<ArrayBuffer> {
    const kept = this.#kept[speaker].get(second);
    if (kept !== undefined) return kept;
    const drawn = this.#random.normals(this.#size);
    this.#kept[speaker].set(second, drawn);
    return drawn;
  }

  forgetBefore(second: number): void {
    for (const kept of this.#kept) kept.delete(second - 1);
  }
}

/** How many frames of each second the embedding network listens to, and the slot it cannot help hearing, or -1. */
function maskOf(segmentations: ArrayOf<"f4">, chunk: number, slot: number) {
  const clean = new Uint16Array(11), full = new Uint16Array(11);
  const together = new Uint16Array(CHUNK_SLOTS);
  let cleanFrames = 0;
  for (let frame = 0; frame < CHUNK_FRAMES; frame++) {
    const base = (chunk * CHUNK_FRAMES + frame) * CHUNK_SLOTS;
    const active = segmentations.data.subarray(base, base + CHUNK_SLOTS);
    if (active[slot] === 0) continue;
    const second = Math.floor(FIRST_FRAME_MIDDLE_SEC + frame * FRAME_STEP_SEC);
    full[second]++;
    const other = active.findIndex((value, index) => value > 0 && index !== slot);
    if (other >= 0) together[other]++;
    else {
      clean[second]++;
      cleanFrames++;
    }
  }
  if (cleanFrames > TOO_FEW_CLEAN_FRAMES) return { framesPerSecond: clean, intruderSlot: -1 };
  const most = together.reduce((best, frames, index) => frames > together[best] ? index : best, 0);
  return { framesPerSecond: full, intruderSlot: together[most] > 0 ? most : -1 };
}
