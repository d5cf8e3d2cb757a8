import type { CodedRun, CodedStream } from "./coded_stream.ts";
import { FileWindow } from "./file_window.ts";
import { type FlacFrame, flacFrameAt, flacFrameBytes } from "./flac_frame.ts";
import { type FlacFrameHeader, flacFrameHeader } from "./flac_header.ts";
import { openDecoder } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";

/** What STREAMINFO says. (RFC 9639, section 8.2) */
export interface FlacInfo {
  /** Samples of a block, where all have as many. */
  readonly blockFrames?: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bits: number;
  /** Samples per channel, where it tells. */
  readonly frames?: number;
}

/** "fLaC" and STREAMINFO with its header. */
const HEAD_BYTES = 42;

/** Bytes looked through for a frame's header at a time. */
const STEP = 1 << 16;

/**
 * What FLAC's STREAMINFO says, behind the mark "fLaC".
 *
 * @returns Undefined where it is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacInfo } from "#lib/audio/flac_runs.ts";
 *
 * assert.equal(flacInfo(new TextEncoder().encode("fLaC"), 0), undefined);
 * ```
 */
export function flacInfo(bytes: Uint8Array, at: number): FlacInfo | undefined {
  if (at + HEAD_BYTES > bytes.length) return undefined;
  if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== "fLaC" || (bytes[at + 4] & 0x7f) !== 0) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 8, 34);
  const [least, most] = [view.getUint16(0), view.getUint16(2)];
  const shape = view.getUint32(10);
  return {
    blockFrames: least === most && least > 0 ? least : undefined,
    sampleRate: shape >>> 12,
    channels: ((shape >> 9) & 7) + 1,
    bits: ((shape >> 4) & 31) + 1,
    frames: (shape & 15) * 2 ** 32 + view.getUint32(14) || undefined,
  };
}

/** Where the metadata behind "fLaC" ends, as far as its blocks say. */
async function metadataEnd(window: FileWindow, at: number): Promise<number> {
  for (let next = at + 4;;) {
    const head = await window.view(next, 4);
    if (head.length < 4) return at + HEAD_BYTES;
    const bytes = (head[1] << 16) | (head[2] << 8) | head[3];
    // A size that was damaged leads nowhere; then frames are looked for from the start on.
    if (next + 4 + bytes > window.size || (head[0] & 0x7f) === 0x7f) return at + HEAD_BYTES;
    next += 4 + bytes;
    if (head[0] & 0x80) return next;
  }
}

interface Placed extends FlacFrame {
  readonly position: number;
  readonly data: Uint8Array;
}

/** A stream of frames of one shape. */
class Link {
  readonly info: FlacInfo;
  stream: CodedStream | undefined;
  /** Where in the frames' own count it begins. */
  base = 0;
  #first: FlacFrameHeader | undefined;
  #blockFrames = 0;

  constructor(info: FlacInfo) {
    this.info = info;
  }

  /** The frame's first sample. */
  start(header: FlacFrameHeader): number {
    return header.isVariable
      ? header.number
      : header.number * (this.#blockFrames || this.info.blockFrames || header.frames);
  }

  fits(header: FlacFrameHeader): boolean {
    const first = this.#first;
    return first === undefined ||
      (header.sampleRate === first.sampleRate && header.channels === first.channels &&
        header.bits === first.bits && header.isVariable === first.isVariable);
  }

  /** Takes the first whole frame's word for the shape: it has a checksum, STREAMINFO has none. */
  begin({ header, isFollowed }: FlacFrame): CodedStream {
    this.#first = header;
    this.#blockFrames = isFollowed ? header.frames : this.info.blockFrames ?? header.frames;
    return this.stream = {
      sampleRate: header.sampleRate || this.info.sampleRate,
      channels: header.channels,
      frames: this.info.frames,
      open: () => openDecoder({ codec: "flac" }),
    };
  }
}

/**
 * The frames of an open FLAC file, each with its position: those with a wrong checksum are passed over, and the ones
 * behind stand where their numbers say. Of files that were put one behind the other, each is a stream.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacRuns } from "#lib/audio/flac_runs.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/mono24.flac");
 * let frames = 0;
 * for await (const run of flacRuns(file)) frames += run.frames ?? 0;
 * assert.equal(frames, 3500);
 * await file.close();
 * ```
 */
export async function* flacRuns(source: Omit<OpenFile, "close">): AsyncGenerator<CodedRun> {
  const window = new FileWindow(source);
  const info = flacInfo(await window.view(0, HEAD_BYTES), 0);
  if (!info) return;
  let link = new Link(info);
  let next = 0;
  let at = await metadataEnd(window, 0);

  /** The frame at a place, when it is whole and one that may come now. */
  const frameAt = async (place: number, header: FlacFrameHeader): Promise<Placed | undefined> => {
    if (!link.fits(header) && link.start(header) !== next) return undefined;
    if (link.fits(header) && link.start(header) < next) return undefined;
    const size = flacFrameBytes(header) + 32;
    const bytes = await window.view(place, size);
    const frame = flacFrameAt(bytes, { at: 0, header, isWhole: place + bytes.length >= window.size });
    return frame && { ...frame, position: place, data: bytes.subarray(0, frame.bytes) };
  };

  while (at < window.size) {
    const bytes = await window.view(at, STEP + 64);
    const end = at + bytes.length >= window.size ? bytes.length : Math.min(bytes.length, STEP);
    let place = 0;
    let frame: Placed | undefined;
    for (; place < end && !frame; place++) {
      // "f" or the first byte of a frame.
      if (bytes[place] === 0x66) {
        const other = flacInfo(bytes, place);
        if (other) {
          link = new Link(other);
          next = 0;
        }
      } else if (bytes[place] === 0xff) {
        const header = flacFrameHeader(bytes, place);
        if (header) frame = await frameAt(at + place, header);
      }
    }
    if (!frame) {
      at += Math.max(1, end);
      continue;
    }
    if (!link.fits(frame.header)) {
      // A right checksum right behind the frame before: the shape does change.
      link = new Link({ ...link.info, frames: undefined });
      link.begin(frame);
      link.base = link.start(frame.header);
    }
    const stream = link.stream ?? link.begin(frame);
    const start = link.start(frame.header);
    next = start + frame.header.frames;
    at = frame.position + frame.bytes;
    yield { stream, packets: [frame.data], start: start - link.base, frames: frame.header.frames };
  }
}
