import type { CodedStream } from "./coded_stream.ts";
import { flacFrameHeader } from "./flac_header.ts";
import { flacInfo } from "./flac_runs.ts";
import { openDecoder } from "./open_decoder.ts";
import { opusFrames, opusHead } from "./opus_packets.ts";
import { vorbisCounter, type VorbisHead, vorbisHead, vorbisModes } from "./vorbis_packets.ts";

/** A stream of an Ogg file that can be decoded. */
export interface OggStream {
  readonly stream: CodedStream;
  /** Samples that the next packet gives. Packets are to be told in order. */
  count(packet: Uint8Array): number;
}

/** Takes the packets of a stream's headers; the first has told which codec it is. */
export interface OggHeaders {
  readonly codec: "opus" | "vorbis" | "flac";
  /** Takes a packet; true once no more are needed. */
  take(packet: Uint8Array): boolean;
  /** The stream, when all headers were taken; undefined where they make no sense. */
  stream(): OggStream | undefined;
}

function opusHeaders(first: Uint8Array): OggHeaders | undefined {
  const head = opusHead(first);
  if (!head) return undefined;
  const { setup, skip } = head;
  return {
    codec: "opus",
    // The comments.
    take: () => true,
    stream: () => ({
      stream: {
        sampleRate: 48_000,
        channels: setup.channels,
        skip,
        open: () => openDecoder({ codec: "opus", setup }),
      },
      count: opusFrames,
    }),
  };
}

function vorbisHeaders(first: Uint8Array): OggHeaders | undefined {
  const head: VorbisHead | undefined = vorbisHead(first);
  if (!head) return undefined;
  const headers: Uint8Array[] = [first.slice()];
  return {
    codec: "vorbis",
    take(packet) {
      // Only the setup is needed of the other two; its first byte is 5.
      if (packet[0] === 5) headers.push(packet.slice());
      return headers.length === 2;
    },
    stream() {
      const modes = headers.length === 2 ? vorbisModes(headers[1]) : undefined;
      if (!modes) return undefined;
      const { sampleRate, channels, blocks } = head;
      const counters = vorbisCounter({ blocks, modes });
      return {
        stream: { sampleRate, channels, open: () => openDecoder({ codec: "vorbis", headers }) },
        count: counters,
      };
    },
  };
}

/** FLAC in Ogg: the first packet holds "fLaC" and STREAMINFO behind 9 bytes of its own. (xiph.org/flac/ogg_mapping.html) */
function flacHeaders(first: Uint8Array): OggHeaders | undefined {
  const info = String.fromCharCode(...first.subarray(0, 5)) === "\x7fFLAC" ? flacInfo(first, 9) : undefined;
  if (!info) return undefined;
  let isLast = false;
  return {
    codec: "flac",
    take(packet) {
      // Metadata blocks, the last of them marked.
      isLast ||= (packet[0] & 0x80) !== 0;
      return isLast;
    },
    stream: () => ({
      stream: {
        sampleRate: info.sampleRate,
        channels: info.channels,
        open: () => openDecoder({ codec: "flac" }),
      },
      count: (packet) => flacFrameHeader(packet, 0)?.frames ?? 0,
    }),
  };
}

/**
 * The headers that an Ogg stream's first packet begins: of Opus, Vorbis or FLAC.
 *
 * @returns Undefined where it is another codec, or its header makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oggHeaders } from "#lib/audio/ogg_streams.ts";
 *
 * assert.equal(oggHeaders(new TextEncoder().encode("Speex   ")), undefined);
 * ```
 */
export function oggHeaders(first: Uint8Array): OggHeaders | undefined {
  return opusHeaders(first) ?? vorbisHeaders(first) ?? flacHeaders(first);
}
