import type { LostSound } from "./frame_walk.ts";
import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { FfmpegFrame } from "./ffmpeg_log.ts";
import { lateOrigin } from "./late_origin.ts";
import { probeFfmpeg } from "./probe_ffmpeg.ts";
import { runFfmpeg } from "./run_ffmpeg.ts";
import { TimelineFill } from "./timeline_fill.ts";
import { readWavHeader, type WavHeader } from "./wav_header.ts";
import { severalTracks } from "./several_tracks.ts";

/** What {@linkcode ffmpegAudio} is told about a file. */
export interface FfmpegAudioOptions {
  /** The executable. */
  readonly ffmpeg: string;
  /** The format in words. */
  readonly name: string;
  /** Why it comes to ffmpeg, where another decoder was expected to read it. A warning, or a part of the error. */
  readonly fault?: string;
  /** Seconds that the container announces, where that is known. What comes out is held against it. */
  readonly announcedSec?: number;
  /** Whether they are exact, so that less than the shortest frame is missing where all is there. Default: false. */
  readonly isExact?: boolean;
  /** Whether ffmpeg strings together what is left where pieces are lost, and does not tell where that is. Default: false. */
  readonly isStrung?: boolean;
  /** The container's time that is 0, in seconds. Default: where it says that it begins. */
  readonly originSec?: number;
  /** What the end of the file shows, in words (`fileEnd`); told where the length does not show the same. */
  readonly endFault?: string;
  /** What ffmpeg says that is no fault of this file. Default: nothing. */
  readonly harmless?: RegExp;
  /** What was found in the file before, in words; told as it is. */
  readonly notes?: readonly string[];
  /** Whether an MP4's list of edits is passed over. Default: false. */
  readonly isUnedited?: boolean;
  /** Samples at the start that are dropped. Default: those that ffmpeg's decoder takes for an encoder's. */
  readonly delay?: number;
  /** ffmpeg's name of the format. Default: it finds out. */
  readonly format?: string;
  /** Where sound is lost that ffmpeg does not miss, in order: silence is put there. Default: nowhere that is known. */
  readonly lost?: readonly LostSound[];
  /** Where the file itself is silent and ffmpeg passes that over, in order; no fault. Default: nowhere. */
  readonly pauses?: readonly LostSound[];
  /** What is wrong with its frames, in words. Warnings. */
  readonly faults?: readonly string[];
}

/** Seconds by which containers and decoders may differ: priming, padding, and times in whole milliseconds. */
const TOLERANCE_SEC = 0.2;

/** The same, where a decoder tells of a fault: containers tell their length in hundredths and more. */
const LOST_SEC = 0.02;

/** Formats whose length, as they tell it, is counted from 0, wherever their times begin. */
const FROM_ZERO = /Matroska/;
/** Formats whose packets have times. */
const CLOCKED = /Matroska|stream$|MP4|M4A|3GP|QuickTime|ASF|Flash|RealMedia|^Ogg/;
/** Ends that a length which is too short tells as well. */
const CUT = /cut short|is not known$/;
/** Seconds of a gap that is filled where frames were counted: less than the shortest frame. */
const COUNTED_GAP_SEC = 0.005;
/** What is said of silence that was put in. */
const FILLED = /^has (?:\d+ gaps? |sound from )/;
/** Samples of silence at a time. */
const SILENCE = 1 << 16;
/** ffmpeg's WAV header takes under 100 bytes. */
const HEADER_BYTES = 4096;

/** The format of a WAV by its first bytes. */
function headerOf(start: Uint8Array, file: string): Promise<WavHeader> {
  const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
    const part = start.subarray(at, at + target.length);
    target.set(part);
    return Promise.resolve(target.subarray(0, part.length));
  };
  return readWavHeader({ file, size: start.length, read });
}

