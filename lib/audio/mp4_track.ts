import { bytesOf, findBox, fourCharacters, type Mp4Box, mp4Boxes, within } from "./mp4_boxes.ts";
import { type Mp4Edit, mp4Edits } from "./mp4_edits.ts";
import { readMoov } from "./mp4_moov.ts";
import { mp4Table, mp4Timescale } from "./mp4_table.ts";
import type { OpenFile } from "./open_file.ts";

type View = DataView<ArrayBuffer>;

/** The audio of an MP4 file: how it is encoded, and where its packets lie. */
export interface Mp4Track {
  /** What the decoder is set up with: AAC's AudioSpecificConfig or ALAC's cookie. */
  readonly codec: "asc" | "alac";
  readonly config: Uint8Array<ArrayBuffer>;
  /** The boxes that tell what is audible, by type. */
  readonly boxes: Readonly<
    Partial<Record<"elst" | "mdhd" | "stts" | "mvhd" | "ilst", Uint8Array<ArrayBuffer>>>
  >;
  runs(): Iterable<Mp4Run>;
  /** How long each packet is, in order: so many of them have so many ticks. */
  readonly durations: readonly { readonly count: number; readonly ticks: number }[];
  /** Ticks per second. */
  readonly timescale: number;
  /** The list of edits, in order; none where all is played as it is. */
  readonly edits: readonly Mp4Edit[];
  /** Seconds before its sound, by the list of edits. */
  readonly pauseSec: number;
  /** Tracks of sound in the file, of any codec. */
  readonly tracks: number;
}

/** Packets that lie one after the other. */
export interface Mp4Run {
  /** Where in the file the first one starts. */
  readonly position: number;
  /** Bytes of each. */
  readonly sizes: readonly number[];
}

/** Packets in a row; writers put a second or so, under a hundred. */
const MOST_PACKETS = 100_000;

/** AAC's configuration in an `esds` box: descriptor 5 in 4 in 3. (ISO/IEC 14496-1, section 7.2.6) */
function audioSpecificConfig(esds: View): Uint8Array<ArrayBuffer> | undefined {
  for (let at = 4; at + 2 <= esds.byteLength;) {
    const tag = esds.getUint8(at++);
    let length = 0;
    let byte = 0x80;
    while (byte & 0x80) {
      byte = esds.getUint8(at++);
      length = length * 128 + (byte & 0x7f);
    }
    if (tag === 5) return bytesOf(within(esds, at, length)).slice();
    // 0x40 is AAC of MPEG-4, 0x66 to 0x68 of MPEG-2; MP3 may stand here too.
    if (tag === 4 && ![0x40, 0x66, 0x67, 0x68].includes(esds.getUint8(at))) return undefined;
    at += tag === 3 ? 3 : tag === 4 ? 13 : length;
  }
  return undefined;
}

function codecOf(stsd: View): Pick<Mp4Track, "codec" | "config"> | undefined {
  const entry = within(stsd, 8, stsd.getUint32(8));
  const format = fourCharacters(entry, 4);
  // QuickTime's versions 1 and 2 of the sound description have more fields before the boxes.
  const boxes = within(entry, 36 + ([0, 16, 36][entry.getUint16(16)] ?? 0));
  if (format === "mp4a") {
    const esds = findBox(boxes, "esds") ?? findBox(boxes, "wave", "esds");
    const config = esds && audioSpecificConfig(esds);
    return config && { codec: "asc", config };
  }
  const cookie = format === "alac" ? findBox(boxes, "alac") : undefined;
  return cookie && { codec: "alac", config: bytesOf(cookie).slice() };
}

