import { quote } from "#lib/arrays/quote.ts";
import type { Audio } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { aviSeconds } from "./avi_seconds.ts";
import { chunkedSeconds } from "./chunked_seconds.ts";
import { contentStart } from "./content_start.ts";
import type { DetectedFormat } from "./detect_format.ts";
import { ffmpegAudio } from "./ffmpeg_audio.ts";
import { editedAudio } from "./edited_audio.ts";
import { type FileContent, fileContent } from "./file_content.ts";
import { fileFrom } from "./file_from.ts";
import { fileEnd } from "./file_end.ts";
import { type FrameWalk, frameWalk, type LostSound } from "./frame_walk.ts";
import { knownAudio } from "./known_audio.ts";
import { m4aAudio } from "./m4a_audio.ts";
import { memoryFile } from "./memory_file.ts";
import { type EditList, editList } from "./mp4_edits.ts";
import { mp4Seconds } from "./mp4_seconds.ts";
import { mp4Track } from "./mp4_track.ts";
import { type Allocate, type OpenFile, openFile } from "./open_file.ts";
import { type StartInside, startInside } from "./start_inside.ts";
import { vocPauses } from "./voc_pauses.ts";
import { ForeignCodecError, wavAudio } from "./wav_audio.ts";
import { wavPackEnd } from "./wavpack_end.ts";
import { wmaDelay } from "./wma_delay.ts";
import { weakGuess } from "./weak_guess.ts";

// The decoders that are tried: the one here that the content names; then ffmpeg, where there is none, or it finds a fault.

/** Options of {@linkcode openAudio}. */
export interface OpenAudioOptions {
  /** The ffmpeg executable, for what is not read here. Default: `ffmpeg` on the PATH. */
  readonly ffmpeg?: string;
}

/** Hz that recordings have. Outside of them a header is wrong, whatever it is of. */
const RATES = { least: 1000, most: 768_000 };

/** What ffmpeg is never asked to read: it takes big-endian samples for little-endian ones, and says nothing. */
const MISREAD_BY_FFMPEG: ReadonlySet<string> = new Set(["RIFX"]);

/** The names of what is walked over before ffmpeg reads it. */
const ADTS = "AAC (ADTS)";
const WALKED: ReadonlySet<string> = new Set([ADTS, "AC-3", "E-AC-3"]);

/** Bytes of the longest frame of MPEG audio: layer II of 160 kbit/s at 8 kHz, padded. */
const LONGEST_MPEG = 2881;

/** The name of what has chunks that ffmpeg passes over where they are damaged. */
const AVI = "AVI";

/** The name of what ffmpeg drops too much of at the start. */
const ASF = "Windows Media (ASF)";

/** The name of what ffmpeg looks for blocks of behind the last, and what it says where a tag or another file stands there. */
const WAVPACK = "WavPack";
const BEHIND_WAVPACK = /^\[wv\] Invalid block header|: Invalid data found when processing input/;

/** The name of what has pauses that ffmpeg passes over. */
const VOC = "Creative Voice (VOC)";

/** What can be done where the content tells nothing. */
const HEADERLESS = " (bare samples need a header: ffmpeg -f s16le -ar RATE -ac CHANNELS -i FILE OUT.wav)";

/** The format of what some decoder may read; anything else ends here. */
function formatOf({ source, format, head }: FileContent): DetectedFormat | undefined {
  const { file } = source;
  if (format === "text") {
    const line = new TextDecoder().decode(head).trim().split("\n", 1)[0];
    throw new AudioFileError(`is text, not audio: it starts with ${quote(line)}`, { file, isFinal: true });
  }
  if (format?.decoder === "none") {
    throw new AudioFileError(`is no recording: it is ${format.name}`, { file, isFinal: true });
  }
  return format;
}

/** By the decoders here; undefined where none is meant for it, which is no fault of the file. */
async function openHere(source: OpenFile, format: DetectedFormat): Promise<Audio | undefined> {
  const { decoder, name } = format;
  if (decoder === "other" || decoder === "none") return undefined;
  if (decoder === "wav") return await wavAudio(source);
  if (decoder === "mp4") return await m4aAudio(source, { name, endFault: await fileEnd(source, format) });
  return await knownAudio(source, { decoder, name });
}

