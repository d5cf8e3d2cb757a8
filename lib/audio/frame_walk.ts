import { counted } from "#lib/language/counted.ts";
import { type AdtsFrame, adtsFrame } from "./adts_frame.ts";
import { type Ac3Frame, ac3Frame } from "./ac3_frame.ts";
import { FileWindow } from "./file_window.ts";
import type { OpenFile } from "./open_file.ts";
import { tagBytes } from "./tag_bytes.ts";

/** Sound that is lost where ffmpeg goes on as if nothing were missing. */
export interface LostSound {
  /** Seconds of sound before it, of what is there. */
  readonly atSec: number;
  /** Seconds that are missing, as far as bytes tell. */
  readonly lostSec: number;
}

/** What {@linkcode frameWalk} finds. */
export interface FrameWalk {
  /** Whole frames. */
  readonly frames: number;
  /** Seconds that they are long, and what is lost between them. */
  readonly sec: number;
  /** Where frames are lost between others. */
  readonly lost: readonly LostSound[];
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

/** A place between frames that is no frame and no tag. */
interface Gap {
  readonly bytes: number;
  readonly atSec: number;
  readonly frameSec: number;
  /** Sizes of frames before it, and behind. */
  readonly sizes: number[];
  behind: number;
}

/** Frames on each side that a lost one's size is taken from. */
const NEAR = 32;
/** A frame as far as walking needs it. */
interface WalkedFrame {
  readonly bytes: number;
  readonly sampleRate: number;
  readonly samples: number;
}

/** A stream whose frames tell where the next one begins. */
interface FrameCoding<Frame extends WalkedFrame> {
  readonly frameAt: (bytes: Uint8Array, at: number) => Frame | undefined;
  /** What all frames of one stream have in common. */
  readonly kindOf: (frame: Frame) => string;
  /** The first byte of a frame, and the bytes of its header. */
  readonly mark: number;
  readonly headerBytes: number;
  readonly mostBytes: number;
}

const ADTS: FrameCoding<AdtsFrame> = {
  frameAt: adtsFrame,
  kindOf: ({ profile, sampleRate, channels }) => `${profile} ${sampleRate} ${channels}`,
  mark: 0xff,
  headerBytes: 7,
  // The length has 13 bits.
  mostBytes: 1 << 13,
};
const AC_3: FrameCoding<Ac3Frame> = {
  frameAt: ac3Frame,
  kindOf: ({ name, sampleRate }) => `${name} ${sampleRate}`,
  mark: 0x0b,
  headerBytes: 6,
  // 11 bits of words.
  mostBytes: 1 << 12,
};
/** Frames of one kind that follow each other where something else was before. */
const LEAST_FRAMES = 3;

/** Frames that fit in a gap: one where it may be as large as one of those near it, else by their mean size. */
function lostFrames({ bytes, sizes }: Gap): number {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  if (bytes < Math.min(mean / 2, ...sizes)) return 0;
  if (bytes <= Math.max(...sizes)) return 1;
  return Math.max(1, Math.round(bytes / mean));
}

/**
 * Walks from frame to frame of an open file of AAC in ADTS, or of AC-3 and E-AC-3, from its first byte on. Each tells where the next begins:
 * where none stands there, bytes are damaged or lost, and as many frames as near ones of that size are taken for lost.
 *
 * @param options `coding`: which of them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { frameWalk } from "#lib/audio/frame_walk.ts";
 *
 * // Ten frames of 16 bytes at 16 kHz; two of them are zeros.
 * const bytes = new Uint8Array(160);
 * for (const i of [0, 1, 2, 5, 6, 7, 8, 9]) bytes.set([0xff, 0xf1, 0x60, 0x40, 2, 0x1f, 0xfc], 16 * i);
 * const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *   const part = bytes.subarray(at, at + target.length);
 *   target.set(part);
 *   return Promise.resolve(target.subarray(0, part.length));
 * };
 * const { frames, sec, lost } = await frameWalk({ file: "a.aac", size: 160, read }, { coding: "ADTS" });
 * assert.deepEqual({ frames, sec, lost }, { frames: 8, sec: 0.64, lost: [{ atSec: 0.192, lostSec: 0.128 }] });
 * ```
 */
export function frameWalk(
  source: Omit<OpenFile, "close">,
  { coding }: { readonly coding: "ADTS" | "AC-3" },
): Promise<FrameWalk> {
  return coding === "ADTS" ? walk(source, ADTS) : walk(source, AC_3);
}

async function walk<Frame extends WalkedFrame>(
  source: Omit<OpenFile, "close">,
  { frameAt, kindOf, mark, headerBytes, mostBytes }: FrameCoding<Frame>,
): Promise<FrameWalk> {
  const window = new FileWindow(source);
  const gaps: Gap[] = [];
  const recent: number[] = [];
  let last: Frame | undefined;
  let frames = 0, presentSec = 0;
  let at = 0, junk = 0, foreign = 0, broken = 0;
  let brokenSec: number | undefined;
  let cut: string | undefined;

  /** Whether frames of one kind follow each other here, or as many as the file has left. */
  const chain = (bytes: Uint8Array, place: number, isEnd: boolean): boolean => {
    const first = frameAt(bytes, place);
    let next = first;
    for (let count = 0, here = place; first && count < LEAST_FRAMES; count++, next = frameAt(bytes, here)) {
      if (!next || kindOf(next) !== kindOf(first)) {
        return count > 0 && isEnd && (here === bytes.length || tagBytes(bytes.subarray(here)) > 0);
      }
      here += next.bytes;
    }
    return first !== undefined;
  };

  /** Whether what may follow a frame stands where it ends. */
  const isFollowed = (bytes: Uint8Array, end: number, isEnd: boolean): boolean =>
    frameAt(bytes, end) !== undefined || tagBytes(bytes.subarray(end, end + 32)) > 0 ||
    isEnd && end === bytes.length;

  while (at < window.size) {
    const bytes = await window.view(at, (LEAST_FRAMES + 1) * mostBytes);
    const isEnd = at + bytes.length >= window.size;
    const tag = tagBytes(bytes.subarray(0, 32));
    if (tag > 0) {
      at += tag;
      continue;
    }
    const here = frameAt(bytes, 0);
    // Right behind a frame, a header of its kind is believed, and one of another kind that leads to a next.
    const isFrame = here !== undefined &&
      (junk > 0 || last === undefined
        ? chain(bytes, 0, isEnd)
        : kindOf(here) === kindOf(last) || frameAt(bytes, here.bytes) !== undefined);
    if (!isFrame) {
      const next = [mark, 0x49, 0x54, 0x41].map((byte) => bytes.indexOf(byte, 1)).filter((place) =>
        place > 0
      );
      const step = Math.min(...next, bytes.length);
      junk += step;
      at += step;
      continue;
    }
    let length = here.bytes;
    if (!isFollowed(bytes, length, isEnd)) {
      // Its length is wrong, or bytes of it are missing; ffmpeg looks for the next inside as well.
      for (
        let place = bytes.indexOf(mark, headerBytes);
        place > 0 && place < length;
        place = bytes.indexOf(mark, place + 1)
      ) {
        if (chain(bytes, place, isEnd)) length = place;
      }
      if (length < here.bytes) {
        broken++;
        brokenSec ??= presentSec;
      } else if (length > bytes.length) {
        cut = `ends inside a frame: ${bytes.length} of its ${length} bytes are there`;
        break;
      }
    }
    const frameSec = here.samples / here.sampleRate;
    if (junk > 0) {
      gaps.push({ bytes: junk, atSec: presentSec, frameSec, sizes: [...recent], behind: 0 });
      foreign += junk;
      junk = 0;
    }
    const gap = gaps.at(-1);
    if (gap && gap.behind < NEAR) {
      gap.behind++;
      gap.sizes.push(length);
    }
    recent.push(length);
    if (recent.length > NEAR) recent.shift();
    last = here;
    frames++;
    presentSec += frameSec;
    at += length;
  }

  const faults: string[] = [];
  const lost = gaps.map((gap) => ({ atSec: gap.atSec, lostSec: lostFrames(gap) * gap.frameSec }));
  const lostSec = lost.reduce((sum, gap) => sum + gap.lostSec, 0);
  if (gaps.length + broken > 0) {
    const count = gaps.length + broken;
    const places = counted(count, "place");
    const first = Math.min(gaps[0]?.atSec ?? Infinity, brokenSec ?? Infinity);
    const cutOff = broken === 0 ? "" : `, and ${counted(broken, "frame is", "frames are")} broken off`;
    faults.push(
      `is damaged in ${places}, the first at ${first.toFixed(3)} s: ${
        counted(foreign, "byte is no frame", "bytes are no frames")
      }${cutOff}; ` +
        (lostSec > 0
          ? `by the size of those near them about ${
            lostSec.toFixed(3)
          } s are lost, and what follows may stand some frames off`
          : "whether sound was cut out there, and how much, nothing tells; what follows may stand early"),
    );
  }
  if (cut !== undefined) faults.push(cut);
  if (junk > 0) {
    const near = recent.length > 0 && last
      ? junk * recent.length / recent.reduce((sum, size) => sum + size, 0)
      : 0;
    const sec = last ? near * last.samples / last.sampleRate : 0;
    faults.push(
      `ends with ${
        counted(junk, "byte that is no frame", "bytes that are no frames")
      }: if they were some, about ${sec.toFixed(3)} s are missing`,
    );
  }
  return { frames, sec: presentSec + lostSec, lost: lost.filter((gap) => gap.lostSec > 0), faults };
}
