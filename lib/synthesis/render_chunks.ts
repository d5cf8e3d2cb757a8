import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { Random } from "./random.ts";
import type { SpokenTurn } from "./take_turns.ts";

/** Frames in a chunk. */
export const CHUNK_FRAMES = 589;
/** Local speakers a chunk has room for. */
export const CHUNK_SLOTS = 3;
/** Seconds from one frame to the next: 270 samples at 16 kHz. */
export const FRAME_STEP_SEC = 0.016875;
/** The middle of a chunk's first frame: half the receptive field of 991 samples. */
export const FIRST_FRAME_MIDDLE_SEC = 0.03096875;

const CHUNK_SEC = 10;
const SAMPLE_RATE = 16000;

/** How turns become what a segmentation network would say of them. */
export interface RenderChunksOptions {
  durationSec: number;
  /** Integer from 0. */
  seed: number;
  /** Standard deviation of a turn's bounds from one chunk to the next, 0.03 s unless given; three times that at most. */
  jitterSec?: number;
  /** Which slot a speaker gets: any of the three, drawn per chunk (the default), or by first appearance. */
  slotOrder?: "random" | "first";
}

/** Local decisions, and whose they are. */
export interface RenderedChunks {
  /** (C, 589, 3) of 0 and 1. */
  readonly segmentations: ArrayOf<"f4">;
  /** (C, 3): the speaker in each slot, -1 in a silent one. */
  readonly slotSpeakers: ArrayOf<"i2">;
}

/**
 * How many chunks of 10 s, one a second, a recording has: all whole ones, and a last one padded with silence
 * where samples are left over or there is no whole one. After pyannote's core/inference.py.
 *
 * @throws {RangeError} The duration is not positive, or less than a sample at 16 kHz.
 *
 * @example
 * ```ts
 * import { chunkCount } from "#lib/synthesis/render_chunks.ts";
 *
 * if ([3, 10, 10.5, 11].map(chunkCount).join() !== "1,1,2,2") throw new Error("chunks");
 * ```
 */
export function chunkCount(durationSec: number): number {
  const samples = Math.round(durationSec * SAMPLE_RATE);
  if (!(samples >= 1 && samples < Infinity)) {
    throw new RangeError(`A recording needs a positive duration in seconds, got ${durationSec}`);
  }
  const beyond = samples - CHUNK_SEC * SAMPLE_RATE;
  return beyond <= 0 ? 1 : 1 + Math.ceil(beyond / SAMPLE_RATE);
}

/**
 * Turns as a powerset segmentation network sees them: in every chunk the three speakers with most frames, in
 * slots of the chunk's own, bounds a little off, at most two at a time.
 *
 * @param turns By start.
 * @throws {RangeError} The duration or the jitter is out of range.
 *
 * @example
 * ```ts
 * import { renderChunks } from "#lib/synthesis/render_chunks.ts";
 *
 * const turns = [{ startSec: 1, endSec: 2, speaker: 0 }];
 * const { segmentations } = renderChunks(turns, { durationSec: 10, seed: 1, jitterSec: 0 });
 * const frames = segmentations.data.reduce((sum, value) => sum + value, 0);
 * if (frames !== 59) throw new Error(`${frames} frames of 16.875 ms in one second`);
 * ```
 */
export function renderChunks(turns: readonly SpokenTurn[], options: RenderChunksOptions): RenderedChunks {
  const { durationSec, seed, jitterSec = 0.03, slotOrder = "random" } = options;
  if (!(jitterSec >= 0 && jitterSec <= 1)) throw new RangeError(`jitterSec needs 0 to 1 s, got ${jitterSec}`);
  const chunks = chunkCount(durationSec);
  const random = new Random(seed);
  const segmentations = new Float32Array(chunks * CHUNK_FRAMES * CHUNK_SLOTS);
  const slotSpeakers = new Int16Array(chunks * CHUNK_SLOTS).fill(-1);
  const longestSec = turns.reduce((longest, { startSec, endSec }) => Math.max(longest, endSec - startSec), 0);
  let first = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    while (first < turns.length && turns[first].startSec + longestSec < chunk - 3 * jitterSec) first++;
    const heard = hear(chunk, first);
    const order = slotOrder === "random" ? random.permutation(CHUNK_SLOTS) : [0, 1, 2];
    heard.forEach(({ speaker, frames }, index) => {
      const slot = order[index];
      slotSpeakers[chunk * CHUNK_SLOTS + slot] = speaker;
      const base = chunk * CHUNK_FRAMES * CHUNK_SLOTS + slot;
      frames.forEach((active, frame) => segmentations[base + frame * CHUNK_SLOTS] = active);
    });
  }
  return {
    segmentations: ndArray("f4", [chunks, CHUNK_FRAMES, CHUNK_SLOTS], segmentations),
    slotSpeakers: ndArray("i2", [chunks, CHUNK_SLOTS], slotSpeakers),
  };

  /** The chunk's three busiest speakers, by first active frame. */
  function hear(chunk: number, from: number): Local[] {
    const bySpeaker = new Map<number, Local>();
    for (let index = from; index < turns.length; index++) {
      const { startSec, endSec, speaker } = turns[index];
      if (startSec - 3 * jitterSec >= chunk + CHUNK_SEC) break;
      const begin = frameAt(startSec + jitter() - chunk), end = frameAt(endSec + jitter() - chunk);
      if (end <= begin) continue;
      const local = bySpeaker.get(speaker) ?? { speaker, frames: new Uint8Array(CHUNK_FRAMES) };
      bySpeaker.set(speaker, local);
      local.frames.fill(1, begin, end);
    }
    const busiest = [...bySpeaker.values()]
      .sort((a, b) => sum(b.frames) - sum(a.frames) || a.speaker - b.speaker)
      .slice(0, CHUNK_SLOTS);
    if (busiest.length === CHUNK_SLOTS) {
      const [one, two, three] = busiest.map(({ frames }) => frames);
      three.forEach((active, frame) => three[frame] = active & ~(one[frame] & two[frame]));
    }
    return busiest
      .filter(({ frames }) => frames.includes(1))
      .sort((a, b) => a.frames.indexOf(1) - b.frames.indexOf(1) || a.speaker - b.speaker);
  }

  function jitter(): number {
    return jitterSec * Math.max(-3, Math.min(3, random.normal()));
  }
}

interface Local {
  readonly speaker: number;
  readonly frames: Uint8Array<ArrayBuffer>;
}

/** The first frame whose middle is at or after `seconds` into the chunk, from 0 to 589. */
function frameAt(seconds: number): number {
  const frame = Math.ceil((seconds - FIRST_FRAME_MIDDLE_SEC) / FRAME_STEP_SEC);
  return Math.max(0, Math.min(CHUNK_FRAMES, frame));
}

function sum(values: Uint8Array<ArrayBuffer>): number {
  return values.reduce((total, value) => total + value, 0);
}
