/** Samples that came out of a decoder. */
export interface DecodedBlock {
  /** One array per channel; none where nothing came out. */
  readonly channelData: Float32Array<ArrayBuffer>[];
  /** Hz; 0 where nothing came out. */
  readonly sampleRate: number;
  /** Faults that the decoder went on behind. */
  readonly errors: readonly { readonly message: string }[];
}

/** A decoder that takes a recording in pieces: bytes of the file, or packets out of it. */
export interface BlockDecoder<Piece = Uint8Array> {
  decode(piece: Piece): Promise<DecodedBlock>;
  /** What is left when all was given. */
  flush(): Promise<DecodedBlock>;
  free(): void;
}

/** The decoders there are. */
export type DecoderName = "flac" | "mp3" | "vorbis" | "opus";

/** What the packages of wasm-audio-decoders give. */
interface Decoded {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
  readonly bitDepth?: number;
}

const NOTHING: DecodedBlock = { channelData: [], sampleRate: 0, errors: [] };

/**
 * A block with arrays of its own: what a decoder gives may lie in its memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ownBlock } from "#lib/audio/open_decoder.ts";
 *
 * const lent = Float32Array.of(1);
 * const { channelData } = ownBlock({ channelData: [lent], sampleRate: 8000, errors: [] });
 * lent[0] = 2;
 * assert.equal(channelData[0][0], 1);
 * ```
 */
export function ownBlock({ channelData, sampleRate, errors }: Decoded): DecodedBlock {
  return { channelData: channelData.map((samples) => new Float32Array(samples)), sampleRate, errors };
}

/** FLAC's decoder divides integers by 2^(bits-1) - 1; rounding recovers them, and the power of two is the scale. */
function exactBlock(decoded: Decoded): DecodedBlock {
  const { bitDepth = 0 } = decoded;
  const block = ownBlock(decoded);
  // float32 holds 24 bits and a sign; of 32-bit samples it has only the nearest.
  if (bitDepth < 1 || bitDepth > 24) return block;
  const scale = 2 ** (bitDepth - 1);
  for (const samples of block.channelData) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i] * (scale - 1)) / scale;
  }
  return block;
}

async function openFlac(): Promise<BlockDecoder> {
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  return {
    decode: async (bytes) => exactBlock(await decoder.decode(bytes)),
    flush: async () => exactBlock(await decoder.flush()),
    free: () => decoder.free(),
  };
}

async function openMp3(): Promise<BlockDecoder> {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return {
    decode: (bytes) => Promise.resolve(ownBlock(decoder.decode(bytes))),
    flush: () => Promise.resolve(NOTHING),
    free: () => decoder.free(),
  };
}

async function openVorbis(): Promise<BlockDecoder> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  return {
    decode: async (bytes) => ownBlock(await decoder.decode(bytes)),
    flush: async () => ownBlock(await decoder.flush()),
    free: () => decoder.free(),
  };
}

async function openOpus(): Promise<BlockDecoder> {
  const { OggOpusDecoder } = await import("ogg-opus-decoder");
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  return {
    decode: async (bytes) => ownBlock(await decoder.decode(bytes)),
    flush: async () => ownBlock(await decoder.flush()),
    free: () => decoder.free(),
  };
}

/**
 * Loads a decoder's package and its WASM module. FLAC comes out as exact multiples of 2^(1-bits) up to 24 bits; MP3
 * without the encoder's delay and padding where a LAME header tells them; Opus at 48 kHz, as it always is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openDecoder } from "#lib/audio/open_decoder.ts";
 *
 * const decoder = await openDecoder("mp3");
 * assert.deepEqual((await decoder.flush()).channelData, []);
 * decoder.free();
 * ```
 */
export function openDecoder(name: DecoderName): Promise<BlockDecoder> {
  return { flac: openFlac, mp3: openMp3, vorbis: openVorbis, opus: openOpus }[name]();
}
