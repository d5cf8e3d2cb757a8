import type { AudioBlock } from "./audio.ts";

/** Which channel of a recording is meant. */
export interface ChannelOptions {
  /** The channel alone, counted from 0 in WAVE's order (left, right, centre, ...). Default: the mean of all. */
  readonly channel?: number;
}

/**
 * One channel of a block, or the mean of all: summed in float32 in the order of the channels, then divided, as
 * `torch.mean` does for pyannote's `Audio(mono="downmix")`. (Of five channels or more torch adds the last samples, up to
 * 31, in another order, which moves their last bit.)
 *
 * @returns The channel's own array where one is asked for or there is only one.
 * @throws {RangeError} There is no such channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mixChannels } from "#lib/audio/mix_channels.ts";
 *
 * const block = [Float32Array.of(1, 0.5), Float32Array.of(0, 0.25)];
 * assert.deepEqual([...mixChannels(block)], [0.5, 0.375]);
 * assert.deepEqual([...mixChannels(block, { channel: 1 })], [0, 0.25]);
 * ```
 */
export function mixChannels(block: AudioBlock, options: ChannelOptions = {}): Float32Array<ArrayBuffer> {
  const { channel } = options;
  if (channel !== undefined) {
    if (!Number.isInteger(channel) || channel < 0 || channel >= block.length) {
      throw new RangeError(
        `There is no channel ${channel}: the recording has ${block.length}, counted from 0`,
      );
    }
    return block[channel];
  }
  if (block.length === 1) return block[0];
  const mixed = block[0].slice();
  for (const samples of block.slice(1)) {
    for (let i = 0; i < mixed.length; i++) mixed[i] += samples[i];
  }
  for (let i = 0; i < mixed.length; i++) mixed[i] /= block.length;
  return mixed;
}
