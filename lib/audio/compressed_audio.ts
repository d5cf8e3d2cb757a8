import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { BlockDecoder, DecodedBlock } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";

/** Warnings that are kept; a file that is damaged all over would give thousands. */
const MOST_WARNINGS = 20;

/** An encoder pads its last frame; Opus has the longest, of 120 ms at 48 kHz. */
const MOST_PADDING = 5760;

/** The last block without what goes beyond the announced length. More than padding are streams chained to the first. */
function withoutPadding(block: AudioBlock, excess: number): AudioBlock {
  if (excess <= 0 || excess > MOST_PADDING || excess >= block[0].length) return block;
  return block.map((samples) => samples.slice(0, samples.length - excess));
}

/** Frees a decoder. One that broke down before its module was ready cannot be; why it broke is the error that counts. */
function release(decoder: { free(): void }): void {
  try {
    decoder.free();
  } catch {
    // Nothing is held by a module that was never there.
  }
}

/** What {@linkcode compressedAudio} is told about a file. */
export interface CompressedAudioOptions<Piece> {
  /** The format in words. */
  readonly name: string;
  /** Samples per channel, where the container tells. */
  readonly frames?: number;
  /** Sets up a decoder at the start. */
  open(): Promise<BlockDecoder<Piece>>;
  /** What the decoder takes, from the start. */
  pieces(): AsyncIterable<Piece>;
}

/**
 * The audio in an open compressed file, decoded piece by piece. Damage that the decoder goes on behind becomes a
 * warning.
 *
 * @throws {AudioFileError} Nothing in it can be decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compressedAudio } from "#lib/audio/compressed_audio.ts";
 * import { filePieces } from "#lib/audio/file_pieces.ts";
 * import { openDecoder } from "#lib/audio/open_decoder.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const text = await openFile("package.json");
 * const how = { name: "MP3", open: () => openDecoder("mp3"), pieces: () => filePieces(text) };
 * await assert.rejects(compressedAudio(text, how), /no MP3 audio that can be decoded/);
 * await text.close();
 * ```
 */
export async function compressedAudio<Piece>(
  source: OpenFile,
  options: CompressedAudioOptions<Piece>,
): Promise<Audio> {
  const { name, frames } = options;
  const { file } = source;
  const warnings: string[] = [];
  let expected: { sampleRate: number; channels: number } | undefined;

  const warn = (fault: string) => {
    if (warnings.length < MOST_WARNINGS && !warnings.includes(fault)) warnings.push(fault);
  };

  /** The block, if it is of the recording's shape; decoders give empty ones while they wait for more. */
  const checked = ({ channelData, sampleRate, errors }: DecodedBlock): AudioBlock | undefined => {
    for (const error of errors) warn(`${name} decoding went on behind a fault: ${error.message}`);
    const channels = channelData.length;
    if (channels === 0 || channelData[0].length === 0) return undefined;
    expected ??= { sampleRate, channels };
    if (sampleRate !== expected.sampleRate || channels !== expected.channels) {
      const was = `${expected.sampleRate} Hz and ${expected.channels} channels`;
      throw new AudioFileError(`changes from ${was} to ${sampleRate} Hz and ${channels} channels`, { file });
    }
    return channelData;
  };

  /** Parsers break down over a file that ends inside a header. What was decoded before counts. */
  const cutShort = (error: unknown): DecodedBlock => {
    if (expected === undefined) throw error;
    warn(`ends inside a packet: ${error instanceof Error ? error.message : error}`);
    return { channelData: [], sampleRate: 0, errors: [] };
  };

  async function* decode(open: BlockDecoder<Piece>): AsyncGenerator<AudioBlock> {
    for await (const piece of options.pieces()) {
      const block = checked(await open.decode(piece));
      if (block) yield block;
    }
    const rest = checked(await open.flush().catch(cutShort));
    if (rest) yield rest;
  }

  async function* blocks(): AsyncGenerator<AudioBlock> {
    const open = await options.open();
    let decoded = 0;
    let waiting: AudioBlock | undefined;
    try {
      for await (const block of decode(open)) {
        decoded += block[0].length;
        if (waiting) yield waiting;
        waiting = block;
      }
      if (waiting) yield withoutPadding(waiting, decoded - (frames ?? decoded));
    } catch (error) {
      if (error instanceof AudioFileError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AudioFileError(`cannot be decoded as ${name}: ${reason}`, { file, cause: error });
    } finally {
      release(open);
    }
    if (decoded === 0) {
      throw new AudioFileError([`holds no ${name} audio that can be decoded`, ...warnings].join(": "), {
        file,
      });
    }
    if (frames !== undefined && decoded < frames) {
      warn(`is cut short or damaged: ${decoded} of ${frames} samples are there`);
    }
  }

  // The first block tells the rate and the channels.
  for await (const _ of blocks()) break;
  if (expected === undefined) throw new AudioFileError(`holds no ${name} audio`, { file });
  return {
    file,
    ...expected,
    frames,
    format: name,
    warnings,
    blocks,
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}