/** What ffmpeg is told of a file that no decoder here read. */
interface SecondOpinion extends Partial<Pick<FrameWalk, "lost" | "faults">> {
  /** The format; undefined where it is unknown. */
  readonly name?: string;
  /** The fault that led to it; none where ffmpeg was the decoder that is meant. */
  readonly fault?: string;
  /** Seconds of sound that the container announces. */
  readonly announcedSec?: number;
  /** Whether that is no less than what is there. */
  readonly isExact?: boolean;
  /** Whether ffmpeg strings together what is left where pieces are lost. */
  readonly isStrung?: boolean;
  /** The container's time that is 0, where that is not where it begins. */
  readonly originSec?: number;
  /** What its end shows, in words. */
  readonly endFault?: string;
  /** Where it pauses, which ffmpeg passes over. */
  readonly pauses?: readonly LostSound[];
  /** What was found before ffmpeg is asked, in words. */
  readonly notes?: readonly string[];
  /** ffmpeg's name of the format, where it might take it for another. */
  readonly format?: string;
  /** Samples at the start that are an encoder's, where ffmpeg is wrong about them. */
  readonly delay?: number;
  /** What ffmpeg says that is no fault. */
  readonly harmless?: RegExp;
  /** An MP4's list of edits, which ffmpeg is not to play: pauses between pieces it fills with other sound. */
  readonly edits?: EditList;
}

/** The file read by a decoder here, or why it takes ffmpeg. */
async function firstOpinion(content: FileContent): Promise<Audio | SecondOpinion> {
  const format = formatOf(content);
  if (format === undefined) {
    const { start } = await contentStart(content.source);
    const inside = await startInside(fileFrom(content.source, start));
    if (inside) return await beginning(content.source, inside);
    const place = content.isTagged ? ", behind its ID3 tag" : "";
    return { fault: `is not audio of a known format${place}${HEADERLESS}` };
  }
  const { name } = format;
  try {
    const audio = await openHere(content.source, format);
    return audio ?? { name, ...await announced(content.source, format) };
  } catch (error) {
    if (!(error instanceof AudioFileError) || error.isFinal) throw error;
    const { fault } = error;
    if (MISREAD_BY_FFMPEG.has(name)) {
      const what = error instanceof ForeignCodecError ? `${fault}, which is not read here` : fault;
      throw new AudioFileError(what, { file: error.file, isFinal: true });
    }
    if (error instanceof ForeignCodecError) {
      return { name: fault.replace(/^is /, ""), notes: error.warnings };
    }
    const edits = format.decoder === "mp4" ? await editList(content.source) : undefined;
    const said = fault.includes(name) ? fault : `is ${name} that cannot be read here (${fault})`;
    return { name, fault: said, ...(edits && { edits, originSec: 0 }) };
  }
}

/** A stream that does not begin with a frame. */
async function beginning(source: OpenFile, { name, bytes }: StartInside): Promise<SecondOpinion> {
  if (name !== "MPEG audio") {
    const fault = `begins with ${bytes} bytes that are no frame of ${name}`;
    return { name, fault, ...await walked(source, name) };
  }
  const early = bytes > LONGEST_MPEG
    ? `, and ${bytes} bytes are none: if they were some, what follows stands early`
    : "";
  return { name, fault: `begins inside a frame of MPEG audio${early}` };
}

/** What a walk over the frames of AAC or AC-3 tells. */
async function walked(source: OpenFile, name: string): Promise<Omit<SecondOpinion, "name">> {
  const { sec, lost, faults } = await frameWalk(source, { coding: name === ADTS ? "ADTS" : "AC-3" });
  const format = name === ADTS ? "aac" : name === "E-AC-3" ? "eac3" : "ac3";
  return { announcedSec: sec, lost, faults, ...(faults.length > 0 && { format }) };
}

