import { flacFrameAt, flacFrameBytes } from "./flac_frame.ts";
import { flacFrameHeader } from "./flac_header.ts";
import { type FlacInfo, flacInfo } from "./flac_runs.ts";
import type { OpenFile } from "./open_file.ts";

/** Places between the start and the end where a frame is looked for: files that were joined begin their numbers again. */
const PLACES = 6;
/** Samples of a block where the header tells none. */
const USUAL_BLOCK = 4608;

/** The samples before and behind each frame among some bytes; undefined where another file begins among them. */
function framesIn(
  bytes: Uint8Array,
  info: FlacInfo,
): readonly (readonly [start: number, end: number])[] | undefined {
  const found: [number, number][] = [];
  for (let at = 0; at + 6 < bytes.length;) {
    if (bytes[at] === 0x66 && flacInfo(bytes, at)) return undefined;
    const header = bytes[at] === 0xff ? flacFrameHeader(bytes, at) : undefined;
    const frame = header && flacFrameAt(bytes, { at, header, isWhole: true });
    if (!frame || frame.header.channels !== info.channels) {
      at++;
      continue;
    }
    const { number, frames, isVariable } = frame.header;
    const start = isVariable ? number : number * (info.blockFrames ?? frames);
    found.push([start, start + frames]);
    at += frame.bytes;
  }
  return found;
}

/**
 * Whether an open FLAC file ends with the last sample that its header announces, and is one file: the last frame's number tells,
 * and frames at some places before it, without decoding any.
 *
 * @returns False where the end is cut off or damaged, another file stands behind, or the header tells no length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacEndIsThere } from "#lib/audio/flac_end.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/mono24.flac");
 * assert.equal(await flacEndIsThere(file), true);
 * assert.equal(await flacEndIsThere({ ...file, size: file.size - 1 }), false);
 * await file.close();
 * ```
 */
export async function flacEndIsThere(source: Omit<OpenFile, "close">): Promise<boolean> {
  const read = async (from: number, length: number) => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - from)));
    return await source.read(bytes, from);
  };
  const info = flacInfo(await read(0, 64), 0);
  if (info?.frames === undefined) return false;
  const { blockFrames = USUAL_BLOCK, channels, bits } = info;
  const window = 2 * flacFrameBytes({ frames: blockFrames, channels, bits }) + 64;
  let [before, end] = [0, 0];
  for (let place = 1; place <= PLACES + 1; place++) {
    const from = place > PLACES
      ? Math.max(1, source.size - window)
      : Math.floor(source.size * place / (PLACES + 1));
    if (place <= PLACES && from + window > source.size) continue;
    const frames = framesIn(await read(from, window), info);
    if (frames === undefined) return false;
    for (const frame of frames) {
      if (frame[0] < before) return false;
      [before, end] = frame;
    }
    // Windows may overlap.
    before = frames[0]?.[0] ?? before;
  }
  return end === info.frames;
}
