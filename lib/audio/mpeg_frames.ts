import { FileWindow } from "./file_window.ts";
import { type MpegFrame, mpegFrame } from "./mpeg_frame.ts";
import type { OpenFile } from "./open_file.ts";
import { tagBytes } from "./tag_bytes.ts";

/** A frame of MPEG audio, or the end of them. */
export interface FoundFrame {
  /** Undefined at the file's end. */
  readonly header?: MpegFrame;
  /** Its bytes; fewer than its header says where some are missing. */
  readonly data: Uint8Array;
  /** Frames that, by the bytes, were lost before it. */
  readonly lost: number;
  /** Whether the bytes before it are as many as the lost frames have, if any: then nothing else is missing there. */
  readonly isExact: boolean;
  /** Bytes that were passed over before it and are no tag. */
  readonly junk: number;
  /** Of the end: whether it is inside a frame. */
  readonly isCut: boolean;
}

/** Frames that the mean size of one is taken over. */
const MEAN_OVER = 32;

/** The largest frame: layer II at 384 kbit/s and 32 kHz has 1728 bytes, and MPEG 2.5 layer II at 8 kHz 2881. */
const MOST_BYTES = 3000;

/**
 * What all frames of a stream have in common, as a number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mpegFrame } from "#lib/audio/mpeg_frame.ts";
 * import { mpegKind } from "#lib/audio/mpeg_frames.ts";
 *
 * const kind = (...bytes: number[]) => mpegKind(mpegFrame(Uint8Array.from(bytes), 0));
 * assert.equal(kind(0xff, 0xfb, 0x90, 0x44), kind(0xff, 0xfb, 0x50, 0x04));
 * assert.notEqual(kind(0xff, 0xfb, 0x90, 0x44), kind(0xff, 0xfb, 0x94, 0x44));
 * ```
 */
export function mpegKind(frame: MpegFrame | undefined): number | undefined {
  return frame &&
    frame.version * 80_000_000 + frame.layer * 8_000_000 + frame.sampleRate * 8 + frame.channels;
}

/** Bytes by which frames of one bit rate differ: padding, in layer I four. */
const PADDING = 4;

/**
 * Frames lost in bytes that are none, behind frames of some sizes. Fewer than any of those has, between two that are
 * whole, are no frame; the rest of one that lost its header looks like that too, and is not exact.
 */
function lostFrames(junk: number, sizes: readonly number[]): Pick<FoundFrame, "lost" | "isExact"> {
  if (junk === 0 || sizes.length === 0) return { lost: 0, isExact: true };
  const before = sizes[sizes.length - 1];
  const others = sizes.length > 1 ? sizes.slice(0, -1) : sizes;
  const [least, most] = [Math.min(...others), Math.max(...others)];
  const mean = others.reduce((sum, size) => sum + size, 0) / others.length;
  // A header with a wrong bit rate makes its frame too short; the bytes of both count.
  const isWhole = before >= least - PADDING && before <= most + PADDING;
  const bytes = isWhole ? junk : junk + before - mean;
  const lost = isWhole && bytes < least - PADDING ? 0 : Math.max(isWhole ? 1 : 0, Math.round(bytes / mean));
  const isExact = lost > 0 && most - least <= PADDING &&
    Math.abs(bytes - lost * mean) <= PADDING * (lost + 1);
  return { lost, isExact };
}

/**
 * The frames of MPEG audio in an open file, one after the other. Where no header stands at a frame's end, the next one
 * is where three frames of one kind follow each other; how many were lost is told by the bytes between and the mean
 * size of a frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mpegFrames } from "#lib/audio/mpeg_frames.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.mp3");
 * const frames = [];
 * for await (const frame of mpegFrames(file)) frames.push(frame);
 * assert.equal(frames.at(-1)?.header, undefined);
 * assert(frames.every(({ lost }) => lost === 0));
 * await file.close();
 * ```
 */
export async function* mpegFrames(source: Omit<OpenFile, "close">): AsyncGenerator<FoundFrame> {
  const window = new FileWindow(source);
  const recent: number[] = [];

  /** Whether frames of one kind follow each other from a place on: three, or as many as the file has left. */
  const follow = (bytes: Uint8Array, at: number, header: MpegFrame, isEnd: boolean): boolean => {
    let place = at + header.bytes;
    for (let more = 0; more < 2; more++) {
      if (place + 4 > bytes.length) return isEnd && place <= bytes.length;
      const next = mpegFrame(bytes, place);
      if (!next || mpegKind(next) !== mpegKind(header)) {
        return more > 0 && isEnd && tagBytes(bytes.subarray(place, place + 32)) > 0;
      }
      place += next.bytes;
    }
    return true;
  };

  let at = 0;
  let kind: number | undefined;
  for (;;) {
    // Tags and what is lost, as far as the next frame.
    let junk = 0;
    let found: MpegFrame | undefined;
    while (at < window.size) {
      const bytes = await window.view(at, 4 * MOST_BYTES);
      const isEnd = at + bytes.length >= window.size;
      const tag = tagBytes(bytes.subarray(0, 32));
      if (tag > 0) {
        at += tag;
        continue;
      }
      const here = mpegFrame(bytes, 0);
      // Behind a frame of the same kind a header is believed, if it is whole or nothing follows.
      if (here && (mpegKind(here) === kind && junk === 0 || follow(bytes, 0, here, isEnd))) {
        found = here;
        break;
      }
      const next = bytes.indexOf(0xff, 1);
      const letter = [0x49, 0x54, 0x41].map((code) => bytes.indexOf(code, 1)).filter((place) => place > 0);
      const step = Math.min(...[next, ...letter].filter((place) => place > 0), bytes.length);
      junk += step;
      at += step;
    }
    const { lost, isExact } = lostFrames(found ? junk : 0, recent);
    if (!found) {
      yield { data: new Uint8Array(0), lost: 0, isExact: junk === 0, junk, isCut: junk > 0 && junk < 4 };
      return;
    }
    const bytes = await window.view(at, 5 * MOST_BYTES);
    const isEnd = at + bytes.length >= window.size;
    let length = Math.min(found.bytes, bytes.length);
    if (found.bytes > bytes.length) {
      // It ends inside a frame.
      yield { data: new Uint8Array(0), lost, isExact, junk, isCut: true };
      return;
    }
    if (!isEnd || length < bytes.length) {
      const next = mpegFrame(bytes, length);
      if (mpegKind(next) !== mpegKind(found) && tagBytes(bytes.subarray(length, length + 32)) === 0) {
        // Bytes of this frame may be missing: the next one then begins inside it.
        for (
          let place = bytes.indexOf(0xff, 4);
          place > 0 && place < length;
          place = bytes.indexOf(0xff, place + 1)
        ) {
          const inside = mpegFrame(bytes, place);
          if (inside && mpegKind(inside) === mpegKind(found) && follow(bytes, place, inside, isEnd)) {
            length = place;
            break;
          }
        }
      }
    }
    kind = mpegKind(found);
    recent.push(found.bytes);
    if (recent.length > MEAN_OVER) recent.shift();
    yield { header: found, data: bytes.subarray(0, length), lost, isExact, junk, isCut: false };
    at += length;
  }
}
