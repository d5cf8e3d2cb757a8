import { ac3Frame } from "./ac3_frame.ts";
import { adtsFrame } from "./adts_frame.ts";
import { frameChain } from "./frame_chain.ts";
import { mpegFrame } from "./mpeg_frame.ts";

/** What the first bytes of a file say that it is. */
export interface DetectedFormat {
  /** Which of the decoders here reads it; `other` needs ffmpeg; `none` is known and holds no recording. */
  readonly decoder: "wav" | "flac" | "mp3" | "vorbis" | "opus" | "mp4" | "other" | "none";
  /** In words: `FLAC`, `Matroska or WebM`. */
  readonly name: string;
}

/** Bytes that {@linkcode detectFormat} looks at: three of the longest frames of AAC are 24573. */
export const DETECTION_BYTES = 1 << 15;

/** A text has shown itself by then. */
const TEXT_BYTES = 4096;

/** The start of a file, in Latin-1: texts at offsets, or at the first packet of an Ogg file. */
type Signature = readonly (readonly [at: number | "packet", text: string])[];

/** At least four bytes each: of fewer, one in some thousand headerless files would be a match. */
const SIGNATURES: readonly (readonly [Signature, DetectedFormat["decoder"], string])[] = [
  [[[0, "RIFF"], [8, "WAVE"]], "wav", "WAV"],
  [[[0, "RF64"], [8, "WAVE"]], "wav", "RF64"],
  [[[0, "BW64"], [8, "WAVE"]], "wav", "BW64"],
  [[[0, "RIFX"], [8, "WAVE"]], "wav", "RIFX"],
  [[[0, "fLaC"]], "flac", "FLAC"],
  [[[0, "OggS"], ["packet", "OpusHead"]], "opus", "Ogg Opus"],
  [[[0, "OggS"], ["packet", "\x01vorbis"]], "vorbis", "Ogg Vorbis"],
  [[[0, "OggS"], ["packet", "\x7fFLAC"]], "flac", "Ogg FLAC"],
  [[[0, "OggS"], ["packet", "Speex   "]], "other", "Ogg Speex"],
  [[[0, "OggS"]], "other", "Ogg"],
  [[[4, "ftypM4"]], "mp4", "M4A"],
  [[[4, "ftypqt  "]], "mp4", "QuickTime"],
  [[[4, "ftyp3g"]], "mp4", "3GP"],
  [[[4, "ftyp"]], "mp4", "MP4"],
  [[[4, "styp"]], "other", "a fragment of MP4"],
  [[[4, "moof"]], "other", "a fragment of MP4"],
  [[[0, "ADIF"]], "other", "AAC (ADIF)"],
  [[[0, "\x1aE\xdf\xa3"]], "other", "Matroska or WebM"],
  [[[0, "FORM"], [8, "AIFF"]], "other", "AIFF"],
  [[[0, "FORM"], [8, "AIFC"]], "other", "AIFF-C"],
  [[[0, "FORM"], [8, "8SVX"]], "other", "Amiga 8SVX"],
  [[[0, "caff"]], "other", "Core Audio (CAF)"],
  [[[0, ".snd\0\0"]], "other", "Sun/NeXT AU"],
  [[[0, "NIST_1A\n"]], "other", "NIST SPHERE"],
  [[[0, "\x64\xa3\x01\0"]], "other", "IRCAM"],
  [[[0, "\x64\xa3\x02\0"]], "other", "IRCAM"],
  [[[0, "\x64\xa3\x03\0"]], "other", "IRCAM"],
  [[[0, "\x64\xa3\x04\0"]], "other", "IRCAM"],
  [[[0, "\0\x01\xa3\x64"]], "other", "IRCAM"],
  [[[0, "\0\x02\xa3\x64"]], "other", "IRCAM"],
  [[[0, "\0\x03\xa3\x64"]], "other", "IRCAM"],
  [[[0, "\0\x04\xa3\x64"]], "other", "IRCAM"],
  [[[0, "#!AMR"]], "other", "AMR"],
  [[[0, "#!SILK_V3"]], "other", "SILK"],
  [[[0, "\x02#!SILK_V3"]], "other", "SILK"],
  [[[0, "wvpk"]], "other", "WavPack"],
  [[[0, "MAC "]], "other", "Monkey's Audio"],
  [[[0, "TTA1"]], "other", "True Audio"],
  [[[0, "MPCK"]], "other", "Musepack"],
  [[[0, "MP+\x07"]], "other", "Musepack"],
  [[[0, "ajkg"]], "other", "Shorten"],
  [[[0, "OFR "]], "other", "OptimFROG"],
  [[[0, "DSD "]], "other", "DSD (DSF)"],
  [[[0, "FRM8"], [12, "DSD "]], "other", "DSD (DSDIFF)"],
  [[[0, "Creative Voice File\x1a"]], "other", "Creative Voice (VOC)"],
  [[[0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"]], "other", "Windows Media (ASF)"],
  [[[0, "riff\x2e\x91\xcf\x11"]], "other", "Wave64"],
  [[[0, "RIFF"], [8, "AVI "]], "other", "AVI"],
  [[[0, "RIFF"], [8, "CDXA"]], "other", "Video CD"],
  [[[0, "FLV\x01"], [5, "\0\0\0\x09"]], "other", "Flash video"],
  [[[0, ".RMF\0\0\0"]], "other", "RealMedia"],
  [[[0, ".ra\xfd"]], "other", "RealAudio"],
  [[[0, "\0\0\x01\xba"]], "other", "an MPEG program stream"],
  [[[0, "\x7f\xfe\x80\x01"]], "other", "DTS"],
  [[[0, "\xfe\x7f\x01\x80"]], "other", "DTS"],
  [[[0, "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"]], "other", "MXF"],
  [[[0, "\x02dss"]], "other", "Olympus DSS"],
  [[[0, "\x03ds2"]], "other", "Olympus DS2"],
  [[[0, "ea3\x03\0"]], "other", "Sony OpenMG"],
  [[[0, "EA3\x01\0"]], "other", "Sony OpenMG"],
  [
    [[0, "\0\x05\x16\x07\0"]],
    "none",
    "an AppleDouble file, in which macOS keeps what belongs to another file",
  ],
  [[[0, "MThd\0\0\0\x06"]], "none", "MIDI, which holds notes and no sound"],
  [[[0, "PK\x03\x04"]], "none", "a ZIP archive"],
  [[[0, "Rar!\x1a\x07"]], "none", "a RAR archive"],
  [[[0, "7z\xbc\xaf\x27\x1c"]], "none", "a 7-Zip archive"],
  [[[0, "\x1f\x8b\x08"], [9, "\x03"]], "none", "compressed by gzip"],
  [[[257, "ustar"]], "none", "a tar archive"],
  [[[0, "%PDF-"]], "none", "a PDF document"],
  [[[0, "\x89PNG\r\n\x1a\n"]], "none", "a PNG picture"],
  [[[0, "\xff\xd8\xff"], [6, "JFIF\0"]], "none", "a JPEG picture"],
  [[[0, "\xff\xd8\xff"], [6, "Exif\0"]], "none", "a JPEG picture"],
  [[[0, "\x93NUMPY"]], "none", "a numpy array"],
];

/** Files of older cameras and editors have no `ftyp`; these boxes come first then. (QuickTime File Format, 2012) */
const FIRST_BOXES: ReadonlySet<string> = new Set(["moov", "mdat", "wide", "free", "skip", "pnot"]);

function isQuickTime(bytes: Uint8Array, latin1: string): boolean {
  if (bytes.length < 16 || !FIRST_BOXES.has(latin1.slice(4, 8))) return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  // 0: to the file's end; 1: the size has 64 bits and follows.
  return size <= 1 ? latin1.startsWith("mdat", 4) : size >= 8;
}

/** Packets that must begin with the sync byte. */
const TRANSPORT_PACKETS = 5;

/** A transport stream: packets of 188 bytes, with a time of 4 bytes before or a checksum of 16 bytes behind each. */
function isTransportStream(bytes: Uint8Array): boolean {
  return ([[0, 188], [4, 192], [0, 204]] as const).some(([first, step]) =>
    Array.from({ length: TRANSPORT_PACKETS }, (_, i) => bytes[first + i * step]).every((byte) =>
      byte === 0x47
    )
  );
}

/** AAC in LOAS: 11 bits of sync and 13 of length. (ISO/IEC 14496-3, section 1.7.2) */
function loasFrame(bytes: Uint8Array, at: number): { bytes: number } | undefined {
  if (at + 3 > bytes.length || bytes[at] !== 0x56 || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  return { bytes: 3 + ((bytes[at + 1] & 31) << 8 | bytes[at + 2]) };
}

/** Streams of frames without a header of the whole. */
function detectFrames(bytes: Uint8Array, isWhole: boolean): DetectedFormat | undefined {
  const mpeg = frameChain(bytes, {
    isWhole,
    frameAt: mpegFrame,
    kind: ({ version, layer, sampleRate }) => `${version} ${layer} ${sampleRate}`,
  });
  if (mpeg) return { decoder: "mp3", name: mpeg.layer === 3 ? "MP3" : `MPEG audio, layer ${mpeg.layer}` };
  const adtsKind = {
    kind: ({ profile, sampleRate }: { profile: number; sampleRate: number }) => `${profile} ${sampleRate}`,
  };
  if (frameChain(bytes, { isWhole, frameAt: adtsFrame, ...adtsKind })) {
    return { decoder: "other", name: "AAC (ADTS)" };
  }
  const ac3 = frameChain(bytes, {
    isWhole,
    frameAt: ac3Frame,
    kind: ({ name, sampleRate }) => `${name} ${sampleRate}`,
  });
  if (ac3) return { decoder: "other", name: ac3.name };
  if (frameChain(bytes, { isWhole, frameAt: loasFrame, kind: () => "LOAS" })) {
    return { decoder: "other", name: "AAC (LOAS)" };
  }
  return undefined;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) &&
    !new TextDecoder().decode(bytes.subarray(0, Math.max(1, bytes.length - 3))).includes("\ufffd");
}

/**
 * Tells the format of a file by its first bytes, whatever its name says. Evidence is strong, or it is none: a name of
 * four bytes or more, or three frames in a row that fit each other, at the very start. Headerless samples are of no
 * format.
 *
 * @param start The first {@linkcode DETECTION_BYTES} bytes behind tags (`contentStart`), or all there are.
 * @returns The format; `text`, or undefined where it is nothing that is known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectFormat } from "#lib/audio/detect_format.ts";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * assert.deepEqual(detectFormat(bytes("fLaC")), { decoder: "flac", name: "FLAC" });
 * assert.equal(detectFormat(bytes("SPEAKER a 1 0.0")), "text");
 * assert.equal(detectFormat(new Uint8Array(100)), undefined);
 * ```
 */
export function detectFormat(start: Uint8Array): DetectedFormat | "text" | undefined {
  const latin1 = Array.from(start.subarray(0, 512), (byte) => String.fromCharCode(byte)).join("");
  // An Ogg page's header has 27 bytes, the last of them the length of the table behind it.
  const packet = 27 + (start[26] ?? 0);
  for (const [signature, decoder, name] of SIGNATURES) {
    const matches = signature.every(([at, text]) => latin1.startsWith(text, at === "packet" ? packet : at));
    if (matches) return { decoder, name };
  }
  if (isText(start.subarray(0, TEXT_BYTES))) return "text";
  if (isQuickTime(start, latin1)) return { decoder: "other", name: "QuickTime" };
  if (isTransportStream(start)) return { decoder: "other", name: "an MPEG transport stream" };
  return detectFrames(start, start.length < DETECTION_BYTES);
}
