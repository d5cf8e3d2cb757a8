import { inWaveOrder } from "./channel_order.ts";
import { FLAC_PADDING_BYTES } from "./flac_bits.ts";
import { FlacFrameDecoder } from "./flac_frame_decoder.ts";
import { flacFrameHeader } from "./flac_header.ts";

/** Samples that came out of a decoder. */
export interface DecodedBlock {
  /** One array per channel; none where nothing came out. Nobody else changes them. */
  readonly channelData: Float32Array<ArrayBuffer>[];
  /** Hz; 0 where nothing came out. */
  readonly sampleRate: number;
  /** Faults that the decoder went on behind. */
  readonly errors: readonly { readonly message: string }[];
  /** Whether the decoder can go on only if it is set up again. */
  readonly isBroken?: boolean;
}

/** A decoder that takes a recording packet by packet: frames of FLAC and MP3, packets of Ogg and MP4. */
export interface PacketDecoder {
  /** @throws The decoder broke down. */
  decode(packet: Uint8Array): DecodedBlock;
  free(): void;
}

/** How a stream of Opus is set up. (RFC 7845, section 5.1) */
export interface OpusSetup {
  readonly channels: number;
  readonly streams: number;
  readonly coupled: number;
  readonly mapping: readonly number[];
  /** What samples are multiplied by. */
  readonly gain: number;
}

/** What the packages of wasm-audio-decoders give. */
interface Decoded {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
  readonly bitDepth?: number;
}

/** Without what the packages write to the terminal: what they say there is among their errors too. */
function quietly<T>(run: () => T): T {
  const { console: terminal } = globalThis;
  const { error } = terminal;
  terminal.error = () => {};
  try {
    return run();
  } finally {
    terminal.error = error;
  }
}

/** The packages give arrays of their own each time. */
function blockOf({ channelData, sampleRate, errors }: Decoded): DecodedBlock {
  return { channelData: channelData as Float32Array<ArrayBuffer>[], sampleRate, errors };
}

/** FLAC's decoder divides integers by 2^(bits-1) - 1; rounding recovers them, and the power of two is the scale. */
function exactBlock(decoded: Decoded): DecodedBlock {
  const { bitDepth = 0 } = decoded;
  const block = blockOf(decoded);
  // float32 holds 24 bits and a sign; of 32-bit samples it has only the nearest.
  if (bitDepth < 1 || bitDepth > 24) return block;
  const scale = 2 ** (bitDepth - 1);
  for (const samples of block.channelData) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i] * (scale - 1)) / scale;
  }
  return block;
}

/** A FLAC frame of 12 or 20 bits, of which the package gives numbers that are none. */
function ownBlock(frame: Uint8Array): DecodedBlock | undefined {
  const header = flacFrameHeader(frame, 0);
  if (header === undefined || (header.bits !== 12 && header.bits !== 20)) return undefined;
  const bytes = new Uint8Array(frame.length + FLAC_PADDING_BYTES);
  bytes.set(frame);
  const { bits, channels, frames, sampleRate } = header;
  const target = Array.from({ length: channels }, () => new Float32Array(frames));
  const length = new FlacFrameDecoder(bytes, { bits }).decode(header, { at: 0, target, from: 0 });
  return length === undefined ? undefined : { channelData: target, sampleRate, errors: [] };
}

async function openFlac(): Promise<PacketDecoder> {
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  // The method that does the work, and does it at once.
  const { _decoder: inner } = decoder as unknown as {
    _decoder: { decodeFrames(frames: Uint8Array[]): Decoded };
  };
  return {
    decode: (frame) => {
      const own = ownBlock(frame);
      if (own !== undefined) return own;
      const decoded = quietly(() => inner.decodeFrames([frame]));
      const block = exactBlock(decoded);
      // That the frame before is missing is known; the frame itself is whole.
      const errors = (block.channelData[0]?.length ?? 0) > 0 ? [] : block.errors;
      return { ...block, errors, isBroken: decoded.errors.length > 0 };
    },
    free: () => decoder.free(),
  };
}

async function openMp3(): Promise<PacketDecoder> {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return {
    decode: (frame) => quietly(() => blockOf(decoder.decode(frame))),
    free: () => decoder.free(),
  };
}

/** A decoder of Vorbis, given the first and the third header of the stream. */
async function openVorbis(headers: readonly Uint8Array[]): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const { _decoder: inner } = decoder as unknown as {
    _decoder: {
      sendSetupHeader(header: Uint8Array): void;
      initDsp(): void;
      decodePackets(packets: readonly Uint8Array[]): Decoded;
    };
  };
  for (const header of headers) inner.sendSetupHeader(header);
  inner.initDsp();
  return {
    decode: (packet) => {
      const block = quietly(() => blockOf(inner.decodePackets([packet])));
      return { ...block, channelData: inWaveOrder(block.channelData, "vorbis") };
    },
    free: () => decoder.free(),
  };
}

async function openOpus({ channels, streams, coupled, mapping, gain }: OpusSetup): Promise<PacketDecoder> {
  const { OpusDecoder } = await import("opus-decoder");
  const decoder = new OpusDecoder({
    channels,
    streamCount: streams,
    coupledStreamCount: coupled,
    channelMappingTable: [...mapping],
    preSkip: 0,
  });
  await decoder.ready;
  return {
    decode: (packet) => {
      const block = quietly(() => blockOf(decoder.decodeFrame(packet)));
      if (gain !== 1) {
        for (const samples of block.channelData) for (let i = 0; i < samples.length; i++) samples[i] *= gain;
      }
      return block;
    },
    free: () => decoder.free(),
  };
}

/** What {@linkcode openDecoder} opens. */
export type DecoderKind =
  | { readonly codec: "flac" | "mp3" }
  | { readonly codec: "vorbis"; readonly headers: readonly Uint8Array[] }
  | { readonly codec: "opus"; readonly setup: OpusSetup };

/**
 * Loads a decoder's package and its WASM module. FLAC comes out as exact multiples of 2^(1-bits) up to 24 bits; MP3
 * with the encoder's delay and padding; Opus at 48 kHz, as it always is, with the gain of its header. Channels of Vorbis come in WAVE's order; Opus has the
 * order of its mapping.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openDecoder } from "#lib/audio/open_decoder.ts";
 *
 * const decoder = await openDecoder({ codec: "mp3" });
 * assert.equal(decoder.decode(new Uint8Array(4)).channelData[0].length, 0);
 * decoder.free();
 * ```
 */
export function openDecoder(kind: DecoderKind): Promise<PacketDecoder> {
  switch (kind.codec) {
    case "flac":
      return openFlac();
    case "mp3":
      return openMp3();
    case "vorbis":
      return openVorbis(kind.headers);
    case "opus":
      return openOpus(kind.setup);
  }
}
