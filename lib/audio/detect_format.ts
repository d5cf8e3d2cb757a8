/** What the first bytes of a file say that it is. */
export interface DetectedFormat {
  /** Which of the decoders here reads it; `other` needs ffmpeg. */
  readonly decoder: "wav" | "flac" | "mp3" | "vorbis" | "opus" | "mp4" | "other";
  /** In words: `FLAC`, `Matroska or WebM`. */
  readonly name: string;
}

/** Bytes that {@linkcode detectFormat} looks at. */
export const DETECTION_BYTES = 4096;

/** The start of a file, in Latin-1: texts at offsets, or at the first packet of an Ogg file. */
type Signature = readonly (readonly [at: number | "packet", text: string])[];

const SIGNATURES: readonly (readonly [Signature, DetectedFormat["decoder"], string])[] = [
  [[[0, "RIFF"], [8, "WAVE"]], "wav", "WAV"],
  [[[0, "RF64"], [8, "WAVE"]], "wav", "RF64"],
  [[[0, "BW64"], [8, "WAVE"]], "wav", "BW64"],
  [[[0, "fLaC"]], "flac", "FLAC"],
  [[[0, "OggS"], ["packet", "OpusHead"]], "opus", "Ogg Opus"],
  [[[0, "OggS"], ["packet", "\x01vorbis"]], "vorbis", "Ogg Vorbis"],
  [[[0, "OggS"], ["packet", "\x7fFLAC"]], "flac", "Ogg FLAC"],
  [[[0, "OggS"], ["packet", "Speex   "]], "other", "Ogg Speex"],
  [[[0, "OggS"]], "other", "Ogg"],
  [[[4, "ftypM4"]], "mp4", "M4A"],
  [[[4, "ftyp"]], "mp4", "MP4"],
  [[[0, "ADIF"]], "other", "AAC"],
  [[[0, "\xff\xf1"]], "other", "AAC (ADTS)"],
  [[[0, "\xff\xf9"]], "other", "AAC (ADTS)"],
  [[[0, "\x1aE\xdf\xa3"]], "other", "Matroska or WebM"],
  [[[0, "FORM"], [8, "AIF"]], "other", "AIFF"],
  [[[0, "caff"]], "other", "Core Audio (CAF)"],
  [[[0, ".snd"]], "other", "Sun/NeXT AU"],
  [[[0, "NIST_1A\n"]], "other", "NIST SPHERE"],
  [[[0, "#!AMR"]], "other", "AMR"],
  [[[0, "wvpk"]], "other", "WavPack"],
  [[[0, "MAC "]], "other", "Monkey's Audio"],
  [[[0, "TTA1"]], "other", "True Audio"],
  [[[0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"]], "other", "Windows Media (ASF)"],
  [[[0, "riff\x2e\x91\xcf\x11"]], "other", "Wave64"],
  [[[0, "RIFX"], [8, "WAVE"]], "other", "big-endian WAV (RIFX)"],
  [[[0, "RIFF"], [8, "AVI "]], "other", "AVI"],
  [[[0, "FLV"]], "other", "Flash video"],
  [[[0, "\x0b\x77"]], "other", "AC-3"],
];

const BITRATES_KBPS: readonly (readonly number[])[] = [
  // MPEG 1, layers I, II and III; then MPEG 2 and 2.5, layer I, and layers II and III (ISO 11172-3, 13818-3).
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/** Bytes of the MPEG audio frame that starts at `at`, or undefined where none does. */
function mpegFrameBytes(bytes: Uint8Array, at: number): number | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1] >> 3) & 3;
  const layer = 4 - ((bytes[at + 1] >> 1) & 3);
  const rate = [44100, 48000, 32000][(bytes[at + 2] >> 2) & 3];
  const isMpeg1 = version === 3;
  const table = isMpeg1 ? layer - 1 : layer === 1 ? 3 : 4;
  const kbps = BITRATES_KBPS[table]?.[(bytes[at + 2] >> 4) - 1];
  if (version === 1 || layer === 4 || rate === undefined || kbps === undefined) return undefined;
  const sampleRate = isMpeg1 ? rate : version === 2 ? rate / 2 : rate / 4;
  const padding = (bytes[at + 2] >> 1) & 1;
  if (layer === 1) return (Math.floor(12000 * kbps / sampleRate) + padding) * 4;
  return Math.floor((layer === 3 && !isMpeg1 ? 72000 : 144000) * kbps / sampleRate) + padding;
}

/** Two frame headers, one after the other: a lone one occurs in any binary file. */
function startsWithMpeg(bytes: Uint8Array): boolean {
  for (let at = 0; at + 4 <= bytes.length; at++) {
    const length = mpegFrameBytes(bytes, at);
    if (length === undefined) continue;
    const next = at + length;
    if (next + 4 > bytes.length ? at === 0 : mpegFrameBytes(bytes, next) !== undefined) return true;
  }
  return false;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) &&
    !new TextDecoder().decode(bytes.subarray(0, Math.max(1, bytes.length - 3))).includes("\ufffd");
}

/**
 * Tells the format of a file by its first bytes, whatever its name says.
 *
 * @param start The first {@linkcode DETECTION_BYTES} bytes, or all there are.
 * @returns The format; `text`, or undefined where it is no audio that is known.
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
  // The tag may be longer than what is looked at.
  if (latin1.startsWith("ID3")) return { decoder: "mp3", name: "MP3" };
  if (isText(start)) return "text";
  return startsWithMpeg(start) ? { decoder: "mp3", name: "MP3" } : undefined;
}
