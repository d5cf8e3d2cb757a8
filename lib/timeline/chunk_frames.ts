import { CHUNKS, closestFrame, FRAMES, type SlidingWindow } from "./sliding_window.ts";

/** The two grids of a recording. */
export interface FrameGrid {
  /** @default {CHUNKS} */
  readonly chunks?: SlidingWindow;
  /** @default {FRAMES} */
  readonly frames?: SlidingWindow;
}

/** Where chunks fall on the frames of the whole recording. */
export interface ChunkFrames {
  /** (chunks,) first frame of every chunk. */
  readonly first: Int32Array;
  /** Number of frames in all. */
  readonly total: number;
  readonly frames: SlidingWindow;
}

/**
 * Where each of `count` chunks begins on the recording's frames, and how many frames there are (pyannote core/inference.py,
 * `aggregate`).
 *
 * @param framesPerChunk The frames that the network gives for a chunk; each chunk must fit.
 * @throws {RangeError} when a chunk would reach past the last frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkFrames } from "#lib/timeline/chunk_frames.ts";
 * const { first, total } = chunkFrames({ count: 21, framesPerChunk: 589 });
 * assert.deepEqual([first[1], total], [59, 1779]);
 * ```
 */
export function chunkFrames(
  chunks: { readonly count: number; readonly framesPerChunk: number },
  grid: FrameGrid = {},
): ChunkFrames {
  const window = grid.chunks ?? CHUNKS;
  const frames = { ...(grid.frames ?? FRAMES), startSec: window.startSec };
  const half = 0.5 * frames.durationSec;
  const first = Int32Array.from(
    { length: chunks.count },
    (_, c) => closestFrame(frames, window.startSec + c * window.stepSec + half),
  );
  const end = window.startSec + window.durationSec + (chunks.count - 1) * window.stepSec + half;
  const total = chunks.count === 0 ? 0 : closestFrame(frames, end) + 1;
  const reach = chunks.count === 0 ? 0 : first[chunks.count - 1] + chunks.framesPerChunk;
  if (reach > total) {
    throw new RangeError(
      `${chunks.framesPerChunk} frames of ${frames.stepSec} s do not fit into a chunk of ${window.durationSec} s ` +
        `(the last chunk would end at frame ${reach} of ${total}).`,
    );
  }
  return { first, total, frames };
}
