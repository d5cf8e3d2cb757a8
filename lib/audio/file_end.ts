import { counted } from "#lib/language/counted.ts";
import {
  type AnnouncedEnd,
  bytesAt,
  type EndSource as Source,
  MOST_PIECES,
  textOf,
} from "./announced_end.ts";
import { auEnd, chunkEnd, coreAudioEnd, vocEnd, wave64End } from "./chunk_ends.ts";
import type { DetectedFormat } from "./detect_format.ts";
import { matroskaEnd } from "./matroska_end.ts";
import { mp4End } from "./mp4_end.ts";
import { oggPages } from "./ogg_pages.ts";
import { sphereEnd } from "./sphere_end.ts";
import { wavPackEnd } from "./wavpack_end.ts";

/** A last page of Ogg begins in these. */
const OGG_TAIL = 1 << 17;
/** Of the header of ASF, that and where it tells the file's size. */
const ASF_HEADER = 1 << 16;
const ASF_MARK = "\x30\x26\xb2\x75";
const ASF_PROPERTIES = [
  0xa1,
  0xdc,
  0xab,
  0x8c,
  0x47,
  0xa9,
  0xcf,
  0x11,
  0x8e,
  0xe4,
  0,
  0xc0,
  0x0c,
  0x20,
  0x53,
  0x65,
];

/** True Audio: a table of 32-bit sizes for frames of 256/245 s. (TTA1 file format, 2007) */
async function trueAudioEnd(source: Source): Promise<AnnouncedEnd> {
  const head = await bytesAt(source, 10, 8);
  const rate = head?.getUint32(0, true) ?? 0;
  if (rate === 0) return {};
  const frames = Math.ceil(head!.getUint32(4, true) / Math.floor(256 * rate / 245));
  if (frames > MOST_PIECES) return {};
  const table = await bytesAt(source, 22, 4 * frames);
  if (table === undefined) return { end: 26 + 4 * frames };
  let end = 26 + 4 * frames;
  for (let i = 0; i < frames; i++) end += table.getUint32(4 * i, true);
  return { end, mark: "TTA1" };
}

async function asfEnd(source: Source): Promise<AnnouncedEnd> {
  const header = await source.read(new Uint8Array(ASF_HEADER), 0);
  const at = header.findIndex((_, i) => ASF_PROPERTIES.every((byte, k) => header[i + k] === byte));
  if (at < 0 || at + 92 > header.length) return {};
  const view = new DataView(header.buffer);
  const isLive = (view.getUint32(at + 88, true) & 1) === 1;
  const end = Number(view.getBigUint64(at + 40, true));
  return isLive || end === 0 ? {} : { end, mark: ASF_MARK };
}

async function oggEnd(source: Source): Promise<AnnouncedEnd> {
  let isWhole = false;
  for await (const page of oggPages(source, Math.max(0, source.size - OGG_TAIL))) {
    isWhole = page.isLast && !page.isCut;
  }
  return isWhole ? {} : { fault: "ends without a last page: it is cut short, or was never finished" };
}

/** Packets of 188 bytes, with a time of 4 before or a checksum of 16 behind each. */
async function transportEnd(source: Source): Promise<AnnouncedEnd> {
  const start = await source.read(new Uint8Array(1024), 0);
  const step = ([[0, 188], [4, 192], [0, 204]] as const).find(([first, step]) =>
    [0, 1, 2, 3, 4].every((i) => start[first + i * step] === 0x47)
  )?.[1];
  const left = step === undefined ? 0 : source.size % step;
  return left === 0
    ? {}
    : { fault: `ends inside a packet: ${counted(left, "byte is", "bytes are")} left over, it is cut short` };
}

