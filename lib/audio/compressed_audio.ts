import { counted } from "#lib/language/counted.ts";
import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { CodedRun, CodedStream } from "./coded_stream.ts";
import { ConformBlocks } from "./conform_blocks.ts";
import type { OpenFile } from "./open_file.ts";
import { StreamDecoding } from "./stream_decoding.ts";

/** Warnings of one kind that are kept; a file that is damaged all over would give thousands. */
const MOST_WARNINGS = 5;

/** What {@linkcode compressedAudio} is told about a file. */
export interface CompressedAudioOptions {
  /** The format in words. */
  readonly name: string;
  /** Samples per channel of the whole file, where the container tells. Default: of the first stream. */
  readonly frames?: number;
  /** Whether the file goes on to the last of them: else only decoding tells how many there are. Default: true. */
  readonly isEndThere?: boolean;
  /** What the decoders take, from the start; whole packets only. `warn` takes faults in words. */
  runs(warn: (fault: string) => void): AsyncIterable<CodedRun>;
}

const seconds = (frames: number, rate: number) => `${(frames / rate).toFixed(3)} s`;

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
  const compare = ({ stream, line }: StreamDecoding, isAlone: boolean) => {
    const { sampleRate } = stream;
    const frames = stream.frames ?? (isAlone ? options.frames : undefined);
    const { lost, heard } = line;
    const all = frames ?? heard;
    if (lost.frames > 0) {
      const places = counted(lost.places, "place");
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
    let decoding: StreamDecoding | undefined;
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
          decoding = new StreamDecoding(run.stream, { file, fault });
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

  /** A reading, and how many samples came out of the decoder so far. */
  const begin = () => {
    const reading = { decoded: 0, blocks: decode((frames) => void (reading.decoded += frames)) };
    return reading;
  };
  const nothing = () =>
    new AudioFileError([`holds no ${name} audio that can be decoded`, ...warnings].join(": "), { file });

  // Until something is decoded, nobody knows whether it is what it claims to be. Setting a decoder up takes as long as decoding
  // a minute: whoever reads first goes on where this ends.
  const started = begin();
  let begun: typeof started | undefined = started;
  const held: AudioBlock[] = [];
  while (started.decoded === 0) {
    const { done, value } = await started.blocks.next();
    if (done) break;
    held.push(value);
  }
  if (started.decoded === 0 || first === undefined) throw nothing();

  async function* blocks(): AsyncGenerator<AudioBlock> {
    const reading = begun ?? begin();
    const before = begun === undefined ? [] : held.splice(0);
    begun = undefined;
    try {
      yield* before;
      yield* reading.blocks;
    } catch (error) {
      if (error instanceof AudioFileError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new AudioFileError(`cannot be decoded as ${name}: ${reason}`, { file, cause: error });
    } finally {
      await reading.blocks.return(undefined);
    }
    if (reading.decoded === 0) throw nothing();
  }

  const close = async () => {
    await begun?.blocks.return(undefined);
    begun = undefined;
    await source.close();
  };
  const { sampleRate, channels } = first;
  return {
    file,
    sampleRate,
    channels,
    frames: options.isEndThere === false ? undefined : options.frames ?? first.frames,
    format: name,
    warnings,
    blocks,
    close,
    [Symbol.asyncDispose]: close,
  };
}
