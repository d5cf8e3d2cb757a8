import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { ConformBlocks } from "./conform_blocks.ts";
import type { DecodedBlock, PacketDecoder } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";
import { SampleLine } from "./sample_line.ts";

/** Warnings of one kind that are kept; a file that is damaged all over would give thousands. */
const MOST_WARNINGS = 5;

/** Decoders that broke down and were set up again, after which a file is given up. */
const MOST_RESTARTS = 1000;

/** Coded audio of one shape, set up once. */
export interface CodedStream {
  readonly sampleRate: number;
  readonly channels: number;
  /** What the container announces: samples per channel that are heard. */
  readonly frames?: number;
  /** Whether what is decoded beyond `frames` is the encoder's padding. Default: it is heard, with a warning. */
  readonly isPadded?: boolean;
  /** Whether what lacks at the end may as well lack inside. Default: false, positions would tell. */
  readonly isUncut?: boolean;
  /** Samples at the start that are the encoder's priming. Default 0. */
  readonly skip?: number;
  /** Sets up a decoder at the start of the stream. */
  open(): Promise<PacketDecoder>;
}

/** Packets that follow each other, and where their samples belong: positions count from the stream's start, `skip` included. */
export interface CodedRun {
  readonly stream: CodedStream;
  readonly packets: readonly Uint8Array[];
  /** Position of the first sample. */
  readonly start?: number;
  /** Samples in the packets, where `start` is given. */
  readonly frames?: number;
  /** Position behind the last sample, where `start` is not given. */
  readonly end?: number;
  /** Whether samples beyond `end` are padding, not what came too early. */
  readonly isLast?: boolean;
}

/** What {@linkcode compressedAudio} is told about a file. */
export interface CompressedAudioOptions {
  /** The format in words. */
  readonly name: string;
  /** Samples per channel of the whole file, where the container tells. Default: of the first stream. */
  readonly frames?: number;
  /** What the decoders take, from the start; whole packets only. `warn` takes faults in words. */
  runs(warn: (fault: string) => void): AsyncIterable<CodedRun>;
}

/** Frees a decoder. One that broke down cannot always be; why it broke is the error that counts. */
function release(decoder: { free(): void } | undefined): void {
  try {
    decoder?.free();
  } catch {
    // Nothing is held by a module that was never there.
  }
}

const seconds = (frames: number, rate: number) => `${(frames / rate).toFixed(3)} s`;

/** One stream of a file being decoded. */
class Decoding {
  readonly stream: CodedStream;
  readonly line: SampleLine;
  decoded = 0;
  #decoder: PacketDecoder | undefined;
  #restarts = 0;
  readonly #fault: (message: string) => void;