/** IRCAM: a header of 1024 bytes with channels and the bytes of a sample, in either order; no length. */
async function ircamEnd(source: Source): Promise<AnnouncedEnd> {
  const head = await bytesAt(source, 0, 16);
  if (head === undefined) return {};
  const isLittle = head.getUint8(0) === 0x64;
  const frame = head.getUint32(8, isLittle) * (head.getUint32(12, isLittle) & 0xffff);
  const left = frame === 0 ? 0 : Math.max(0, source.size - 1024) % frame;
  return {
    fault: left === 0
      ? "does not say how long it is: whether its end is there is not known"
      : `ends inside a sample: ${counted(left, "byte is", "bytes are")} left over, it is cut short`,
  };
}

/** What may stand between two files: ID3v1 and APEv2 of the first, ID3v2 of the second. */
async function behindTags(source: Source, position: number): Promise<number> {
  let at = position;
  for (let tags = 0; tags < 8; tags++) {
    const head = await bytesAt(source, at, 32);
    if (head === undefined) break;
    const isApe = textOf(head) === "APET" && textOf(head, 4) === "AGEX";
    if (isApe) at += 32 + head.getUint32(12, true);
    else if (textOf(head).startsWith("TAG")) at += 128;
    else if (textOf(head).startsWith("ID3")) {
      at += 10 + [6, 7, 8, 9].reduce((size, i) => size * 128 + (head.getUint8(i) & 127), 0);
    } else break;
  }
  return at;
}

const ENDS: Readonly<Record<string, (source: Source) => Promise<AnnouncedEnd>>> = {
  // ffmpeg reads on in another that stands behind.
  "AVI": async (source) => ({ end: (await chunkEnd(source, { isLittle: true, further: "AVIX" })).end }),
  "AIFF": (source) => chunkEnd(source, { isLittle: false }),
  "AIFF-C": (source) => chunkEnd(source, { isLittle: false }),
  "Amiga 8SVX": (source) => chunkEnd(source, { isLittle: false }),
  "Matroska or WebM": matroskaEnd,
  "Wave64": wave64End,
  "Core Audio (CAF)": coreAudioEnd,
  "Sun/NeXT AU": auEnd,
  "Creative Voice (VOC)": vocEnd,
  "True Audio": trueAudioEnd,
  "Windows Media (ASF)": asfEnd,
  "an MPEG transport stream": transportEnd,
  "IRCAM": ircamEnd,
  "NIST SPHERE": sphereEnd,
  "WavPack": wavPackEnd,
};

/**
 * What the end of a file shows that its decoder passes over: that bytes are missing, that another file stands behind it, or
 * that nobody can tell.
 *
 * @param format As `detectFormat` gave it; what ffmpeg or MP4's decoder reads is looked at.
 * @returns A fault in words; undefined where all is well, or its end is not known here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileEnd } from "#lib/audio/file_end.ts";
 *
 * // An AU of 8 bytes of samples, of which 4 are there.
 * const bytes = Uint8Array.of(46, 115, 110, 100, 0, 0, 0, 24, 0, 0, 0, 8, ...new Array(16).fill(0));
 * const source = {
 *   file: "a.au",
 *   size: bytes.length,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * };
 * const fault = await fileEnd(source, { decoder: "other", name: "Sun/NeXT AU" });
 * assert.equal(fault, "is cut short: 28 of 32 bytes are there");
 * ```
 */
export async function fileEnd(
  source: Source,
  { decoder, name }: DetectedFormat,
): Promise<string | undefined> {
  const find = decoder === "mp4" || name.includes("fragment of MP4")
    ? mp4End
    : decoder === "other" && name.startsWith("Ogg")
    ? oggEnd
    : ENDS[name];
  if (find === undefined) return undefined;
  const { end, mark, isReadOn, fault, stray } = await find(source);
  if (fault !== undefined || end === undefined) return fault;
  if (end > source.size) return `is cut short: ${source.size} of ${end} bytes are there`;
  const next = mark && await bytesAt(source, await behindTags(source, end), 8);
  // MP4's boxes begin with their size.
  if (!next || textOf(next, mark === "ftyp" ? 4 : 0) !== mark) return await stray?.();
  const another = `has another file of its kind behind it (${name})`;
  return isReadOn ? `${another}, whose header was read as sound` : `${another}, which was not read`;
}
