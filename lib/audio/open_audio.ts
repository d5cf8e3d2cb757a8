import { quote } from "#lib/arrays/quote.ts";
import type { Audio } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { announcedFrames } from "./announced_frames.ts";
import { isChainedOgg } from "./chained_ogg.ts";
import { compressedAudio } from "./compressed_audio.ts";
import { detectFormat, DETECTION_BYTES } from "./detect_format.ts";
import { ffmpegAudio } from "./ffmpeg_audio.ts";
import { filePieces } from "./file_pieces.ts";
import { m4aAudio } from "./m4a_audio.ts";
import { openDecoder } from "./open_decoder.ts";
import { type OpenFile, openFile } from "./open_file.ts";
import { ForeignCodecError, wavAudio } from "./wav_audio.ts";

/** Options of {@linkcode openAudio}. */
export interface OpenAudioOptions {
  /** The ffmpeg executable, for what is not read here. Default: `ffmpeg` on the PATH. */
  readonly ffmpeg?: string;
}

/** Opens what is read here; what ffmpeg should try is given as its name, or as `unknown`. */
async function openKnown(source: OpenFile): Promise<Audio | { name: string | undefined }> {
  const { file } = source;
  const start = await source.read(new Uint8Array(DETECTION_BYTES), 0);
  const format = detectFormat(start);
  if (format === undefined) return { name: undefined };
  if (format === "text") {
    const line = new TextDecoder().decode(start).trim().split("\n", 1)[0];
    throw new AudioFileError(`is text, not audio: it starts with ${quote(line)}`, { file });
  }
  const { decoder, name } = format;
  if (decoder === "mp4") return await m4aAudio(source, { name }) ?? { name };
  if (decoder === "other") return { name };
  if ((decoder === "opus" || decoder === "vorbis") && await isChainedOgg(source)) {
    return { name: `${name} of several streams` };
  }
  if (decoder !== "wav") {
    return await compressedAudio(source, {
      name,
      frames: await announcedFrames(source, decoder),
      open: () => openDecoder(decoder),
      pieces: () => filePieces(source),
    });
  }
  try {
    return await wavAudio(source);
  } catch (error) {
    if (error instanceof ForeignCodecError) return { name: error.fault.replace(/^is a /, "a ") };
    throw error;
  }
}

/**
 * Opens a recording to be read in blocks. WAV (PCM of 8 to 32 bits, float, A-law, mu-law, RF64, BW64), FLAC, MP3, Ogg
 * Vorbis and Opus are read here; M4A where the package @audio/decode-aac is installed (GPL-2.0, so it is no dependency);
 * anything else by ffmpeg where that is. The content tells which it is, not the name. Nothing grows with the file's
 * length.
 *
 * Data shorter than announced is read as far as it goes, and `warnings` says so.
 *
 * @param file Path of a regular file.
 * @throws {AudioFileError} It is missing, a folder, unreadable, empty, not audio, of a format that takes an ffmpeg that
 *   is not there, or has no samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openAudio } from "#lib/audio/open_audio.ts";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeWav(join(folder, "a.wav"), Float32Array.of(0.25, -1), { sampleRate: 44100 });
 * {
 *   await using audio = await openAudio(join(folder, "a.wav"));
 *   assert.deepEqual([audio.sampleRate, audio.frames, audio.format], [44100, 2, "WAV, 16-bit PCM"]);
 *   for await (const [mono] of audio.blocks()) assert.deepEqual([...mono], [0.25, -1]);
 * }
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openAudio(file: string, options: OpenAudioOptions = {}): Promise<Audio> {
  const { ffmpeg = "ffmpeg" } = options;
  const source = await openFile(file);
  try {
    const opened = await openKnown(source);
    if ("blocks" in opened) return opened;
    await source.close();
    return await ffmpegAudio(file, { ffmpeg, name: opened.name });
  } catch (error) {
    await source.close();
    throw error;
  }
}
