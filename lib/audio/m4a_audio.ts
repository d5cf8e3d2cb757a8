import type { Audio } from "./audio.ts";
import { compressedAudio } from "./compressed_audio.ts";
import { type Mp4Track, mp4Track } from "./mp4_track.ts";
import { type BlockDecoder, type DecodedBlock, ownBlock } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";

interface AacDecoded {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  /** How many packets could not be decoded. */
  readonly errors?: number;
}

/** What is used of @audio/decode-aac. */
interface AacPackage {
  decoder(options: Record<string, unknown>): Promise<{
    decode(packets: Uint8Array[]): AacDecoded;
    flush(): AacDecoded;
    free(): void;
  }>;
  /** What of the decoded samples is audible, in seconds. */
  gapless(boxes: Record<string, Uint8Array | undefined>): { start: number; duration?: number } | null;
}

function block({ channelData, sampleRate, errors = 0 }: AacDecoded): DecodedBlock {
  const faults = errors > 0 ? [{ message: "packets are damaged" }] : [];
  return ownBlock({ channelData, sampleRate, errors: faults });
}

/** The package under GPL-2.0 that users may install themselves; undefined where they did not. */
async function loadPackage(): Promise<AacPackage | undefined> {
  // Not a literal, so that nobody who goes without it is told that it is missing.
  const name = "@audio/decode-aac";
  try {
    return await import(name) as AacPackage;
  } catch {
    return undefined;
  }
}

/** The track's packets, as many at a time as lie together in the file. */
async function* packets(source: OpenFile, track: Mp4Track): AsyncGenerator<Uint8Array[]> {
  for (const { position, sizes } of track.runs()) {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (position + bytes > source.size) return;
    const run = await source.read(new Uint8Array(bytes), position);
    let at = 0;
    yield sizes.map((size) => run.subarray(at, at += size));
  }
}

/**
 * The audio in an open MP4 or M4A file of AAC or Apple Lossless, without the encoder's priming and padding. Packets are
 * found by the file's index, wherever that stands, and read as they are needed.
 *
 * @returns Undefined where @audio/decode-aac is not installed, or the file has no such track.
 * @throws {AudioFileError} Nothing in it can be decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { m4aAudio } from "#lib/audio/m4a_audio.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("package.json");
 * assert.equal(await m4aAudio(file, { name: "M4A" }), undefined);
 * await file.close();
 * ```
 */
export async function m4aAudio(source: OpenFile, options: { name: string }): Promise<Audio | undefined> {
  const track = await mp4Track(source);
  const aac = track && await loadPackage();
  if (!track || !aac) return undefined;
  const { codec, config, boxes } = track;
  const gapless = aac.gapless({ ...boxes, [codec]: config }) ?? undefined;
  const open = async (): Promise<BlockDecoder<Uint8Array[]>> => {
    const decoder = await aac.decoder({ [codec]: config, gapless });
    let isFirst = true;
    return {
      decode: (run) => {
        const decoded = decoder.decode(run);
        // FAAD2 gives nothing for the first packet, which the package counts as an error.
        const errors = Math.max(0, (decoded.errors ?? 0) - Number(isFirst));
        isFirst = false;
        return Promise.resolve(block({ ...decoded, errors }));
      },
      flush: () => Promise.resolve(block(decoder.flush())),
      free: () => decoder.free(),
    };
  };
  const name = `${options.name}, ${codec === "asc" ? "AAC" : "Apple Lossless"}`;
  return await compressedAudio(source, { name, open, pieces: () => packets(source, track) });
}