/** Gives pieces of sound the times that they have with what is lost before them. */
function moved(lost: readonly LostSound[]): (frame: FfmpegFrame) => FfmpegFrame {
  let passed = 0;
  let bySec = 0;
  return (frame) => {
    const { sec } = frame;
    if (sec === undefined) return frame;
    while (passed < lost.length && lost[passed].atSec < sec + COUNTED_GAP_SEC) {
      bySec += lost[passed++].lostSec;
    }
    return { ...frame, sec: sec + bySec };
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Blocks of nothing. */
function* silence(frames: number, channels: number): Generator<AudioBlock> {
  for (let left = frames; left > 0; left -= SILENCE) {
    yield Array.from({ length: channels }, () => new Float32Array(Math.min(left, SILENCE)));
  }
}

function deinterleave(bytes: Uint8Array<ArrayBuffer>, channels: number): AudioBlock {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const frames = bytes.length / (4 * channels);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0; i < frames; i++) samples[i] = view.getFloat32(4 * (i * channels + channel), true);
    return samples;
  });
}

/**
 * The audio in any file that the installed ffmpeg reads, through a pipe. Its decoders scale integers by powers of two,
 * as we do.
 *
 * @throws {AudioFileError} ffmpeg is not installed, or finds no audio in the file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ffmpegAudio } from "#lib/audio/ffmpeg_audio.ts";
 *
 * await assert.rejects(
 *   ffmpegAudio("a.m4a", { ffmpeg: "/nowhere/ffmpeg", name: "M4A" }),
 *   /a.m4a: is M4A, which takes ffmpeg to read, and that is not installed/,
 * );
 * ```
 */
