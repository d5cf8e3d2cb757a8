import { AudioFileError } from "./audio_file_error.ts";
import type { CodedRun, CodedStream } from "./coded_stream.ts";
import type { MpegFrame } from "./mpeg_frame.ts";
import { type FoundFrame, mpegFrames, mpegKind } from "./mpeg_frames.ts";
import { type MpegInfo, mpegInfo } from "./mpeg_info.ts";
import { openDecoder } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";

/** The delay of every decoder of layer III, in samples. */
const DECODER_DELAY = 529;

/** Frames of one kind behind each other, as a first pass over the headers finds them. */
interface Link {
  readonly header: MpegFrame;
  readonly info?: MpegInfo;
  found: number;
  /** Frames that seem to be lost at each place, and the bytes that were passed over there. */
  readonly gaps: { lost: number; readonly junk: number }[];
}

/** An MPEG audio file: how long it says it is, and its frames. */
export interface Mp3Track {
  /** Samples per channel that are heard. */
  readonly frames: number;
  /** Whether the file goes on to the last of them. */
  readonly isEndThere: boolean;
  runs(warn: (fault: string) => void): AsyncGenerator<CodedRun>;
}

/** What an encoder's information says is heard; where there is none, all frames. */
function lengths({ header, info, found, gaps }: Link): Pick<CodedStream, "skip" | "frames" | "isPadded"> {
  const known = found + gaps.reduce((sum, { lost }) => sum + lost, 0);
  if (info?.count === undefined || info.count < found) return { frames: known * header.samples };
  const total = info.count * header.samples;
  if (header.layer !== 3 || info.isVbri) return { frames: total };
  const skip = Math.min(total, info.delay + DECODER_DELAY);
  const end = Math.min(total, Math.max(skip, total - info.padding + DECODER_DELAY));
  return { skip, frames: end - skip, isPadded: true };
}

/** Makes the frames lost at each place add up to what the encoder counted, where it can be about those places. */
function settle({ info, found, gaps }: Link): void {
  const missing = (info?.count ?? 0) - found;
  const guessed = gaps.reduce((sum, { lost }) => sum + lost, 0);
  // Many more are missing where the file was cut too.
  if (info?.count === undefined || missing < 0 || missing > 2 * guessed + gaps.length) return;
  const junk = gaps.reduce((sum, gap) => sum + gap.junk, 0);
  let passed = 0;
  let given = 0;
  for (const gap of gaps) {
    passed += gap.junk;
    const until = Math.round(missing * passed / Math.max(1, junk));
    gap.lost = until - given;
    given = until;
  }
}

/**
 * The frames of an open MP3 file (MPEG audio of any layer), found by their headers and counted before the first is
 * decoded. Nothing in a frame tells its number: where some are lost, an encoder's own count (Xing, Info, VBRI) or the
 * bytes tell how many.
 *
 * @throws {AudioFileError} There are no such frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp3Track } from "#lib/audio/mp3_track.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.mp3");
 * assert.equal((await mp3Track(file)).frames, 17640);
 * await file.close();
 * ```
 */
export async function mp3Track(source: Omit<OpenFile, "close">): Promise<Mp3Track> {
  /** The stream that a frame is of: another kind, or another encoder's information, begins one. */
  const begins = ({ header, data }: FoundFrame, link: { header: MpegFrame } | undefined) => {
    const info = header && mpegInfo(data, header);
    return {
      info,
      isNew: header !== undefined && (info !== undefined || mpegKind(link?.header) !== mpegKind(header)),
    };
  };
  const links: Link[] = [];
  let isCut = false;
  for await (const frame of mpegFrames(source)) {
    const { info, isNew } = begins(frame, links.at(-1));
    if (frame.header && isNew) links.push({ header: frame.header, info, found: 0, gaps: [] });
    const link = links.at(-1);
    if (!frame.header || !link) {
      isCut = frame.isCut;
      break;
    }
    if (!isNew && frame.junk > 0) link.gaps.push({ lost: frame.lost, junk: frame.junk });
    if (!info) link.found++;
  }
  const heard = links.filter(({ found }) => found > 0);
  if (heard.length === 0) {
    throw new AudioFileError("holds no MP3 audio that can be decoded", { file: source.file });
  }
  heard.forEach(settle);
  const streams = links.map((link): CodedStream => ({
    sampleRate: link.header.sampleRate,
    channels: link.header.channels,
    ...lengths(link),
    isUncut: link !== links.at(-1) || !isCut,
    open: () => openDecoder({ codec: "mp3" }),
  }));

  async function* runs(warn: (fault: string) => void): AsyncGenerator<CodedRun> {
    let at = -1;
    let gap = 0;
    let start = 0;
    let placeSec = 0;
    const places: number[] = [];
    for await (const frame of mpegFrames(source)) {
      const { info, isNew } = begins(frame, links[at]);
      const isBroken = frame.header !== undefined && frame.data.length < frame.header.bytes;
      // Where an encoder counted, what is missing is known, if not where.
      const counted = isBroken && isNew ? info : links[at]?.info;
      if (counted?.count === undefined && (isBroken || !frame.isExact) && !frame.isCut) {
        places.push(placeSec + start / (links[at]?.header.sampleRate ?? 1));
      }
      if (isNew) {
        placeSec += start / (links[at]?.header.sampleRate ?? 1);
        at++;
        gap = 0;
        start = 0;
      } else if (frame.junk > 0 && frame.header) {
        start += (links[at].gaps[gap++]?.lost ?? 0) * frame.header.samples;
      }
      if (!frame.header || links[at] === undefined) break;
      if (info) continue;
      const { bytes, samples } = frame.header;
      let packet = frame.data;
      if (packet.length < bytes) {
        // The decoder would wait for what is missing and take it from the next frame.
        packet = new Uint8Array(bytes);
        packet.set(frame.data);
      }
      yield { stream: streams[at], packets: [packet], start, frames: samples };
      start += samples;
    }
    if (places.length > 0) {
      const more = places.length === 1 ? "" : ` and in ${places.length - 1} more places`;
      warn(
        `has bytes that are no whole frame at ${
          places[0].toFixed(3)
        } s${more}: samples may be missing there, ` +
          "nothing tells how many, and what follows may stand too early",
      );
    }
    if (isCut) warn("ends inside a frame");
    for (const { info, found } of links) {
      if (info?.isDamaged) {
        warn("has a damaged encoder's header: its count of frames, delay and padding may be wrong");
      }
      if (info?.count !== undefined && info.count < found) {
        warn(`holds ${found} frames, more than the ${info.count} that its encoder counted`);
      }
    }
  }

  const rate = streams[0].sampleRate;
  const frames = streams.reduce(
    (sum, stream) => sum + Math.round((stream.frames ?? 0) * rate / stream.sampleRate),
    0,
  );
  // What is lost in between is known by then.
  const isEndThere = heard.every(({ info, found, gaps }) =>
    info?.count === undefined || info.count <= found + gaps.reduce((sum, { lost }) => sum + lost, 0)
  );
  return { frames, isEndThere, runs };
}
