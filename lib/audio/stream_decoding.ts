import type { AudioBlock } from "./audio.ts";
import type { CodedRun, CodedStream } from "./coded_stream.ts";
import type { DecodedBlock, PacketDecoder } from "./open_decoder.ts";
import { SampleLine } from "./sample_line.ts";

/** Decoders that broke down and were set up again, after which a file is given up. */
const MOST_RESTARTS = 1000;

/** Frees a decoder. One that broke down cannot always be; why it broke is the error that counts. */
function release(decoder: { free(): void } | undefined): void {
  try {
    decoder?.free();
  } catch {
    // Nothing is held by a module that was never there.
  }
}

/**
 * One stream of a file being decoded: each packet's samples are put where the container says that they belong. A decoder that
 * breaks down is set up again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { StreamDecoding } from "#lib/audio/stream_decoding.ts";
 *
 * // A coding of one sample in a byte.
 * const open = () =>
 *   Promise.resolve({
 *     decode: ([byte]: Uint8Array) => ({ channelData: [Float32Array.of(byte / 128)], sampleRate: 8000, errors: [] }),
 *     free: () => {},
 *   });
 * const stream = { sampleRate: 8000, channels: 1, open };
 * const decoding = new StreamDecoding(stream, { file: "a", fault: () => {} });
 * await decoding.take({ stream, packets: [Uint8Array.of(64)], start: 2, frames: 1 });
 * decoding.close();
 * assert.deepEqual([...decoding.line.finish()].flatMap(([mono]) => [...mono]), [0, 0, 0.5]);
 * ```
 */
export class StreamDecoding {
  readonly stream: CodedStream;
  /** Where the samples go. */
  readonly line: SampleLine;
  /** Samples per channel that came out of the decoder. */
  decoded = 0;
  #decoder: PacketDecoder | undefined;
  #restarts = 0;
  readonly #fault: (message: string) => void;

  /** @param options `file` that errors name; `fault` takes faults that it went on behind. */
  constructor(stream: CodedStream, options: { file: string; fault: (message: string) => void }) {
    this.stream = stream;
    this.#fault = options.fault;
    const { sampleRate, channels, skip, isPadded, frames } = stream;
    const most = isPadded ? frames : undefined;
    this.line = new SampleLine({ file: options.file, sampleRate, channels, skip, most });
  }

  /** Decodes packets and puts them in their place. */
  async take(run: CodedRun): Promise<void> {
    const { start, frames, end, isLast = false } = run;
    if (start !== undefined && frames !== undefined) {
      let at = start;
      const each = frames / run.packets.length;
      for (const packet of run.packets) {
        const block = await this.#decode(packet);
        const got = block[0]?.length ?? 0;
        if (got > 0) {
          this.line.put(got > each ? block.map((samples) => samples.subarray(0, each)) : block, at);
        }
        at += each;
        this.line.silence(at);
      }
      return;
    }
    const blocks: AudioBlock[] = [];
    for (const packet of run.packets) blocks.push(await this.#decode(packet));
    let total = blocks.reduce((sum, block) => sum + (block[0]?.length ?? 0), 0);
    let at = end === undefined ? this.line.next : end - total;
    if (end !== undefined && isLast && at < this.line.next) at = this.line.next;
    for (const block of blocks) {
      let length = block[0]?.length ?? 0;
      if (end !== undefined) length = Math.min(length, Math.max(0, end - at));
      if (length > 0) this.line.put(block.map((samples) => samples.subarray(0, length)), at);
      at += block[0]?.length ?? 0;
      total -= length;
    }
  }

  /** Frees the decoder. */
  close(): void {
    release(this.#decoder);
    this.#decoder = undefined;
  }

  /** What a packet gives; nothing where it is broken. */
  async #decode(packet: Uint8Array): Promise<AudioBlock> {
    this.#decoder ??= await this.stream.open();
    let block: DecodedBlock;
    try {
      block = this.#decoder.decode(packet);
    } catch (error) {
      // A module that broke down stays broken.
      this.close();
      if (++this.#restarts > MOST_RESTARTS) throw error;
      this.#fault(error instanceof Error ? error.message : String(error));
      return [];
    }
    for (const { message } of block.errors) this.#fault(message);
    const { channelData } = block;
    if (block.isBroken) this.close();
    if (channelData.length === 0 || channelData[0].length === 0) return [];
    if (channelData.length < this.stream.channels) {
      this.#fault(`a packet holds ${channelData.length} of ${this.stream.channels} channels`);
      return [];
    }
    this.decoded += channelData[0].length;
    return channelData;
  }
}
