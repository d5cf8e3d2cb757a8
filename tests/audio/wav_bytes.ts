/** WAV files by their chunks, for tests of what real writers do and do not do. */
import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Audio, openAudio } from "#lib/audio/mod.ts";

/** An executable that is not there, so that no test depends on what is installed. */
export const NO_FFMPEG = "/nowhere/ffmpeg";

const CURE =
  "and that is not installed (apt-get install ffmpeg, brew install ffmpeg); or make a WAV or FLAC of it";

/** The fault where the decoder here finds one and there is no ffmpeg for a second opinion. */
export const alone = (fault: string, name = "WAV") =>
  `${
    fault.includes(name) ? fault : `is ${name} that cannot be read here (${fault})`
  }; ffmpeg might read it, ${CURE}`;

/** The fault of what is of no format. */
export const unknown = (behind = "") =>
  `is not audio of a known format${behind} (bare samples need a header: ffmpeg -f s16le -ar RATE -ac CHANNELS -i FILE ` +
  `OUT.wav); ffmpeg might read it, ${CURE}`;

/** A chunk: its name, its bytes, and the size that it claims, if that is another. */
export interface WavChunk {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly size?: number;
}

export interface FormatFields {
  readonly tag?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  readonly blockBytes?: number;
  readonly byteRate?: number;
  /** Of the extensible format: the tag in its GUID. */
  readonly subTag?: number;
}

export function fmt(fields: FormatFields = {}): WavChunk {
  const { tag = 1, channels = 1, sampleRate = 16000, bits = 16, subTag } = fields;
  const { blockBytes = channels * Math.ceil(bits / 8) } = fields;
  const bytes = Buffer.alloc(subTag === undefined ? 16 : 40);
  bytes.writeUInt16LE(subTag === undefined ? tag : 0xfffe, 0);
  bytes.writeUInt16LE(channels, 2);
  bytes.writeUInt32LE(sampleRate, 4);
  bytes.writeUInt32LE(fields.byteRate ?? (sampleRate * blockBytes) % 2 ** 32, 8);
  bytes.writeUInt16LE(blockBytes, 12);
  bytes.writeUInt16LE(bits, 14);
  if (subTag !== undefined) {
    bytes.writeUInt16LE(22, 16);
    bytes.writeUInt16LE(bits, 18);
    bytes.writeUInt16LE(subTag, 24);
    Buffer.from("000000001000800000aa00389b71", "hex").copy(bytes, 26);
  }
  return { id: "fmt ", bytes };
}

/** The samples of one channel, or of several in turn, as little-endian 16-bit integers. */
export function data16(samples: readonly number[], size?: number): WavChunk {
  const bytes = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
  return { id: "data", bytes, size };
}

export function wav(
  chunks: readonly WavChunk[],
  options: { riff?: string; riffSize?: number; padLast?: boolean } = {},
): Uint8Array {
  const { riff = "RIFF", riffSize, padLast = true } = options;
  const parts = chunks.flatMap(({ id, bytes, size }, i) => {
    const head = Buffer.alloc(8);
    head.write(id, "latin1");
    head.writeUInt32LE(size ?? bytes.length, 4);
    const isPadded = bytes.length % 2 === 1 && (padLast || i < chunks.length - 1);
    return [head, bytes, Buffer.alloc(isPadded ? 1 : 0)];
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  head.write(riff, "latin1");
  head.writeUInt32LE(riffSize ?? 4 + body.length, 4);
  head.write("WAVE", 8, "latin1");
  return Buffer.concat([head, body]);
}

/** Runs over a file with these bytes, in a folder of its own; the name is in no error's fault. */
export async function withFile<T>(
  bytes: Uint8Array,
  run: (path: string) => Promise<T>,
  name = "a.wav",
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "dialab-audio-"));
  try {
    await writeFile(join(folder, name), bytes);
    return await run(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All samples of a recording, one array per channel. */
export async function allSamples(audio: Audio): Promise<number[][]> {
  const channels: number[][] = Array.from({ length: audio.channels }, () => []);
  for await (const block of audio.blocks()) {
    block.forEach((samples, channel) => {
      for (const sample of samples) channels[channel].push(sample);
    });
  }
  return channels;
}

/** What a file with these bytes holds, without ffmpeg's help. */
export function contents(bytes: Uint8Array) {
  return withFile(bytes, async (path) => {
    await using audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
    const samples = await allSamples(audio);
    const { sampleRate, channels, frames, format, warnings } = audio;
    return { sampleRate, channels, frames, format, warnings, samples };
  });
}

/** The fault in a file with these bytes: on opening it, or on reading it. */
export async function faultIn(bytes: Uint8Array): Promise<string> {
  try {
    await contents(bytes);
  } catch (error) {
    if (error instanceof Error && "fault" in error) return String(error.fault);
    throw error;
  }
  return "none";
}
