import { findBox, fourCharacters, mp4Boxes } from "./mp4_boxes.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { readMoov } from "./mp4_moov.ts";
import { mp4Table, mp4Timescale } from "./mp4_table.ts";
import type { OpenFile } from "./open_file.ts";

/** A piece of an MP4 track's list of edits, in the order in which they are played. */
export interface Mp4Edit {
  /** How long it is played; 0 is to the sound's end. */
  readonly sec: number;
  /** Where in the track's sound it begins, in ticks of the track; undefined is a pause. */
  readonly startTicks: number | undefined;
  /** How fast it is played; 1 is as it was recorded. */
  readonly rate: number;
}

/** How the first track of sound is played. */
export interface EditList {
  /** In order. */
  readonly edits: readonly Mp4Edit[];
  /** Ticks of the track per second. */
  readonly timescale: number;
  /** Seconds of sound that the track holds, by its index; undefined where that does not tell. */
  readonly heldSec: number | undefined;
}

/**
 * The edits of an MP4 track. (ISO/IEC 14496-12, section 8.6.6)
 *
 * @param boxes Contents: `elst`, which has room for the entries that it announces; `mvhd`, whose ticks tell lengths.
 * @returns None where a box is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Edits } from "#lib/audio/mp4_edits.ts";
 *
 * const [elst, mvhd] = [32, 20].map((bytes) => new DataView(new ArrayBuffer(bytes)));
 * [0, 2, 500, -1, 0x10000, 4000, 1024, 0x10000].forEach((word, i) => elst.setInt32(4 * i, word));
 * mvhd.setUint32(12, 1000);
 * assert.deepEqual(mp4Edits({ elst, mvhd }), [
 *   { sec: 0.5, startTicks: undefined, rate: 1 },
 *   { sec: 4, startTicks: 1024, rate: 1 },
 * ]);
 * ```
 */
export function mp4Edits(
  boxes: Readonly<Partial<Record<"elst" | "mvhd", DataView<ArrayBuffer>>>>,
): readonly Mp4Edit[] {
  const { elst } = boxes;
  const perSec = mp4Timescale(boxes.mvhd);
  if (!elst || perSec === 0) return [];
  const isLong = elst.getUint8(0) === 1;
  return Array.from({ length: elst.getUint32(4) }, (_, i) => {
    const at = 8 + (isLong ? 20 : 12) * i;
    const duration = isLong ? Number(elst.getBigUint64(at)) : elst.getUint32(at);
    const start = isLong ? Number(elst.getBigInt64(at + 8)) : elst.getInt32(at + 4);
    return {
      sec: duration / perSec,
      startTicks: start < 0 ? undefined : start,
      rate: elst.getInt32(at + (isLong ? 16 : 8)) / 65536,
    };
  });
}

/**
 * Whether edits are one piece of sound at its own rate with at most one pause before it, which needs no putting together.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isPlainEdit } from "#lib/audio/mp4_edits.ts";
 *
 * const [pause, sound] = [undefined, 0].map((startTicks) => ({ sec: 4, startTicks, rate: 1 }));
 * assert.equal(isPlainEdit([pause, sound]), true);
 * assert.equal(isPlainEdit([sound, pause, sound]), false);
 * ```
 */
export function isPlainEdit(edits: readonly Mp4Edit[]): boolean {
  return edits.length <= 2 && edits.every(({ startTicks, rate }, i) => {
    return startTicks === undefined ? i === 0 : rate === 1 && i === edits.length - 1;
  });
}

/**
 * The edits of the first track of sound in an MP4 file, of any codec.
 *
 * @returns Undefined where there is none, its edits are plain (`isPlainEdit`), or its boxes make no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { editList } from "#lib/audio/mp4_edits.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.m4a");
 * assert.equal(await editList(file), undefined);
 * await file.close();
 * ```
 */
export async function editList(source: Omit<OpenFile, "close">): Promise<EditList | undefined> {
  try {
    const moov = await readMoov(source);
    for (const { type, body } of moov ? mp4Boxes(moov) : []) {
      const hdlr = type === "trak" ? findBox(body, "mdia", "hdlr") : undefined;
      if (!hdlr || fourCharacters(hdlr, 8) !== "soun") continue;
      const elst = mp4Table(findBox(body, "edts", "elst"), (version) => version === 1 ? 20 : 12);
      const edits = mp4Edits({ elst, mvhd: findBox(moov!, "mvhd") });
      const timescale = mp4Timescale(findBox(body, "mdia", "mdhd"));
      if (isPlainEdit(edits) || timescale === 0) return undefined;
      const stts = mp4Table(findBox(body, "mdia", "minf", "stbl", "stts"), () => 8);
      let ticks = 0;
      for (let i = 0; stts && i < stts.getUint32(4); i++) {
        ticks += stts.getUint32(8 + 8 * i) * stts.getUint32(12 + 8 * i);
      }
      return { edits, timescale, heldSec: ticks === 0 ? undefined : ticks / timescale };
    }
  } catch (error) {
    // Views end in a RangeError where a box claims more than there is; without an index there are no edits.
    if (!(error instanceof RangeError) && !(error instanceof AudioFileError)) throw error;
  }
  return undefined;
}
