import { alacBlockFrames, alacPacketFrames } from "./alac_packet.ts";
import type { Audio } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { inWaveOrder } from "./channel_order.ts";
import { checkedAlac, spareCookie } from "./checked_alac.ts";
import type { CodedRun, CodedStream } from "./coded_stream.ts";
import { compressedAudio } from "./compressed_audio.ts";
import { editedAudio } from "./edited_audio.ts";
import { LATE_SEC, lateAudio } from "./late_audio.ts";
import { isPlainEdit } from "./mp4_edits.ts";
import { type Mp4Track, mp4Track } from "./mp4_track.ts";
import type { DecodedBlock, PacketDecoder } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";
import { severalTracks } from "./several_tracks.ts";

interface AacDecoded {
  readonly channelData: Float32Array<ArrayBuffer>[];
  readonly sampleRate: number;
}

interface AacDecoder {
  decode(packets: Uint8Array[]): AacDecoded;
  free(): void;
}

/** What is used of @audio/decode-aac. */
interface AacPackage {
  decoder(options: Record<string, unknown>): Promise<AacDecoder>;
  /** What of the decoded samples is audible, in seconds. */
  gapless(boxes: Record<string, Uint8Array | undefined>): { start: number; duration?: number } | null;
}

const NOTHING: DecodedBlock = { channelData: [], sampleRate: 0, errors: [] };

/** Packets that are decoded to learn what comes out. */
const TRIED = 64;

/** Samples that are hidden as priming and padding; Apple's encoder takes 2112 and up to a packet, twice with SBR. */
const MOST_HIDDEN = 8192;

/** Samples that AAC's spectral band replication comes late by; Apple's encoder counts with it. */
const SBR_DELAY = 962;

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

/** The track's packets that are in the file, as many at a time as lie together, and the number of the first. */
async function* packets(
  source: OpenFile,
  track: Mp4Track,
): AsyncGenerator<{ first: number; packets: Uint8Array[] }> {
  let first = 0;
  for (const { position, sizes } of track.runs()) {
    let count = 0;
    let bytes = 0;
    while (count < sizes.length && position + bytes + sizes[count] <= source.size) bytes += sizes[count++];
    if (count > 0) {
      const run = await source.read(new Uint8Array(bytes), position);
      let at = 0;
      const inside = sizes.slice(0, count).map((size) => run.subarray(at, at += size));
      // Shorter where the file shrank meanwhile.
      yield { first, packets: inside.filter((packet, i) => packet.length === sizes[i]) };
    }
    first += sizes.length;
  }
}

/** Samples before each packet, told in order. */
function counter(
  { durations }: Mp4Track,
  samplesOf: (ticks: number) => number,
): (packet: number) => [number, number] {
  let entry = 0;
  let before = 0;
  let ticks = 0;
  return (packet) => {
    while (entry < durations.length - 1 && packet >= before + durations[entry].count) {
      ticks += durations[entry].count * durations[entry].ticks;
      before += durations[entry].count;
      entry++;
    }
    const each = durations[entry]?.ticks ?? 0;
    const start = ticks + (packet - before) * each;
    return [samplesOf(start), samplesOf(start + each)];
  };
}

