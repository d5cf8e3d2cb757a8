import type { Audio } from "#lib/audio/audio.ts";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { monoBlocks, NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import { resample } from "#lib/audio/resample.ts";
import { compressAudio } from "./compress_audio.ts";
import { PeakMeter } from "./peak_meter.ts";
import type { Recording } from "./report.ts";

/** Settings of {@linkcode listen}. */
export interface ListenOptions {
  /** The most that the sound may take in the page, in bytes before base64. @default {4e6} */
  readonly maxBytes?: number;
  /** The channel that was diarized. @default the mean of all */
  readonly channel?: number;
  /** The ffmpeg executable. @default {"ffmpeg"} */
  readonly ffmpeg?: string;
}

/** What a page is given to play and to draw of a recording's sound. */
export type Sound = Pick<Recording, "durationSec" | "audio" | "audioNote" | "peaks">;

/** Below this, speech is not worth listening to. */
const LEAST_BIT_RATE = 12_000;
const MOST_BIT_RATE = 32_000;
const WAV_HEADER_BYTES = 44;
/** Half the rate, half the bytes; telephones have it. */
const SMALL_SAMPLE_RATE = 8000;
/** Whoever diarized the recording was told of it. */
const ignore = () => {};

/**
 * A recording's sound for a page: its loudness, and, as far as it fits, the sound itself. A short one goes along as it is
 * heard by the networks (16 kHz, 16 bits), a longer one at 8 kHz, a still longer one as Opus where ffmpeg is installed. Memory
 * does not grow with the recording.
 *
 * @param source A file, or a recording that was opened, which stays open.
 * @throws {AudioFileError} when the recording cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { listen } from "#lib/report/listen.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeWav(join(folder, "a.wav"), new Float32Array(32000).fill(0.5), { sampleRate: 16000 });
 * const { durationSec, audio, peaks } = await listen(join(folder, "a.wav"));
 * await rm(folder, { recursive: true });
 * assert.deepEqual([durationSec, audio?.type, peaks?.length], [2, "audio/wav", 40]);
 * ```
 */
export async function listen(source: string | Audio, options: ListenOptions = {}): Promise<Sound> {
  if (typeof source !== "string") return await soundOf(source, options);
  await using audio = await openAudio(source);
  return await soundOf(audio, options);
}

async function soundOf(audio: Audio, options: ListenOptions): Promise<Sound> {
  const { maxBytes = 4e6, channel, ffmpeg } = options;
  const most = Math.floor((maxBytes - WAV_HEADER_BYTES) / 2);
  const meter = new PeakMeter();
  const blocks: Float32Array[] = [];
  let samples = 0;
  for await (const block of monoBlocks(audio, { channel, allowNonFinite: true, warn: ignore })) {
    meter.push(block);
    samples += block.length;
    // Twice as many as fit: at 8 kHz they do.
    if (samples <= 2 * most) blocks.push(block);
  }
  const durationSec = samples / NETWORK_SAMPLE_RATE;
  const base = { durationSec, peaks: meter.peaks() };
  if (samples <= 2 * most) {
    const isSmall = samples <= most;
    const sampleRate = isSmall ? NETWORK_SAMPLE_RATE : SMALL_SAMPLE_RATE;
    const all = finite(joined(blocks, samples));
    const heard = isSmall ? all : resample(all, { fromRate: NETWORK_SAMPLE_RATE, toRate: sampleRate });
    return {
      ...base,
      audio: { type: "audio/wav", bytes: encodeWav(heard, { sampleRate }) },
      ...(isSmall ? {} : { audioNote: "The sound is embedded at 8 kHz, so that the page stays small." }),
    };
  }
  // Ogg's own frame around the packets takes a few percent.
  const bitRate = Math.min(MOST_BIT_RATE, Math.floor(0.9 * 8 * maxBytes / durationSec / 500) * 500);
  if (bitRate < LEAST_BIT_RATE) {
    return { ...base, audioNote: "The recording is too long to be embedded." };
  }
  const again = monoBlocks(audio, { channel, allowNonFinite: true, warn: ignore });
  const bytes = await compressAudio(again, { sampleRate: NETWORK_SAMPLE_RATE, bitRate, ffmpeg });
  if (bytes === undefined) {
    return { ...base, audioNote: "Embedding a recording of this length takes an ffmpeg with Opus." };
  }
  if (bytes.length > maxBytes) return { ...base, audioNote: "The recording is too long to be embedded." };
  return {
    ...base,
    audio: { type: "audio/ogg", bytes },
    audioNote: `The sound is embedded as Opus, ${bitRate / 1000} kbit/s.`,
  };
}

function joined(blocks: readonly Float32Array[], length: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** Integers hold no NaN; a spoilt sample is silence. */
function finite(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return samples.every(Number.isFinite)
    ? samples
    : samples.map((sample) => Number.isFinite(sample) ? sample : 0);
}
