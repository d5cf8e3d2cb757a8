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
  /** Frames that an encoder counted of this link alone; undefined where nobody did. */
  count?: number;
  /** Samples at its end that the encoder put there. */
  padding: number;
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

/** How many frames more than it counted an encoder is forgiven: some count from 0. */
const MISCOUNTED = 1;

/**
 * Whose frames an encoder counted, and whose end it padded: those of its own link; or, where its count has room for them, also those of
 * the links behind it that have no such information, as when pieces of several kinds were joined and counted anew.
 */
function share(links: readonly Link[]): void {
  for (const [i, link] of links.entries()) {
    const { info, found } = link;
    if (info?.count === undefined) continue;
    const next = links.findIndex((other, j) => j > i && other.info !== undefined);
    const others = links.slice(i + 1, next < 0 ? undefined : next);
    const elsewhere = others.reduce((sum, other) => sum + other.found + lostIn(other), 0);
    const isJoined = others.length > 0 && info.count + MISCOUNTED >= found + elsewhere;
    link.count = isJoined ? info.count - elsewhere : info.count;
    (isJoined ? others.at(-1)! : link).padding = info.padding;
  }
}

function lostIn({ gaps }: Pick<Link, "gaps">): number {
  return gaps.reduce((sum, { lost }) => sum + lost, 0);
}

/** What an encoder's information says is heard; where there is none, all frames. */
function lengths(
  { header, info, found, gaps, count, padding }: Link,
): Pick<CodedStream, "skip" | "frames" | "isPadded"> {
  const total = (count === undefined || count < found ? found + lostIn({ gaps }) : count) * header.samples;
  if (header.layer !== 3 || info?.isVbri) return { frames: total };
  const skip = info?.count === undefined ? 0 : Math.min(total, info.delay + DECODER_DELAY);
  // Of a count that is wrong nobody knows which end was padded.
  const isWrong = count !== undefined && count + MISCOUNTED < found;
  const trimmed = isWrong ? 0 : Math.max(0, padding - DECODER_DELAY);
  if (skip === 0 && trimmed === 0) return { frames: total };
  return { skip, frames: Math.max(skip, total - trimmed) - skip, isPadded: true };
}

/** Makes the frames lost at each place add up to what the encoder counted, where it can be about those places. */
function settle({ count, found, gaps }: Link): void {
  const missing = (count ?? 0) - found;
  const guessed = lostIn({ gaps });
  // Many more are missing where the file was cut too.
  if (count === undefined || missing < 0 || missing > 2 * guessed + gaps.length) return;
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
    if (frame.header && isNew) links.push({ header: frame.header, info, padding: 0, found: 0, gaps: [] });
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
  share(links);
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
    for (const { info, count, found } of links) {
      if (info?.isDamaged) {
        warn("has a damaged encoder's header: its count of frames, delay and padding may be wrong");
      }
      if (count !== undefined && count < found) {
        warn(`holds ${found} frames, more than the ${count} that its encoder counted`);
      }
    }
  }

  const rate = streams[0].sampleRate;
  const frames = streams.reduce(
    (sum, stream) => sum + Math.round((stream.frames ?? 0) * rate / stream.sampleRate),
    0,
  );
  // What is lost in between is known by then.
  const isEndThere = heard.every(({ count, found, gaps }) =>
    count === undefined || count <= found + lostIn({ gaps })
  );
  return { frames, isEndThere, runs };
}
