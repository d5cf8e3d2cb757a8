import { counted } from "#lib/language/counted.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { Audio, AudioBlock } from "./audio.ts";
import { BITSTREAM_BYTES, bitstreamInPcm } from "./bitstream_in_pcm.ts";
import type { Allocate, OpenFile } from "./open_file.ts";
import { wavChannel } from "./wav_channel.ts";
import { wavEncoding } from "./wav_encoding.ts";
import { readWavHeader } from "./wav_header.ts";

/** Bytes read at a time: large enough to be quick, small beside everything else. */
const PIECE_BYTES = 1 << 18;

/** A WAV of a codec that only another decoder reads. */
export class ForeignCodecError extends AudioFileError {
  /** What is wrong in its header and chunks, in words. */
  readonly warnings: readonly string[];

  constructor(fault: string, options: { file: string; warnings: readonly string[] }) {
    super(fault, { file: options.file });
    this.warnings = options.warnings;
  }
}

/**
 * The audio in an open WAV, RF64, BW64 or RIFX (big-endian) file: PCM of 8 to 32 bits, float, A-law and mu-law, any number of channels.
 * Data shorter than announced is read as far as it goes, with a warning, as libsndfile and ffmpeg do.
 *
 * @throws {ForeignCodecError} Its samples are encoded in a way that is not read here.
 * @throws {AudioFileError} It is not a WAV, its header makes no sense, or it has no samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openFile } from "#lib/audio/open_file.ts";
 * import { wavAudio } from "#lib/audio/wav_audio.ts";
 *
 * const text = await openFile("package.json");
 * await assert.rejects(wavAudio(text), /package.json: is not a WAV file/);
 * await text.close();
 * ```
 */
export async function wavAudio(source: OpenFile): Promise<Audio> {
  const { file } = source;
  const { container, tag, channels, sampleRate, blockBytes, dataStart, dataBytes, ...header } =
    await readWavHeader(source);
  const found = wavEncoding(tag, blockBytes / channels, { isBigEndian: container === "RIFX" });
  if (typeof found === "string") {
    const kind = container === "RIFX" ? "a big-endian WAV (RIFX)" : "a WAV";
    throw new ForeignCodecError(`is ${kind} with ${found}`, { file, warnings: header.warnings });
  }
  const encoding = found;
  if (tag === 1 && blockBytes === 2 * channels) {
    const inside = bitstreamInPcm(await source.read(new Uint8Array(BITSTREAM_BYTES), dataStart));
    if (inside !== undefined) {
      const fault = `is a WAV with ${inside} in place of samples`;
      throw new ForeignCodecError(fault, { file, warnings: header.warnings });
    }
  }
  const present = Math.max(0, source.size - dataStart);
  const bytes = Math.min(dataBytes ?? present, present);
  const frames = Math.floor(bytes / blockBytes);
  const warnings = [...header.warnings];
  if (dataBytes !== undefined && dataBytes > present) {
    warnings.push(`is cut short: ${present} of ${dataBytes} bytes of samples are there`);
  } else if (bytes % blockBytes !== 0) {
    warnings.push(`ends inside a sample: ${counted(bytes % blockBytes, "byte is", "bytes are")} left over`);
  }
  if (frames === 0) {
    throw new AudioFileError(["holds no samples", ...warnings].join(": it "), { file, isFinal: true });
  }

  async function* blocks(): AsyncGenerator<AudioBlock> {
    const channelsOf = (bytes: Uint8Array, length: number, allocate?: Allocate) =>
      Array.from(
        { length: channels },
        (_, channel) =>
          wavChannel(bytes, { encoding, channel, channels, length, target: allocate?.(length) }),
      );
    if (source.view !== undefined) {
      yield channelsOf(source.view(dataStart, dataStart + frames * blockBytes), frames, source.allocate);
      return;
    }
    const atOnce = Math.max(1, Math.floor(PIECE_BYTES / blockBytes));
    const piece = new Uint8Array(atOnce * blockBytes);
    for (let frame = 0; frame < frames;) {
      const wanted = Math.min(atOnce, frames - frame);
      const part = await source.read(piece.subarray(0, wanted * blockBytes), dataStart + frame * blockBytes);
      const got = Math.floor(part.length / blockBytes);
      if (got > 0) yield channelsOf(part, got);
      if (got < wanted) {
        // It shrank since it was opened.
        warnings.push(`ended early: ${frame + got} of ${frames} samples were there`);
        return;
      }
      frame += got;
    }
  }

  return {
    file,
    sampleRate,
    channels,
    frames,
    format: `${container}, ${encoding.name}`,
    warnings,
    blocks,
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}