/** How long an MP4, an AVI, a Wave64 or a CAF says that it is, and what the end of any shows: ffmpeg does not hold that against what it finds. */
async function announced(
  source: OpenFile,
  format: DetectedFormat,
): Promise<Omit<SecondOpinion, "name">> {
  if (WALKED.has(format.name)) return await walked(source, format.name);
  const endFault = await fileEnd(source, format);
  if (format.name === WAVPACK) {
    const { end = Infinity } = await wavPackEnd(source);
    return { endFault, harmless: end <= source.size ? BEHIND_WAVPACK : undefined };
  }
  if (format.name === ASF) return { endFault, delay: await wmaDelay(source) };
  if (format.name === VOC) return { pauses: await vocPauses(source), endFault };
  if (format.name === AVI) {
    const { sec, isExact } = await aviSeconds(source) ?? {};
    return { announcedSec: sec, isExact, isStrung: true, endFault };
  }
  if (format.decoder !== "mp4") return { announcedSec: await chunkedSeconds(source), endFault };
  const edits = await editList(source);
  if (edits) return { edits, announcedSec: edits.heldSec, originSec: 0, endFault };
  const track = await mp4Track(source);
  // An edit that is a pause begins at 0; ffmpeg's clock begins behind it.
  const originSec = track && track.pauseSec > 0 ? 0 : undefined;
  return { announcedSec: track && mp4Seconds(track), originSec, endFault };
}

/** The file read by ffmpeg, but for what ffmpeg only guesses. */
async function secondOpinion(file: string, options: SecondOpinion & { ffmpeg: string }): Promise<Audio> {
  const { ffmpeg, name, fault } = options;
  if (name !== undefined) {
    const audio = await ffmpegAudio(file, { ...options, name, isUnedited: options.edits !== undefined });
    return options.edits ? editedAudio(audio, options.edits) : audio;
  }
  const guess = await weakGuess(file, { ffmpeg });
  if (guess) {
    throw new AudioFileError(`${fault}; ffmpeg takes it for ${guess.format}, and is not sure`, { file });
  }
  return await ffmpegAudio(file, { ffmpeg, name: "audio", fault });
}

function withinRates(audio: Audio): Audio {
  const { file, sampleRate } = audio;
  if (sampleRate >= RATES.least && sampleRate <= RATES.most) return audio;
  const fault = `has a sample rate of ${sampleRate} Hz; a recording has ${RATES.least} to ${RATES.most} Hz`;
  throw new AudioFileError(fault, { file, isFinal: true });
}

/**
 * Opens a recording to be read in blocks. WAV (PCM of 8 to 32 bits, float, A-law, mu-law; RF64, BW64, and the big-endian RIFX), FLAC, MP3, Ogg
 * Vorbis and Opus are read here; M4A where the package @audio/decode-aac is installed (GPL-2.0, so it is no dependency);
 * anything else by ffmpeg where that is. The content tells which it is, not the name. Nothing grows with the file's
 * length.
 *
 * Data shorter than announced is read as far as it goes, and `warnings` says so.
 *
 * A decoder that finds a fault is not the last word: ffmpeg's opinion follows, and `warnings` tells the fault that led
 * to it. Where ffmpeg finds none or is not there, the error has both. Faults that are `final` end it at once.
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
    const opinion = await firstOpinion(await fileContent(source));
    if ("blocks" in opinion) return withinRates(opinion);
    await source.close();
    return withinRates(await secondOpinion(file, { ffmpeg, ...opinion }));
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Opens a recording whose file's bytes are in memory, as {@linkcode openAudio} opens files, but for ffmpeg, which reads files alone.
 *
 * @param options `file`: what errors call it; `allocate`: where samples are put, of formats that are decoded at once.
 * @throws {AudioFileError} It is empty, not audio, of a format that is not read here, or has no samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 * import { openAudioBytes } from "#lib/audio/open_audio.ts";
 *
 * const audio = await openAudioBytes(encodeWav(Float32Array.of(0.25), { sampleRate: 8000 }), { file: "a.wav" });
 * for await (const [mono] of audio.blocks()) assert.deepEqual([...mono], [0.25]);
 * ```
 */
export async function openAudioBytes(
  bytes: Uint8Array,
  { file, allocate }: { readonly file: string; readonly allocate?: Allocate },
): Promise<Audio> {
  if (bytes.length === 0) throw new AudioFileError("is empty: it has 0 bytes", { file });
  const opinion = await firstOpinion(await fileContent(memoryFile(bytes, file, allocate)));
  if ("blocks" in opinion) return withinRates(opinion);
  const { name, fault = `is ${name}, which ffmpeg alone reads, and that from files` } = opinion;
  throw new AudioFileError(fault, { file });
}