export async function ffmpegAudio(file: string, options: FfmpegAudioOptions): Promise<Audio> {
  const { ffmpeg, name, fault, isUnedited } = options;
  const probe = await probeFfmpeg(file, { ffmpeg, isUnedited });
  const originSec = options.originSec ?? probe.originSec;
  const isFromZero = FROM_ZERO.test(name);
  const announcedSec = options.announcedSec ??
    (probe.announcedSec && probe.announcedSec - (isFromZero ? originSec : 0));
  const warnings: string[] = fault === undefined ? [] : [`${fault}; ffmpeg read it`];
  warnings.push(...options.notes ?? []);
  warnings.push(...options.faults ?? []);
  if (probe.tracks > 1) warnings.push(severalTracks(probe.tracks));
  // MPEG's streams begin anywhere.
  if (originSec > TOLERANCE_SEC && !/stream$/.test(name)) warnings.push(lateOrigin(originSec));
  const { pauses = [] } = options;
  const lost = options.lost ?? (pauses.length > 0 ? pauses : undefined);
  const running = new Set<ReturnType<typeof runFfmpeg>>();
  let isClosed = false;

  const warn = (text: string) => {
    if (!warnings.includes(text)) warnings.push(text);
  };

  async function* decode(): AsyncGenerator<{ header: WavHeader; block: AudioBlock }> {
    if (isClosed) throw new AudioFileError("was closed while it was read", { file });
    const run = runFfmpeg(file, {
      ffmpeg,
      isUnedited,
      isDamaged: (options.faults ?? []).length > 0,
      delay: options.delay,
      format: options.format,
    });
    running.add(run);
    let header: WavHeader | undefined;
    let rest = new Uint8Array(0);
    let decoded = 0;
    let timeline: TimelineFill | undefined;
    const later = moved(lost ?? []);
    const take = async function* (bytes: Uint8Array<ArrayBuffer>, { channels, sampleRate }: WavHeader) {
      const whole = bytes.length - bytes.length % (4 * channels);
      rest = bytes.slice(whole);
      if (whole === 0) return;
      decoded += whole / (4 * channels);
      // ffmpeg tells the times of samples before it gives them.
      const times = timeline ??= new TimelineFill({
        sampleRate,
        originSec,
        isClocked: CLOCKED.test(name),
        leastGapSec: lost && COUNTED_GAP_SEC,
      });
      await run.until(() => {
        for (const frame of run.log.takeFrames()) times.describe(later(frame));
        return times.described >= decoded;
      });
      yield* times.fill(deinterleave(bytes.subarray(0, whole), channels));
    };
    try {
      for await (const piece of run.pieces) {
        let bytes = joined(rest, piece);
        rest = bytes;
        if (header === undefined) {
          if (bytes.length < HEADER_BYTES) continue;
          header = await headerOf(bytes.subarray(0, HEADER_BYTES), file);
          bytes = bytes.subarray(header.dataStart);
        }
        for await (const block of take(bytes, header)) yield { header, block };
      }
      const { status, said, missing } = await run.ended();
      if (missing) {
        const needed = fault === undefined
          ? `is ${name}, which takes ffmpeg to read`
          : `${fault}; ffmpeg might read it`;
        throw new AudioFileError(`${needed}, and that is not installed${CURE}`, { file });
      }
      if (header === undefined && rest.length > 0) {
        header = await headerOf(rest, file);
        for await (const block of take(rest.subarray(header.dataStart), header)) yield { header, block };
      }
      if (isClosed) throw new AudioFileError("was closed while it was read", { file });
      if (header === undefined || decoded === 0) {
        const what = fault ?? `is ${name} without audio`;
        throw new AudioFileError(`${what}; ffmpeg says: ${said.join("; ") || `status ${status}`}`, { file });
      }
      for (const line of said) if (!options.harmless?.test(line)) warn(`ffmpeg says: ${line}`);
      if (said.length === 0 && status !== 0) warn(`ffmpeg says: status ${status}`);
      const { warnings: told = [], leadSec = 0, gapSec = 0 } = timeline ?? {};
      // Pauses of the file's own are silence that it tells.
      told.filter((text) => pauses.length === 0 || !FILLED.test(text)).forEach(warn);
      const tailSec = pauses.reduce(
        (sum, { atSec, lostSec }) =>
          atSec < decoded / header!.sampleRate - COUNTED_GAP_SEC ? sum : sum + lostSec,
        0,
      );
      for (const block of silence(Math.round(tailSec * header.sampleRate), header.channels)) {
        yield { header, block };
      }
      // The container's length has the time before the sound in it, and what is lost there; the track's has not.
      const isLeadCounted = options.announcedSec === undefined || (lost?.[0]?.atSec ?? 1) === 0;
      const sec = decoded / header.sampleRate + gapSec + (isLeadCounted ? leadSec : 0);
      const isEndLost = run.log.isBehindFault;
      const toleranceSec = isEndLost || options.isExact ? LOST_SEC : TOLERANCE_SEC;
      if (announcedSec !== undefined && sec < announcedSec - toleranceSec) {
        const there = `${sec.toFixed(3)} of ${announcedSec.toFixed(3)} s are there`;
        const early = options.isStrung && options.endFault === undefined
          ? "; its end is there, so that they are lost in between, nothing tells where, and what is behind stands early"
          : "";
        warn(`is cut short or damaged: ${there}, ${(announcedSec - sec).toFixed(3)} s are missing${early}`);
        if (options.endFault !== undefined && !CUT.test(options.endFault)) warn(options.endFault);
      } else if (options.endFault !== undefined) warn(options.endFault);
      else if (isEndLost && announcedSec === undefined && decoded > 0) {
        warn("has faults behind its last sound: how much is missing at the end, nothing tells");
      }
    } finally {
      run.stop();
      running.delete(run);
    }
  }

  async function* blocks(): AsyncGenerator<AudioBlock> {
    for await (const { block } of decode()) yield block;
  }

  let header: WavHeader | undefined;
  for await (const first of decode()) {
    header = first.header;
    break;
  }
  if (header === undefined) throw new AudioFileError("holds no samples", { file });
  const close = () => {
    isClosed = true;
    for (const run of running) run.stop();
    return Promise.resolve();
  };
  return {
    file,
    sampleRate: header.sampleRate,
    channels: header.channels,
    frames: undefined,
    format: `${name}, by ffmpeg`,
    warnings,
    blocks,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const CURE = " (apt-get install ffmpeg, brew install ffmpeg); or make a WAV or FLAC of it";