/**
 * The audio in an open MP4 or M4A file of AAC or Apple Lossless, without the encoder's priming and padding. Packets are
 * found by the file's index, wherever that stands, and read as they are needed; what the index tells is held against
 * what is there.
 *
 * @param options `name`: the format in words; `endFault`: what the end of the file shows (`fileEnd`).
 * @returns Undefined where @audio/decode-aac is not installed, or the file has no such track.
 * @throws {AudioFileError} Nothing in it can be decoded, or it ends before its index.
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
export async function m4aAudio(
  source: OpenFile,
  options: { name: string; endFault?: string },
): Promise<Audio | undefined> {
  const track = await mp4Track(source);
  // Of any other, all is decoded, and then put together.
  const isPlain = track !== undefined && isPlainEdit(track.edits);
  const aac = track && await loadPackage();
  if (!track || !aac) return undefined;
  const { file } = source;
  const { codec, config, boxes, timescale } = track;
  const name = `${options.name}, ${codec === "asc" ? "AAC" : "Apple Lossless"}`;

  const block = codec === "alac" ? alacBlockFrames(config) : Infinity;
  if (block === undefined) throw new AudioFileError(`holds no ${name} audio that can be decoded`, { file });
  const setup = { [codec]: codec === "alac" ? spareCookie(config) : config };
  /** What a packet of Apple Lossless gives; of one that gives nothing, why. */
  const lossless = (decoder: AacDecoder, packet: Uint8Array): DecodedBlock => {
    const told = alacPacketFrames(packet, block);
    return told === undefined ? NOTHING : checkedAlac(decoder, { packet, frames: told });
  };
  const lossy = (decoder: AacDecoder, packet: Uint8Array): DecodedBlock => {
    const { channelData, sampleRate } = decoder.decode([packet]);
    return { channelData: inWaveOrder(channelData, "aac"), sampleRate, errors: [] };
  };
  const give = codec === "alac" ? lossless : lossy;

  /** What comes out, by the first packet that gives something. */
  const probe = async () => {
    const decoder = await aac.decoder(setup).catch((cause: Error) => {
      throw new AudioFileError(`holds ${name} of a kind that cannot be decoded: ${cause.message}`, {
        file,
        cause,
      });
    });
    let tried = 0;
    try {
      for await (const { packets: some } of packets(source, track)) {
        for (const packet of some) {
          const { channelData, sampleRate } = attempt(() => give(decoder, packet));
          if (channelData.length > 0) {
            return { sampleRate, channels: channelData.length, each: channelData[0].length };
          }
          if (++tried === TRIED) return undefined;
        }
      }
    } finally {
      decoder.free();
    }
    return undefined;
  };
  const shape = await probe();
  if (!shape || timescale === 0) {
    throw new AudioFileError(`holds no ${name} audio that can be decoded`, { file });
  }
  const { sampleRate, channels, each } = shape;
  const faults: string[] = track.tracks > 1 ? [severalTracks(track.tracks)] : [];
  // What is missing is told in samples.
  if (options.endFault?.startsWith("has another")) faults.push(options.endFault);
  const usual = [...track.durations].sort((a, b) => b.count - a.count)[0]?.ticks ?? 0;
  let perTick = sampleRate / timescale;
  let gapless = isPlain ? aac.gapless({ ...boxes, [codec]: config }) ?? { start: 0 } : { start: 0 };
  if (Math.abs(usual * perTick - each) > 1) {
    // Every packet holds as much; a clock that says otherwise is wrong.
    faults.push(
      `says that a packet lasts ${Math.round(usual * perTick)} samples; it holds ${each}, which is taken`,
    );
    perTick = usual === 0 ? 0 : each / usual;
    gapless = { start: gapless.start };
  }
  const samplesOf = (ticks: number) => Math.round(ticks * perTick);
  const announced = samplesOf(track.durations.reduce((sum, { count, ticks }) => sum + count * ticks, 0));
  const startOf = () => samplesOf(gapless.start * timescale);
  if (startOf() >= announced || Math.round((gapless.duration ?? 1) * sampleRate) === 0) {
    faults.push("has a list of edits that leaves nothing to hear, and is read whole");
    gapless = { start: 0 };
  }
  const delay = codec === "asc" && each === 2048 ? SBR_DELAY : 0;
  const skip = startOf() + (gapless.start > 0 || !isPlain ? delay : 0);
  const left = Math.max(0, announced - skip);
  const frames = gapless.duration === undefined
    ? left
    : Math.min(left, Math.round(gapless.duration * sampleRate));
  // Apple Lossless has neither; edits are told in milliseconds.
  if (announced - frames > (codec === "asc" ? MOST_HIDDEN : sampleRate / 500)) {
    const [heard, all] = [frames, announced].map((count) => (count / sampleRate).toFixed(3));
    faults.push(`plays ${heard} s of the ${all} s that it holds, by its list of edits`);
  }

  const open = async (): Promise<PacketDecoder> => {
    const decoder = await aac.decoder(setup);
    let isFirst = codec === "asc";
    return {
      decode: (packet) => {
        const decoded = give(decoder, packet);
        const silence = isFirst && decoded.channelData.length === 0;
        isFirst = false;
        // FAAD2 keeps what the first packet gives to itself.
        if (silence) return silentBlock({ ...shape });
        if (decoded.channelData.length > 0 && decoded.sampleRate !== sampleRate) {
          return {
            channelData: [],
            sampleRate: 0,
            errors: [{ message: `a packet of ${decoded.sampleRate} Hz` }],
          };
        }
        return decoded;
      },
      free: () => decoder.free(),
    };
  };
  const stream: CodedStream = { sampleRate, channels, frames, isPadded: true, skip, open };
  async function* runs(warn: (fault: string) => void): AsyncGenerator<CodedRun> {
    faults.forEach(warn);
    const place = counter(track!, samplesOf);
    for await (const { first, packets: some } of packets(source, track!)) {
      for (const [i, packet] of some.entries()) {
        const [start, end] = place(first + i);
        if (end <= start) continue;
        // Of another length than the index tells, a packet is damaged; but for the last, whose padding is told or not.
        const told = codec === "alac" ? alacPacketFrames(packet, block!) ?? 0 : end - start;
        const isOdd = Math.abs(told - (end - start)) > 1 && end < announced;
        yield { stream, packets: [isOdd ? new Uint8Array(0) : packet], start, frames: end - start };
      }
    }
  }
  const isEndThere = options.endFault === undefined || !options.endFault.includes("cut short");
  const audio = await compressedAudio(source, { name, frames, isEndThere, runs });
  if (!isPlain) return editedAudio(audio, { ...track, heldSec: undefined });
  return track.pauseSec > LATE_SEC ? lateAudio(audio, track.pauseSec) : audio;
}

function silentBlock(
  { sampleRate, channels, each }: { sampleRate: number; channels: number; each: number },
): DecodedBlock {
  return {
    sampleRate,
    channelData: Array.from({ length: channels }, () => new Float32Array(each)),
    errors: [],
  };
}

/** What a decoder gives; nothing where it refuses. */
function attempt(decode: () => DecodedBlock): DecodedBlock {
  try {
    return decode();
  } catch {
    return NOTHING;
  }
}