/** `stsc`, `stco` or `co64`, and `stsz` put together. (ISO/IEC 14496-12, sections 8.7.3 to 8.7.5) */
function* runsOf(stbl: View): Generator<Mp4Run> {
  const [stsc, stsz] = [findBox(stbl, "stsc"), findBox(stbl, "stsz")];
  const [stco, co64] = [findBox(stbl, "stco"), findBox(stbl, "co64")];
  const chunks = stco ?? co64;
  if (!stsc || !stsz || !chunks) return;
  const chunkCount = chunks.getUint32(4);
  const packetCount = stsz.getUint32(8);
  const sizeOf = (packet: number) => stsz.getUint32(4) || stsz.getUint32(12 + 4 * packet);
  let packet = 0;
  for (let chunk = 0, entry = 0; chunk < chunkCount && packet < packetCount; chunk++) {
    while (entry + 1 < stsc.getUint32(4) && stsc.getUint32(8 + 12 * (entry + 1)) <= chunk + 1) entry++;
    const count = Math.min(stsc.getUint32(12 + 12 * entry), packetCount - packet);
    if (count > MOST_PACKETS) throw new RangeError(`${count} packets in a row`);
    const position = stco ? stco.getUint32(8 + 4 * chunk) : Number(chunks.getBigUint64(8 + 8 * chunk));
    const first = packet;
    yield { position, sizes: Array.from({ length: count }, (_, i) => sizeOf(first + i)) };
    packet += count;
  }
}

/** `stts`: how long packets are. (ISO/IEC 14496-12, section 8.6.1.2) */
function durationsOf(stts: View | undefined): Mp4Track["durations"] {
  if (!stts) return [];
  const entries = Math.min(stts.getUint32(4), Math.floor((stts.byteLength - 8) / 8));
  return Array.from({ length: entries }, (_, i) => ({
    count: stts.getUint32(8 + 8 * i),
    ticks: stts.getUint32(12 + 8 * i),
  }));
}

/** Edits of no media at the start are a pause. */
function pauseOf(edits: readonly Mp4Edit[]): number {
  const first = edits.findIndex(({ startTicks }) => startTicks !== undefined);
  return edits.slice(0, first < 0 ? edits.length : first).reduce((sum, { sec }) => sum + sec, 0);
}

/**
 * The first track of an MP4 or M4A file that holds AAC or Apple Lossless.
 *
 * @returns Undefined where there is none, the file is made of fragments, or its boxes make no sense.
 * @throws {AudioFileError} The file ends before its index.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Track } from "#lib/audio/mp4_track.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.m4a");
 * const track = await mp4Track(file);
 * await file.close();
 * assert.equal(track?.codec, "asc");
 * assert.equal([...track.runs()].flatMap(({ sizes }) => sizes).length, 19);
 * ```
 */
export async function mp4Track(source: Omit<OpenFile, "close">): Promise<Mp4Track | undefined> {
  const moov = await readMoov(source);
  if (!moov) return undefined;
  try {
    const traks = [...mp4Boxes(moov)].filter(({ type }: Mp4Box) => type === "trak");
    const isSound = ({ body }: Mp4Box) => {
      const hdlr = findBox(body, "mdia", "hdlr");
      return hdlr !== undefined && fourCharacters(hdlr, 8) === "soun";
    };
    for (const trak of traks) {
      const stbl = findBox(trak.body, "mdia", "minf", "stbl");
      const stsd = stbl && findBox(stbl, "stsd");
      const codec = stsd && codecOf(stsd);
      if (!stbl || !codec || runsOf(stbl).next().done) continue;
      const mdhd = findBox(trak.body, "mdia", "mdhd");
      const copy = (box: View | undefined) => box && bytesOf(box).slice();
      const mvhd = findBox(moov, "mvhd");
      const elst = mp4Table(findBox(trak.body, "edts", "elst"), (version) => version === 1 ? 20 : 12);
      const edits = mp4Edits({ elst, mvhd });
      const meta = findBox(moov, "udta", "meta");
      return {
        ...codec,
        boxes: {
          elst: copy(elst),
          mdhd: copy(findBox(trak.body, "mdia", "mdhd")),
          stts: copy(mp4Table(findBox(stbl, "stts"), () => 8)),
          mvhd: copy(mvhd),
          // iTunes' meta box has four bytes before its boxes.
          ilst: meta && copy(findBox(within(meta, 4), "ilst")),
        },
        runs: () => runsOf(stbl),
        edits,
        pauseSec: pauseOf(edits),
        tracks: traks.filter(isSound).length,
        durations: durationsOf(findBox(stbl, "stts")),
        timescale: mp4Timescale(mdhd),
      };
    }
  } catch (error) {
    // Views end in a RangeError where a box claims more than there is.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