  constructor(stream: CodedStream, options: { file: string; fault: (message: string) => void }) {
    this.stream = stream;
    this.#fault = options.fault;
    const { sampleRate, channels, skip, isPadded, frames } = stream;
    const most = isPadded ? frames : undefined;
    this.line = new SampleLine({ file: options.file, sampleRate, channels, skip, most });
  }

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

/**
 * The audio in an open compressed file, decoded packet by packet, each put where the container says that it belongs:
 * what is lost between becomes silence of the same length, with a warning, and so does a packet that does not decode.
 * Where the rate or the channels change, what follows is made like the start.
 *
 * @throws {AudioFileError} Nothing in it can be decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compressedAudio } from "#lib/audio/compressed_audio.ts";
 * import { flacRuns } from "#lib/audio/flac_runs.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const text = await openFile("package.json");
 * const how = { name: "FLAC", runs: () => flacRuns(text) };
 * await assert.rejects(compressedAudio(text, how), /holds no FLAC audio/);
 * await text.close();
 * ```
 */
export async function compressedAudio(source: OpenFile, options: CompressedAudioOptions): Promise<Audio> {
  const { name } = options;
  const { file } = source;
  const warnings: string[] = [];
  let first: CodedStream | undefined;

  const warn = (fault: string) => {
    if (!warnings.includes(fault)) warnings.push(fault);
  };

  /** What a finished stream's samples have to do with what was announced. */
  const compare = ({ stream, line }: Decoding, isAlone: boolean) => {
    const { sampleRate } = stream;
    const frames = stream.frames ?? (isAlone ? options.frames : undefined);
    const { lost, heard } = line;
    const all = frames ?? heard;
    if (lost.frames > 0) {
      const places = lost.places === 1 ? "1 place" : `${lost.places} places`;
      warn(
        `is damaged in ${places}: ${lost.frames} of ${all} samples (${seconds(lost.frames, sampleRate)}) ` +
          `are lost and silent, the first at ${seconds(lost.first, sampleRate)}`,
      );
    }
    if (frames === undefined || heard === frames) return;
    if (heard < frames) {
      const missing = `${heard} of ${frames} samples are there, ${
        seconds(frames - heard, sampleRate)
      } are missing`;
      warn(
        stream.isUncut
          ? `lacks samples: ${missing}, nothing tells where`
          : `is cut short: ${missing} at the end`,
      );
    } else warn(`holds ${heard} samples, more than the ${frames} that it announces`);
  };

  async function* decode(onDecoded: (frames: number) => void): AsyncGenerator<AudioBlock> {
    const faults = new Set<string>();
    const fault = (message: string) => {
      if (faults.size < MOST_WARNINGS) faults.add(message);
    };
    let decoding: Decoding | undefined;
    let conform: ConformBlocks | undefined;
    const given = function* (blocks: Iterable<AudioBlock>) {
      for (const block of blocks) {
        if (conform) yield* conform.push(block);
        else yield block;
      }
    };
    const ended = function* (behind?: CodedStream) {
      if (!decoding) return;
      const { line, stream } = decoding;
      // What follows stays where it was.
      if (behind && stream.frames !== undefined) line.silence(stream.frames + (stream.skip ?? 0));
      yield* given(line.finish());
      if (conform) yield* conform.finish();
      compare(decoding, behind === undefined && stream === first);
    };
    try {
      for await (const run of options.runs(warn)) {
        if (run.stream !== decoding?.stream) {
          yield* ended(run.stream);
          decoding?.close();
          decoding = new Decoding(run.stream, { file, fault });
          first ??= run.stream;
          const { sampleRate, channels } = run.stream;
          const changes = sampleRate !== first.sampleRate || channels !== first.channels;
          conform = changes ? new ConformBlocks(run.stream, first) : undefined;
          if (changes) {
            const was = `${first.sampleRate} Hz and ${first.channels} channels`;
            warn(
              `changes from ${was} to ${sampleRate} Hz and ${channels} channels, and was made as it began`,
            );
          }
        }
        const before = decoding.decoded;
        await decoding.take(run);
        onDecoded(decoding.decoded - before);
        yield* given(decoding.line.take());
      }
      yield* ended();
    } finally {
      decoding?.close();
      for (const message of faults) warn(`${name} decoding went on behind a fault: ${message}`);
    }
  }

  async function* blocks(): AsyncGenerator<AudioBlock> {
    let decoded = 0;
    try {
      yield* decode((frames) => decoded += frames);
    } catch (error) {
      if (error instanceof AudioFileError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AudioFileError(`cannot be decoded as ${name}: ${reason}`, { file, cause: error });
    }
    if (decoded === 0) {
      throw new AudioFileError([`holds no ${name} audio that can be decoded`, ...warnings].join(": "), {
        file,
      });
    }
  }

  // Until something is decoded, nobody knows whether it is what it claims to be.
  let hasDecoded = false;
  for await (const _ of decode((frames) => hasDecoded ||= frames > 0)) if (hasDecoded) break;
  if (!hasDecoded || first === undefined) {
    throw new AudioFileError([`holds no ${name} audio that can be decoded`, ...warnings].join(": "), {
      file,
    });
  }
  const { sampleRate, channels } = first;
  return {
    file,
    sampleRate,
    channels,
    frames: options.frames ?? first.frames,
    format: name,
    warnings,
    blocks,
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}
